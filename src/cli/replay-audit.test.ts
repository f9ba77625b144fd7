import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { auditEvaluation } from '#engine/fields/audit/audit-evaluation.ts';
import type { AuditReplay } from './replay-audit.ts';
import { replayAudit } from './replay-audit.ts';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (second: number) =>
  `{"kind":"Event","auditID":"a","stageTimestamp":"2026-01-02T03:04:0${second}Z"}\n`;

function fileOf(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What was seen: number and seconds of each event, and what it came to. */
async function replay(
  path: string,
  ctx = auditEvaluation('vm'),
  pause?: (now: AuditReplay) => boolean,
) {
  const seen: [number, number][] = [];
  const visit = () => seen.push([ctx.evtNum, Number(ctx.timeNs / 1_000_000_000n) % 60]);
  const total = await replayAudit({ path, ctx, visit, ...(pause === undefined ? {} : { pause }) });
  return { seen, total };
}

test('replayAudit shows each event, and tells what it left out', async () => {
  const path = fileOf('log.json', `${line(1)}nonsense\n${line(2)}{"kind":"Event"}\n{}\n${line(3)}`);
  const { seen, total } = await replay(path);
  expect(seen).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(total).toMatchObject({
    events: 3,
    leftOut: { broken: 1, 'no-time': 1, 'no-event': 1, 'too-large': 0 },
    warningCount: 3,
  });
  expect(total.warnings[0]).toBe(
    `Cannot read an audit event: ${path}, line 2, column 1: expected a JSON value, found "n"`,
  );
});

test('replayAudit goes on in the next file', async () => {
  const ctx = auditEvaluation('vm');
  await replay(fileOf('one.json', line(1)), ctx);
  const { seen } = await replay(fileOf('two.json', line(2)), ctx);
  expect(seen).toEqual([[2, 2]]);
  expect(ctx.previousTimeNs).toBe(ctx.timeNs - 1_000_000_000n);
  expect(ctx.firstTimeNs).toBe(ctx.previousTimeNs);
});

test('replayAudit unpacks a rotated log, and tells where one is cut off', async () => {
  const packed = gzipSync(line(1).repeat(1000));
  expect((await replay(fileOf('log.gz', packed))).total).toMatchObject({
    events: 1000,
    warnings: [],
  });
  const cut = fileOf('cut.gz', packed.subarray(0, packed.length - 40));
  const { total } = await replay(cut);
  expect(total.warnings.at(-1)).toContain(`Cannot read on in ${cut}: `);
});

test('replayAudit keeps a bounded number of warnings, and counts all', async () => {
  const { total } = await replay(fileOf('bad.json', 'x\n'.repeat(1000)));
  expect(total.warningCount).toBe(1000);
  expect(total.warnings).toHaveLength(16);
});

test('replayAudit stops when it is told to', async () => {
  const { total } = await replay(
    fileOf('long.json', line(1).repeat(20_000)),
    undefined,
    ({ events }) => events > 0,
  );
  expect(total.events).toBeGreaterThan(0);
  expect(total.events).toBeLessThan(20_000);
});

test('replayAudit refuses a file that is not there', async () => {
  await expect(replay(join(folder, 'none'))).rejects.toThrow(/ENOENT/);
});
