import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventBlock, i64, section, text, u32 } from '#capture/capture-fixture.ts';
import { OWN_FIELDS } from '#engine/fields/own-fields.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import { openTerminal } from '#lib/terminal.ts';
import { eventId } from '#model/event-schema.ts';
import type { ReplayCaptureFilesOptions } from './replay-capture-files.ts';
import { replayCaptureFiles } from './replay-capture-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { rules } = loadRules(
  [
    {
      name: 'rules.yaml',
      text: `
- {rule: Shadow, desc: d, condition: evt.type=open and fd.name=/etc/shadow,
   output: "read %fd.name at %evt.num", priority: ERROR}
- {rule: Etc, desc: d, condition: evt.type=open and fd.directory=/etc, output: "%fd.name",
   priority: INFO}
- {rule: Close, desc: d, condition: evt.type=close, output: "closed %fd.name", priority: INFO}
- {rule: Other, desc: d, condition: ka.verb=get, output: x, priority: INFO, source: k8s_audit}
`,
    },
  ],
  { fields: OWN_FIELDS },
);

const open = (path: string) => ({
  type: eventId('syscall_open_x'),
  params: [i64(3), text(path), u32(1), u32(0), u32(5), i64(7)],
});
const close = { type: eventId('syscall_close_x'), params: [i64(0), i64(3)] };
const unknown = { type: 4_000 };

function capture(name: string, ...events: Parameters<typeof eventBlock>[0][]): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([section(), ...events.map((each) => eventBlock(each))]));
  return path;
}

async function replay(paths: readonly string[], options: Partial<ReplayCaptureFilesOptions> = {}) {
  const lines: string[] = [];
  const totals = await replayCaptureFiles({
    paths,
    rules,
    matching: 'first',
    form: 'json',
    terminal: openTerminal({}, {}),
    write: (text) => lines.push(text),
    ...options,
  });
  return { totals, alerts: lines.map((line) => JSON.parse(line)) };
}

test('a replay gives the alerts of the first rule that matches, or of all', async () => {
  const path = capture('open.scap', open('/etc/shadow'), open('/tmp/x'));
  const first = await replay([path]);
  expect(first.alerts).toEqual([
    expect.objectContaining({ rule: 'Shadow', sentence: 'read /etc/shadow at 1' }),
  ]);
  const all = await replay([path], { matching: 'all' });
  expect(all.alerts.map(({ rule }) => rule)).toEqual(['Shadow', 'Etc']);
  expect(all.totals).toMatchObject({ files: 1, rawEvents: 2, evaluated: 2, warningCount: 0 });
  expect([...all.totals.alertsByRule]).toEqual([
    ['Shadow', 1],
    ['Etc', 1],
  ]);
});

test('each capture is a machine of its own', async () => {
  const paths = [capture('one.scap', open('/etc/passwd')), capture('two.scap', close)];
  const { alerts } = await replay(paths);
  expect(alerts.map(({ sentence }) => sentence)).toEqual(['/etc/passwd', 'closed ']);
});

test('what could not be read is told with the name of its file', async () => {
  const path = capture('cut.scap', open('/etc/shadow'), unknown);
  writeFileSync(path, Buffer.from('cut off'), { flag: 'a' });
  const { alerts, totals } = await replay([path]);
  expect(alerts).toHaveLength(1);
  expect(totals.warningCount).toBe(2);
  expect(totals.warnings).toEqual([
    expect.stringMatching(/cut\.scap: byte \d+: /),
    expect.stringMatching(/cut\.scap: 1 events left out: this version does not know their types/),
  ]);
});

test('a replay ends where that is asked for', async () => {
  const path = capture('open.scap', open('/etc/shadow'));
  const { totals } = await replay([path, path], { pause: ({ alerts }) => alerts === 1 });
  expect(totals).toMatchObject({ files: 1, rawEvents: 1 });
});
