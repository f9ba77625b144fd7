import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIVE_STATE_TYPES } from '#engine/process/live-state.ts';
import { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import { LiveProcesses } from '#sensor/host/live-processes.ts';
import type { KernelSensor } from '#sensor/kernel/kernel-sensor.ts';
import { openKernelSensor } from '#sensor/kernel/kernel-sensor.ts';

/** An exec as the process table saw it. */
interface SeenExec {
  readonly word: string;
  readonly pid: number;
  readonly tid: number;
  readonly chain: readonly string[];
  readonly parent: string | undefined;
  readonly history: readonly string[];
}

const dir = mkdtempSync(join(tmpdir(), 'midwatch-life-'));
const program = join(dir, 'acts');
const source = new URL('./life-acts.c', import.meta.url).pathname;

function compile(): string | undefined {
  try {
    execFileSync('clang', ['-O1', '-o', program, source, '-lpthread'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `cannot compile with clang: ${error instanceof Error ? error.message : ''}`;
  }
}

const why = process.getuid?.() === 0 ? compile() : 'watching the kernel needs root';
if (why !== undefined) console.log(`skipped: lives of processes: ${why}`);

describe.skipIf(why !== undefined)('the process table on the real kernel', () => {
  const machine = new LiveProcesses();
  const ctx = new Evaluation(machine.table);
  const seen: SeenExec[] = [];
  const gone = new Set<number>();
  let sensor: KernelSensor;
  let stop = (): void => undefined;

  beforeAll(() => {
    const opened = openKernelSensor({ eventTypes: LIVE_STATE_TYPES });
    if (!opened.ok) throw new Error(opened.message);
    sensor = opened;
    machine.seed();
    stop = sensor.start({ view: ctx.evt, onEvent: note });
  });
  afterAll(() => {
    stop();
    sensor.close();
    machine.close();
    rmSync(dir, { recursive: true });
  });

  function note(): void {
    machine.table.apply(ctx);
    const { thread } = ctx;
    if (thread === undefined) return;
    const event = EVENTS[ctx.evt.type]?.name;
    if (event === 'procexit' && thread.tid === thread.pid) gone.add(thread.pid);
    if (event !== 'execve' || thread.exe !== 'true') return;
    seen.push({
      word: thread.args[0] ?? '',
      pid: thread.pid,
      tid: thread.tid,
      chain: machine.table.ancestors(thread).map((ancestor) => ancestor.comm),
      parent: machine.table.parent(thread)?.comm,
      history: thread.history.map((image) => image.comm),
    });
  }

  async function live(word: string): Promise<SeenExec> {
    const child = spawn(program, [word], { detached: true, stdio: 'ignore' });
    await once(child, 'exit');
    await expect.poll(() => gone.has(child.pid ?? 0)).toBe(true);
    await expect.poll(() => seen.some((exec) => exec.word === word)).toBe(true);
    const exec = seen.find((one) => one.word === word);
    if (exec === undefined) throw new Error(`no exec of ${word}`);
    return { ...exec, pid: exec.pid - (child.pid ?? 0), tid: exec.tid - (child.pid ?? 0) };
  }

  test('an exec by a thread that does not lead is the process’s exec', async () => {
    const exec = await live('thread-exec');
    expect(exec).toMatchObject({ pid: 0, tid: 0, history: ['acts'] });
    expect(exec.chain.at(-1)).toBe('true');
    expect(exec.chain.filter((name) => name === 'acts')).toEqual([]);
  });

  test('a vfork’s child is a child', async () => {
    const exec = await live('vfork');
    expect(exec.chain.slice(-2)).toEqual(['acts', 'true']);
    expect(exec).toMatchObject({ parent: 'acts', history: [] });
  });

  test('an orphan has a new parent, and who really started it is still told', async () => {
    const exec = await live('orphan');
    expect(exec.parent).toBe('acts');
    expect(exec.chain.slice(-3)).toEqual(['acts', 'middle', 'true']);
  });

  test('a process whose leader ended goes on', async () => {
    const exec = await live('leader-first');
    expect(exec.chain.slice(-3)).toEqual(['acts', 'acts', 'true']);
  });

  test('nothing that ended is left, and nothing had to be looked up', async () => {
    for (const { pid } of seen) expect(machine.table.thread(pid)).toBe(undefined);
    expect(machine.table.live.reused).toBe(0);
    expect(machine.table.threads.evicted).toBe(0);
    const known = machine.table.leaders().length;
    machine.reconcile();
    expect(Math.abs(machine.table.leaders().length - known)).toBeLessThan(20);
  });
});
