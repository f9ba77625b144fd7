import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCapture } from '#capture/open-capture.ts';
import { CaptureProcesses } from '#engine/process/capture-processes.ts';
import type { ThreadRecord } from '#engine/process/thread-record.ts';
import { Evaluation } from '#model/evaluation.ts';
import { RECORD_BYTES_PER_SECOND, RECORD_FLUSH_MS, RECORD_RETRY_MS } from '#model/limits.ts';
import { RecordingExport } from './export-recording.ts';
import { BOOT_NS, evaluate, opened, thread } from './record-fixture.ts';
import type { RecorderOptions } from './recorder.ts';
import { Recorder } from './recorder.ts';
import { listSegments } from './segment-store.ts';

const MIB = 1024 * 1024;
let directory: string;
let said: string[];
let threads: ThreadRecord[];
let recorders: Recorder[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'midwatch-recorder-'));
  said = [];
  threads = [thread(4_194_001, 'alpha'), thread(4_194_002, 'beta')];
  recorders = [];
});

afterEach(async () => {
  await Promise.all(recorders.map((recorder) => recorder.close()));
  rmSync(directory, { recursive: true, force: true });
});

/** A recorder that has begun, or rests because it cannot. */
async function start(
  folder = directory,
  budgetBytes = 64 * MIB,
  more: Partial<RecorderOptions> = {},
): Promise<Recorder> {
  const recorder = new Recorder({
    directory: folder,
    budgetBytes,
    threads: () => threads,
    clockOffsetNs: () => BOOT_NS,
    say: (message) => said.push(message),
    ...more,
  });
  recorders.push(recorder);
  await until(() => recorder.bytes > 0 || recorder.trouble !== undefined);
  return recorder;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 2_000) throw new Error('waited in vain');
    await sleep(5);
  }
}

/** An open of `path` by one of the threads. */
function open(recorder: Recorder, path: string, { who = 0, timeNs = 5_000_000_000n } = {}): void {
  const owner = threads[who] ?? thread(7, 'nobody');
  recorder.record(evaluate({ ...opened(owner.tid, 3, path), timeNs }, owner));
}

const segments = () => listSegments(directory);

async function exported(sinceNs = 0n): Promise<{ path: string; warnings: readonly string[] }> {
  const recording = new RecordingExport(sinceNs);
  const pieces: Buffer[] = [];
  for await (const piece of recording.read(segments())) pieces.push(piece);
  const path = join(directory, 'export.scap');
  writeFileSync(path, Buffer.concat(pieces));
  return { path, warnings: recording.warnings };
}

/** `comm file` of every event that rules would see. */
async function readBack(path: string): Promise<{ lines: string[]; warnings: readonly string[] }> {
  const state = new CaptureProcesses();
  const ctx = new Evaluation(state);
  const stream = await openCapture(path, state, ctx.evt);
  const lines: string[] = [];
  while (await stream.fill()) {
    while (stream.next()) {
      state.apply(ctx);
      if (stream.forRules) lines.push(`${ctx.thread?.comm} ${ctx.fd?.name}`);
    }
  }
  await stream.close();
  return { lines, warnings: stream.reader.warnings };
}

describe('a recorded segment', () => {
  test('can be read by itself: who, and which file, at wall time', async () => {
    const recorder = await start();
    open(recorder, '/etc/one');
    open(recorder, '/etc/two', { who: 1 });
    await recorder.close();
    const [segment] = segments();
    const { lines, warnings } = await readBack(segment?.path ?? '');
    expect(lines).toEqual(['alpha /etc/one', 'beta /etc/two']);
    expect(warnings).toEqual([]);
    expect([recorder.events, recorder.dropped]).toEqual([2, 0]);
  });

  test('is on disk up to the last flush before a kill -9', async () => {
    const recorder = await start();
    open(recorder, '/etc/one');
    const before = recorder.bytes;
    recorder.tick(performance.now() + RECORD_FLUSH_MS);
    await until(() => recorder.bytes > before);
    open(recorder, '/etc/lost');
    expect((await readBack(segments()[0]?.path ?? '')).lines).toEqual(['alpha /etc/one']);
  });

  test('introduces threads that its tables do not have', async () => {
    const recorder = await start();
    threads.push(thread(4_194_003, 'gamma'));
    open(recorder, '/etc/one', { who: 2 });
    await recorder.close();
    const { path } = await exported();
    expect((await readBack(path)).lines).toEqual(['gamma /etc/one']);
  });
});

describe('a container', () => {
  test('is described before its first event: name, image, labels', async () => {
    const fullId = 'c0ffee'.padEnd(64, '0');
    const [owner = thread(1, '')] = threads;
    owner.cgroups = `pids=/kubepods/${fullId}`;
    owner.container = {
      id: fullId.slice(0, 12),
      fullId,
      runtime: 'containerd',
      name: 'shop',
      imageRepository: 'registry/shop',
      imageTag: '1.2',
      labels: { 'io.kubernetes.pod.name': 'shop-7f' },
    };
    const recorder = await start();
    open(recorder, '/etc/one');
    await recorder.close();
    const { path } = await exported();
    const state = new CaptureProcesses();
    const ctx = new Evaluation(state);
    const stream = await openCapture(path, state, ctx.evt);
    const seen: unknown[] = [];
    while (await stream.fill()) {
      while (stream.next()) {
        state.apply(ctx);
        if (stream.forRules) seen.push(ctx.thread?.container);
      }
    }
    await stream.close();
    expect(seen).toEqual([expect.objectContaining({ name: 'shop', podName: 'shop-7f' })]);
    expect(seen[0]).toMatchObject({ fullId, runtime: 'containerd', imageTag: '1.2' });
  });
});

describe('an export', () => {
  test('joins the segments of one run, and of several', async () => {
    const first = await start();
    open(first, '/etc/one');
    await first.close();
    const second = await start();
    open(second, '/etc/two', { who: 1 });
    await second.close();
    const { path, warnings } = await exported();
    expect(warnings).toEqual([]);
    expect((await readBack(path)).lines).toEqual(['alpha /etc/one', 'beta /etc/two']);
  });

  test('stay in the order of their beginning where the clock is set back', async () => {
    let nowMs = Date.now();
    const hourEarlier = () => {
      nowMs -= 3_600_000;
      return nowMs;
    };
    const recorder = await start(directory, 64 * MIB, { segmentMs: 0, nowMs: hourEarlier });
    for (let count = 1; count < 4; count++) {
      await until(() => segments().length === count);
      recorder.tick();
    }
    await recorder.close();
    expect(segments().map(({ sequence }) => sequence)).toEqual(
      [1, 2, 3, 4].slice(0, segments().length),
    );
    expect(segments().length).toBeGreaterThan(2);
  });

  test('shows only what came since a time', async () => {
    const recorder = await start();
    open(recorder, '/etc/early', { timeNs: 1_000n });
    open(recorder, '/etc/late', { timeNs: 2_000n });
    await recorder.close();
    const { path } = await exported(BOOT_NS + 1_500n);
    expect((await readBack(path)).lines).toEqual(['alpha /etc/late']);
  });

  test('leaves out what is damaged with one warning, and goes on behind it', async () => {
    const names = ['/etc/one', '/etc/two', '/etc/three'];
    for (const name of names) {
      const recorder = await start();
      open(recorder, name);
      await recorder.close();
    }
    const [, second, third] = segments();
    const bytes = readFileSync(second?.path ?? '');
    bytes.fill(0xee, 20, 60);
    writeFileSync(second?.path ?? '', bytes);
    truncateSync(third?.path ?? '', (third?.bytes ?? 0) - 3);
    const { path, warnings } = await exported();
    expect(warnings).toEqual([
      expect.stringMatching(/^Segment .*-000001\.scap\.zst is damaged: .*; it is left out\.$/),
      expect.stringMatching(/^Segment .* is damaged: .*; it is read up to there \(\d+ blocks\)\.$/),
    ]);
    const read = await readBack(path);
    expect(read).toEqual({ lines: ['alpha /etc/one', 'alpha /etc/three'], warnings: [] });
  });
});

describe('a recorder within bounds', () => {
  test('takes no more than its budget', async () => {
    const recorder = await start(directory, MIB);
    const noise = Array.from({ length: 4000 }, (_, i) => `/${Math.sin(i + 1)}/${Math.cos(i)}`);
    const before = segments()[0]?.path;
    for (let round = 0; round < 40; round++) {
      recorder.tick();
      for (const name of noise) open(recorder, `${name}${round}${Math.sin(round)}`);
      await sleep(10);
    }
    // A disk slower than the events makes it leave some out; not the last, once it has caught up.
    await until(() => {
      const { dropped } = recorder;
      open(recorder, '/the/last');
      return recorder.dropped === dropped;
    });
    await recorder.close();
    // The segment being written stays whatever it holds; on a busy machine it may be the only one.
    const [current, ...others] = segments().reverse();
    const total = others.reduce((sum, { bytes }) => sum + bytes, current?.bytes ?? 0);
    expect(total).toBeLessThanOrEqual(Math.max(MIB, current?.bytes ?? 0));
    expect(recorder.bytes).toBeGreaterThan(MIB * 1.5);
    expect(recorder.removed).toBeGreaterThan(0);
    expect(segments().map(({ path }) => path)).not.toContain(before);
    const { path, warnings } = await exported();
    expect(warnings).toEqual([]);
    expect((await readBack(path)).lines.at(-1)).toBe('alpha /the/last');
  }, 30_000);

  test('in a storm keeps what rules ask for, and counts the rest', async () => {
    const recorder = await start();
    const [owner = thread(1, '')] = threads;
    const ctx = evaluate(opened(owner.tid, 3, `/${'x'.repeat(4000)}`), owner);
    const enough = RECORD_BYTES_PER_SECOND / 4000 + 100;
    for (let i = 0; i < enough; i++) recorder.record(ctx);
    expect(recorder.dropped).toBeGreaterThan(0);
    const dropped = recorder.dropped;
    recorder.record(evaluate({ ...opened(owner.tid, 3, '/asked'), isCritical: true }, owner));
    recorder.tick();
    recorder.record(ctx);
    expect(recorder.dropped - dropped).toBeLessThanOrEqual(2);
  });
});

describe('a recorder that cannot write', () => {
  test('says so once, rests, and goes on when it can', async () => {
    const folder = join(directory, 'recorder');
    writeFileSync(folder, 'a file');
    const recorder = await start(folder);
    expect(recorder.trouble).toMatch(
      /^The flight recorder does not write: .*; detection goes on\.$/,
    );
    open(recorder, '/etc/one');
    recorder.tick();
    rmSync(folder);
    recorder.tick(performance.now() + RECORD_RETRY_MS + 1);
    await until(() => recorder.trouble === undefined);
    open(recorder, '/etc/two');
    await recorder.close();
    expect(said).toEqual([
      expect.stringMatching(/^The flight recorder does not write/),
      'The flight recorder writes again',
    ]);
    const [segment] = listSegments(folder);
    expect((await readBack(segment?.path ?? '')).lines).toEqual(['alpha /etc/two']);
  });

  const small = mkdtempSync(join(tmpdir(), 'midwatch-full-'));
  mkdirSync(join(small, 'disk'));
  const disk = join(small, 'disk');
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0;
  if (!mounted) console.log('skipped: a full disk: cannot mount a small one');

  test.skipIf(!mounted)(
    'of a full disk keeps what was whole',
    async () => {
      try {
        const recorder = await start(disk);
        for (let i = 0; i < 4000 && recorder.trouble === undefined; i++) {
          for (let j = 0; j < 50; j++) open(recorder, `/${Math.sin(i + 1)}/${Math.cos(j + i)}`);
          recorder.tick(performance.now() + RECORD_FLUSH_MS);
          await sleep(1);
        }
        expect(recorder.trouble).toMatch(/does not write: .*ENOSPC/);
        await recorder.close();
        const { lines, warnings } = await readBack(listSegments(disk)[0]?.path ?? '');
        expect(lines.length).toBeGreaterThan(0);
        expect(warnings.length).toBeLessThanOrEqual(1);
        await recorder.close();
      } finally {
        spawnSync('umount', [disk]);
        rmSync(small, { recursive: true, force: true });
      }
    },
    30_000,
  );
});
