import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ThreadRecord } from '#engine/process/thread-record.ts';
import { EVENTS } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import { CPU_SAMPLE_PROCESSES } from '#model/limits.ts';
import { CpuSampler } from './cpu-sampler.ts';

const proc = mkdtempSync(join(tmpdir(), 'midwatch-cpu-'));
afterAll(() => rmSync(proc, { recursive: true }));

function process(pid: number, startNs = 5): ThreadRecord {
  const thread = new ThreadRecord(pid, pid);
  thread.startNs = startNs;
  return thread;
}

function ticks(pid: number, user: number, system: number): void {
  mkdirSync(join(proc, String(pid)), { recursive: true });
  const before = 'S 1 7 7 0 -1 0 5 0 6 0';
  writeFileSync(join(proc, String(pid), 'stat'), `${pid} (a b) ${before} ${user} ${system} 0 0`);
}

describe('CpuSampler', () => {
  test('tells of who burnt CPU in the window, in ns a second, and of nobody else', () => {
    const sampler = new CpuSampler(proc);
    const threads = [process(1), process(2)];
    ticks(1, 100, 100);
    ticks(2, 1_000_000, 0);
    expect(sampler.sample(threads, 1e9)).toEqual([]);
    ticks(1, 600, 200);
    ticks(2, 1_000_010, 0);
    const records = sampler.sample(threads, 11e9);
    expect(records.length).toBe(1);
    const view = new EventView().over(records[0] ?? Buffer.alloc(0)).atRecord(0);
    expect(EVENTS[view.type]?.name).toBe('procinfo');
    expect([view.pid, view.startNs, view.tid, view.timestamp]).toEqual([1, 5, 1, 11e9]);
    expect([view.uint64(view.paramStart(0)), view.uint64(view.paramStart(1))]).toEqual([5e8, 1e8]);
  });

  test('a pid used again is not charged with the time of the one before', () => {
    const sampler = new CpuSampler(proc);
    ticks(3, 0, 0);
    sampler.sample([process(3, 5)], 1e9);
    ticks(3, 100_000, 0);
    expect(sampler.sample([process(3, 6)], 2e9)).toEqual([]);
  });

  test('a process that is gone is left out', () => {
    const sampler = new CpuSampler(proc);
    sampler.sample([process(99)], 1e9);
    expect(sampler.sample([process(99)], 2e9)).toEqual([]);
    expect(sampler.sampled).toBe(0);
  });

  test('with more processes than the bound they take turns, and each is still found', () => {
    const count = CPU_SAMPLE_PROCESSES + 500;
    const threads = Array.from({ length: count }, (_, i) => process(1000 + i));
    for (const { pid } of threads) ticks(pid, 0, 0);
    const sampler = new CpuSampler(proc);
    sampler.sample(threads, 0);
    expect(sampler.sampled).toBe(count / 2);
    sampler.sample(threads, 10e9);
    for (const { pid } of threads) ticks(pid, 1000, 0);
    const found = sampler.sample(threads, 20e9).length + sampler.sample(threads, 30e9).length;
    expect(found).toBe(count);
  });
});
