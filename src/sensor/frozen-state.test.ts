import { expect, test } from 'vitest';
import { ThreadRecord } from '#engine/process/thread-record.ts';
import type { ProcessState } from '#model/evaluation.ts';
import { FROZEN_THREADS_MAX } from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { FrozenState } from './frozen-state.ts';

/** A chain of processes, the last the child of the one before. */
function chain(names: readonly string[]): { state: ProcessState; threads: Thread[] } {
  const threads = names.map((comm, i) => {
    const thread = new ThreadRecord(i + 1, i + 1);
    thread.comm = comm;
    thread.ptid = i;
    return thread;
  });
  const state: ProcessState = {
    spread: { ports: 7, hosts: 8 },
    thread: (tid) => threads[tid - 1],
    parent: (thread) => threads[thread.ptid - 1],
    leader: (thread) => threads[thread.pid - 1] ?? thread,
    threadCount: () => 1,
    userName: () => undefined,
    groupName: () => undefined,
    userHome: () => undefined,
    userShell: () => undefined,
    isLocalAddress: () => false,
  };
  for (const [i, thread] of threads.entries()) thread.forkedBy = threads[i - 1];
  return { state, threads };
}

function names(state: ProcessState, thread: Thread): string[] {
  const found = [state.leader(thread).comm];
  for (let at = state.parent(thread); at; at = state.parent(at)) found.push(at.comm);
  return found;
}

test('FrozenState tells of processes as they were, when they have become others since', () => {
  const { state, threads } = chain(['init', 'sh', 'miner']);
  const frozen = new FrozenState(state);
  const [, shell, miner] = threads;
  if (shell === undefined || miner === undefined) throw new Error('no chain');
  const copy = frozen.freeze(miner);
  shell.comm = 'sleep';
  miner.comm = 'gone';
  miner.ptid = 0;
  expect(names(frozen, copy)).toEqual(['miner', 'sh', 'init']);
  expect(copy.forkedBy?.comm).toBe('sh');
  expect(frozen.thread(2)?.comm).toBe('sh');
  expect(frozen.spread).toEqual({ ports: 7, hosts: 8 });
  expect(names(state, miner)).toEqual(['gone']);
});

test('FrozenState is bounded, and goes on with the living beyond', () => {
  const { state, threads } = chain(Array.from({ length: FROZEN_THREADS_MAX + 10 }, () => 'sh'));
  const frozen = new FrozenState(state);
  const last = threads.at(-1);
  if (last === undefined) throw new Error('no chain');
  expect(names(frozen, frozen.freeze(last)).length).toBe(FROZEN_THREADS_MAX + 10);
});
