import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EventView } from '#model/event-view.ts';
import { loadLibc } from './libc.ts';
import { BUSY, page, RingFile, record } from './ring-fixture.ts';
import { startRingLoop } from './ring-loop.ts';
import { RingPair } from './ring-pair.ts';

/** Longer than all looks that follow a round, shorter than the net. */
const QUIET_MS = 60;

/** Rings in files, and a named pipe whose being readable stands for the kernel's wake-up. */
class Scene {
  readonly seen: number[] = [];
  /** What the kernel was told, in ms. */
  readonly promises: number[] = [];
  readonly critical: RingFile;
  onSeen: () => unknown = () => {};
  private readonly dir = mkdtempSync(join(tmpdir(), 'midwatch-loop-'));
  private readonly bell: number;
  private readonly rings: RingPair;
  private readonly stop: () => void;

  constructor() {
    execFileSync('mkfifo', [join(this.dir, 'bell')]);
    this.bell = openSync(join(this.dir, 'bell'), constants.O_RDWR | constants.O_NONBLOCK);
    this.critical = new RingFile(join(this.dir, 'critical'), page);
    const rings = RingPair.open(loadLibc(), this.critical, new RingFile(join(this.dir, 'b'), page));
    if (rings === undefined) throw new Error('the rings cannot be mapped');
    this.rings = rings;
    const view = new EventView();
    this.stop = startRingLoop({
      rings,
      fds: [this.bell],
      view,
      onEvent: () => {
        this.seen.push(view.pid);
        this.onSeen();
      },
      returnWithin: (ms) => this.promises.push(ms),
    });
  }

  ring(): void {
    writeSync(this.bell, 'x');
    setImmediate(() => setImmediate(() => readSync(this.bell, Buffer.alloc(9))));
  }

  async sees(marks: readonly number[]): Promise<void> {
    await vi.waitFor(() => expect(this.seen).toEqual(marks), 2000);
  }

  end(): void {
    this.stop();
    this.rings.close();
    closeSync(this.bell);
    rmSync(this.dir, { recursive: true });
  }
}

describe.skipIf(process.platform !== 'linux')('the ring loop', () => {
  let scene: Scene;
  afterEach(() => scene.end());

  test('tells the kernel that it comes again, and takes that back when all is quiet', async () => {
    scene = new Scene();
    scene.critical.put(record(1, 1));
    scene.ring();
    await scene.sees([1]);
    await sleep(QUIET_MS);
    expect(scene.promises[0]).toBeGreaterThan(0);
    expect(scene.promises.at(-1)).toBe(0);
  });

  test('keeps its word: what comes without a wake-up meanwhile is read', async () => {
    scene = new Scene();
    scene.critical.put(record(1, 1));
    scene.onSeen = () => scene.seen.length === 1 && setImmediate(putAnother);
    const putAnother = (): void => {
      expect(scene.promises).toEqual([expect.any(Number)]);
      scene.critical.put(record(2, 2));
    };
    scene.ring();
    await scene.sees([1, 2]);
  });

  test('takes nothing back while a record is being written', async () => {
    scene = new Scene();
    const late = record(2, 2, BUSY);
    scene.critical.put(record(1, 1));
    scene.critical.put(late);
    scene.ring();
    await scene.sees([1]);
    await sleep(QUIET_MS);
    expect(scene.promises.at(-1)).toBeGreaterThan(0);
    scene.critical.finish(record(1, 1).length, late);
    await scene.sees([1, 2]);
    await sleep(QUIET_MS);
    expect(scene.promises.at(-1)).toBe(0);
  });

  test('finds with its net what no wake-up and no look told of', async () => {
    scene = new Scene();
    scene.critical.put(record(7, 7));
    await scene.sees([7]);
  });
});
