import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { HOST } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import { EVENT_HEADER_SIZE, RECORD } from '#model/event-view.ts';
import { RECENTLY_EXITED } from '#model/limits.ts';
import { exec, exit, fork } from './live-fixture.ts';
import { ProcessTable } from './process-table.ts';
import { NO_USERS } from './user-lookup.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/**
 * Writes other numbers into a record built once, so that the test measures the table, not itself.
 */
function renumber(record: Buffer, pid: number, startNs: number): Buffer {
  record.writeBigUInt64LE(BigInt(startNs), RECORD.startNs);
  record.writeUInt32LE(pid, RECORD.pid);
  record.writeBigInt64LE(BigInt(pid), RECORD.headerSize + 8);
  return record;
}

/** Ends the turn: a WeakRef keeps what it was asked for until then. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Parameter bytes of a record hold the pid too; only header and prefix decide whose event it is.
 */
function heapAfter(rounds: number, apply: (round: number) => void): number {
  for (let round = 0; round < rounds; round++) apply(round);
  collect();
  return process.memoryUsage().heapUsed;
}

test('ProcessTable stays as large as what lives, over a million forks, execs and exits', () => {
  const table = new ProcessTable({ containers: { resolve: () => HOST }, users: NO_USERS });
  const ctx = new Evaluation(table);
  const apply = (record: Buffer): void => {
    ctx.evt.over(record).atRecord(0);
    table.apply(ctx);
  };
  apply(exec({ pid: 1, startNs: 1, exe: '/sbin/init', parent: 0 }));
  const born = fork({ pid: 2, parent: 1, startNs: 2 });
  const runs = exec({ pid: 2, startNs: 2, exe: '/usr/bin/true', args: ['a', 'b'], env: ['A=B'] });
  const ends = exit({ pid: 2, startNs: 2 });
  expect(born.length).toBeGreaterThan(RECORD.headerSize + EVENT_HEADER_SIZE);
  const life = (round: number): void => {
    const pid = 2 + (round % 30_000);
    for (const record of [born, runs, ends]) apply(renumber(record, pid, 10 + round));
  };
  const before = heapAfter(5 * RECENTLY_EXITED, life);
  const after = heapAfter(1_000_000, (round) => life(round + 100_000));
  expect(table.threads.size).toBe(1);
  expect(after - before).toBeLessThan(2 * 1024 * 1024);
}, 60_000);

test('ProcessTable gives the ancestors of what ended back to the collector', async () => {
  const table = new ProcessTable({ containers: { resolve: () => HOST }, users: NO_USERS });
  const ctx = new Evaluation(table);
  const apply = (record: Buffer): void => {
    ctx.evt.over(record).atRecord(0);
    table.apply(ctx);
  };
  apply(exec({ pid: 1, startNs: 1, exe: '/sbin/init', parent: 0 }));
  apply(fork({ pid: 2, parent: 1, startNs: 2 }));
  const parent = new WeakRef(table.thread(2) ?? {});
  apply(fork({ pid: 3, parent: 2, startNs: 3 }));
  apply(exit({ pid: 2, startNs: 2 }));
  for (let i = 0; i < RECENTLY_EXITED; i++) {
    apply(fork({ pid: 10 + i, parent: 1, startNs: 10 + i }));
    apply(exit({ pid: 10 + i, startNs: 10 + i }));
  }
  await turn();
  collect();
  expect(parent.deref()).toBeDefined();
  await turn();
  apply(exit({ pid: 3, startNs: 3 }));
  for (let i = 0; i < RECENTLY_EXITED; i++) {
    apply(fork({ pid: 5000 + i, parent: 1, startNs: 5000 + i }));
    apply(exit({ pid: 5000 + i, startNs: 5000 + i }));
  }
  ctx.thread = undefined;
  collect();
  expect(parent.deref()).toBe(undefined);
});
