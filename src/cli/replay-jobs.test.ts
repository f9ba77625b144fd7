import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventBlock, i64, section, text, u32 } from '#capture/capture-fixture.ts';
import { OWN_FIELDS } from '#engine/fields/own-fields.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import { openTerminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import { eventId } from '#model/event-schema.ts';
import { replayCaptureFiles } from './replay-capture-files.ts';
import type { ReplayJobsOptions } from './replay-jobs.ts';
import { replayCaptureJobs } from './replay-jobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-jobs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RULE = `
- {rule: Opened, desc: d, condition: evt.type=open, output: "%evt.num %fd.name", priority: INFO}
`;
const { rules } = loadRules([{ name: 'rules.yaml', text: RULE }], { fields: OWN_FIELDS });

/** A capture of `count` opens of one path. */
function capture(name: string, count: number): string {
  const path = join(folder, name);
  const type = eventId('syscall_open_x');
  const params = [i64(3), text(`/etc/${name}`), u32(1), u32(0), u32(5), i64(7)];
  const opened = eventBlock({ type, params });
  writeFileSync(path, Buffer.concat([section(), ...Array<Buffer>(count).fill(opened)]));
  return path;
}

async function replay(paths: readonly string[], options: Partial<ReplayJobsOptions> = {}) {
  let written = '';
  const totals = await replayCaptureJobs({
    paths,
    rules,
    matching: 'first',
    form: 'json',
    output: { isTTY: false, columns: 80 },
    jobs: 2,
    write: (chunk) => {
      written += chunk;
    },
    progress: () => {},
    interrupted: new AbortController().signal,
    ...options,
  });
  return { totals, written };
}

test('alerts and totals are those of one capture after another, whichever ends first', async () => {
  const paths = [capture('long', 20_000), capture('b', 1), capture('c', 3), capture('d', 2)];
  let expected = '';
  const alone = await replayCaptureFiles({
    paths,
    rules,
    matching: 'first',
    form: 'json',
    terminal: openTerminal({}, {}),
    write: (line) => {
      expected += line;
    },
  });
  const { totals, written } = await replay(paths, { jobs: 3 });
  expect(written === expected).toBe(true);
  expect(totals.alertsByRule).toEqual(new Map([['Opened', 20_006]]));
  expect({ ...totals, elapsedMs: 0 }).toEqual({ ...alone, elapsedMs: 0 });
}, 60_000);

test('a capture that is missing ends it with one sentence', async () => {
  const paths = [capture('first', 1), join(folder, 'none'), capture('last', 1)];
  const failure = replay(paths);
  await expect(failure).rejects.toThrow(UserError);
  await expect(failure).rejects.toThrow(/^Cannot replay .*none: ENOENT/);
}, 60_000);

test('an interrupt ends it with what was read', async () => {
  const control = new AbortController();
  const paths = [capture('endless', 400_000), capture('after', 1), capture('never', 1)];
  const progress: ReplayJobsOptions['progress'] = ({ events }) => events > 0 && control.abort();
  const { totals } = await replay(paths, { jobs: 1, progress, interrupted: control.signal });
  expect(totals.files).toBe(1);
  expect(totals.rawEvents).toBeGreaterThan(0);
  expect(totals.rawEvents).toBeLessThan(400_000);
}, 60_000);
