import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EVENTS } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import type { KernelSensor, SensorOptions } from '#sensor/kernel/kernel-sensor.ts';
import { openKernelSensor } from '#sensor/kernel/kernel-sensor.ts';
import type { SeenEvent } from './read-event.ts';
import { readEvent } from './read-event.ts';

const DEADLINE_MS = 10_000;
const BUDGET = 1_000_000;
/** The machine goes on while a test does not read. */
const ROOMY_RING_BYTES = 64 * 1024 * 1024;

/** Why the kernel cannot be watched here, in one sentence; undefined where it can. */
export function cannotWatchKernel(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'a kernel without BTF';
  if (!existsSync('/usr/bin/clang')) return 'no clang for the program that acts';
  return undefined;
}

const ALL_TYPES: ReadonlySet<number> = new Set(EVENTS.map((event) => event.id));

/** Compiles one of programs/*.c into `dir`; its path. */
export async function buildProgram(
  dir: string,
  name: string,
  flags: string[] = [],
): Promise<string> {
  const source = join(import.meta.dirname, 'programs', `${name}.c`);
  const program = join(dir, name);
  await promisify(execFile)('/usr/bin/clang', ['-O1', '-static', ...flags, '-o', program, source]);
  return program;
}

export function scratchDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'midwatch-kernel-'));
}

export function removeDirectory(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

export interface Ran {
  readonly pid: number;
  readonly stdout: string;
  readonly exitCode: number | null;
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], cwd = '/'): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('latin1');
    });
    child.once('error', fail);
    child.once('close', (exitCode) => done({ pid: child.pid ?? -1, stdout, exitCode }));
  });
}

/** A kernel sensor whose events are kept until somebody asks for those of a process. */
export class KernelWatch {
  readonly sensor: KernelSensor;
  private readonly view = new EventView();
  private readonly seen: SeenEvent[] = [];

  private constructor(sensor: KernelSensor) {
    this.sensor = sensor;
  }

  static open(options: Partial<SensorOptions> = {}): KernelWatch {
    const sensor = openKernelSensor({
      eventTypes: ALL_TYPES,
      bulkRingBytes: ROOMY_RING_BYTES,
      ...options,
    });
    if (!sensor.ok) throw new Error(sensor.message);
    return new KernelWatch(sensor);
  }

  /** Takes what is there. */
  drain(): void {
    this.sensor.drain(this.view, () => this.seen.push(readEvent(this.view)), BUDGET);
  }

  /**
   * All events of a process that ended, in order. They are complete when its exit is there, for
   * events of one task come in their order.
   */
  async eventsOf(pid: number): Promise<SeenEvent[]> {
    const start = performance.now();
    while (true) {
      this.drain();
      const events = this.seen.filter((event) => event.pid === pid);
      if (events.some((event) => event.type === 'procexit_1_e' && event.tid === pid)) return events;
      if (performance.now() - start > DEADLINE_MS) throw new Error(`no exit of ${pid} was seen`);
      await sleep(5);
    }
  }

  /** Every event that was taken so far. */
  all(): readonly SeenEvent[] {
    return this.seen;
  }

  close(): void {
    this.sensor.close();
  }
}
