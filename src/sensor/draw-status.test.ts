import { expect, test } from 'vitest';
import { openTerminal } from '#lib/terminal.ts';
import { textWidth } from '#lib/text-width.ts';
import type { SensorStatus } from '#model/wire.ts';
import { STATUS_SCHEMA } from '#model/wire.ts';
import { drawStatus } from './draw-status.ts';

const status: SensorStatus = {
  schema: STATUS_SCHEMA,
  pid: 7,
  version: '0.1.0',
  node: 'node-1',
  startedAt: '2026-11-20T02:47:31.000Z',
  uptimeMs: 3_723_000,
  rules: { loaded: 61, files: ['a.yaml'], loadedAt: '2026-11-20T02:47:31.000Z', reloads: 0 },
  kinds: [
    { name: 'openat', events: 35, filtered: 12_345_678, lost: 0 },
    { name: 'execve', events: 4, filtered: 0, lost: 0 },
  ],
  events: { total: 39, perSecond: 0.5, lost: 0, lostPerSecond: 0 },
  drops: undefined,
  processes: 98,
  containers: [{ id: 'abc', name: 'web' }],
  findings: { found: 3, told: 1, folded: 2, tiers: { page: 3, ticket: 0, log: 0 } },
  outputs: [{ name: 'stdout', sent: 1, waiting: 0, dropped: 0 }],
  residentBytes: 85 * 1024 * 1024,
  cpuShare: 0.0031,
  troubles: [],
};
const terminal = openTerminal({ columns: 80 }, { NO_COLOR: '1' });

test('drawStatus says on one screen how a sensor is', () => {
  const text = drawStatus(status, terminal);
  expect(text).toMatch(/^midwatch 0\.1\.0 on node-1 \(pid 7\): all well\n/);
  expect(text).toMatch(/up +1 h 2 min/);
  expect(text).toMatch(/lost +nothing/);
  expect(text).toMatch(/findings +3: 3 page, 0 ticket, 0 log; 1 told, 2 counted with them/);
  expect(text).toMatch(/watches +98 processes, 1 container: web/);
  expect(text).toMatch(/costs +85 MiB resident, 0\.3 % of a core/);
  expect(text).toContain('openat 35 −12.3M');
});

test('drawStatus says first what is not well', () => {
  const troubles = ['Changed rules were refused at 02:47:31Z: a.yaml:1:2: wrong.'];
  const [head, trouble] = drawStatus({ ...status, troubles }, terminal).split('\n');
  expect(head).toContain('not all well');
  expect(trouble).toContain('a.yaml:1:2');
});

test('drawStatus fits its window with many kinds and containers', () => {
  const kinds = Array.from({ length: 90 }, (_, i) => ({
    name: `kind_number_${i}`,
    events: i * 1e6,
    filtered: i * 1e9,
    lost: i,
  }));
  const containers = Array.from({ length: 5000 }, (_, i) => ({ id: `container-${i}` }));
  const lines = drawStatus({ ...status, kinds, containers }, terminal).split('\n');
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
  expect(lines.join('\n')).toContain('5000 containers: container-0,');
});
