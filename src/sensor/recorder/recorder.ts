/**
 * The flight recorder: what the sensor saw in the last minutes, kept on the node.
 *
 *   event ─EventTape→ chunk (256 KiB) ─zstd on the thread pool→ frame ─→ segment on disk
 *
 * A segment begins with the machine's tables, so each can be read alone; it is closed by size or
 * age, and the oldest go when the budget is full. States:
 *
 *   preparing   open files are read from /proc, in slices; events are not yet recorded (at the
 *               start), or go on into the segment before (at a change of segments)
 *   recording   events are appended; a chunk leaves memory when it is full or RECORD_FLUSH_MS old
 *   resting     writing failed (disk full); nothing is recorded, detection goes on; after
 *               RECORD_RETRY_MS a new segment is tried
 *   closed
 *
 * Imperfect: open files are read moments before a segment begins; what an event says of a
 * descriptor corrects them. Under a storm only what rules ask for is kept beyond
 * RECORD_BYTES_PER_SECOND, so that the minutes before it are not pushed out.
 *
 * Metrics: record_events_total, record_dropped_total, record_bytes_total,
 * record_segments_removed_total.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ByteWriter } from '#capture/byte-writer.ts';
import { writeProcesses } from '#capture/write-tables.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { RECORD_FLAG } from '#model/event-view.ts';
import {
  RECORD_BYTES_PER_SECOND,
  RECORD_CHUNK_BYTES,
  RECORD_FLUSH_MS,
  RECORD_PENDING_BYTES,
  RECORD_RETRY_MS,
  RECORD_SEGMENT_BYTES,
  RECORD_SEGMENT_MS,
  RECORD_SEGMENT_SHARE,
} from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { EventTape } from './event-tape.ts';
import { writeMachineTables } from './machine-tables.ts';
import { readOpenFiles } from './open-files.ts';
import { SegmentFile } from './segment-file.ts';
import { segmentName } from './segment-name.ts';
import { keepBudget, makeRecordDirectory } from './segment-store.ts';

export interface RecorderOptions {
  readonly directory: string;
  readonly budgetBytes: number;
  /** Every thread known, as of now. */
  readonly threads: () => Iterable<Thread>;
  /** Added to a CLOCK_BOOTTIME gives ns since 1970. */
  readonly clockOffsetNs: () => bigint;
  /** Called when recording stops for a reason, and when it goes on. */
  readonly say: (message: string) => void;
  readonly segmentMs?: number;
  /** ms since 1970, which may go back. */
  readonly nowMs?: () => number;
}

type State = 'preparing' | 'recording' | 'resting' | 'closed';

export class Recorder {
  events = 0;
  dropped = 0;
  /** Compressed, of all segments of this run. */
  bytes = 0;
  removed = 0;
  /** Why nothing is recorded just now. */
  trouble: string | undefined = undefined;
  private state: State = 'preparing';
  private readonly options: RecorderOptions;
  private readonly run = randomBytes(4).toString('hex');
  private readonly tape = new EventTape();
  private sequence = 0;
  private startMs = 0;
  private chunk = new ByteWriter(RECORD_CHUNK_BYTES * 2);
  private spare: ByteWriter | undefined;
  private chunkAtMs = 0;
  private segmentAtMs = 0;
  /** Of the segment's file: the tables at its front do not count to its size. */
  private tableBytes = 0;
  /** Of the folder. */
  private storedBytes = 0;
  private restAtMs = 0;
  private pendingBytes = 0;
  private bytesLeft = RECORD_BYTES_PER_SECOND;
  private file: SegmentFile | undefined;
  private isTurning = false;
  /** What is to be done with files, one after another. */
  private work: Promise<void> = Promise.resolve();

  constructor(options: RecorderOptions) {
    this.options = options;
    this.turn();
  }

  /** The event at hand, after the process table has applied it. */
  record(ctx: Evaluation): void {
    if (this.state !== 'recording') return;
    if (this.pendingBytes >= RECORD_PENDING_BYTES || !this.affords(ctx)) {
      this.dropped += 1;
      return;
    }
    const { chunk } = this;
    const before = chunk.at;
    this.tape.append(ctx, chunk);
    this.bytesLeft -= chunk.at - before;
    this.events += 1;
    if (chunk.at >= RECORD_CHUNK_BYTES) this.flush();
  }

  /** Once a second. */
  tick(nowMs: number = performance.now()): void {
    this.bytesLeft = RECORD_BYTES_PER_SECOND;
    if (this.state === 'resting' && nowMs - this.restAtMs >= RECORD_RETRY_MS) this.turn();
    if (this.state !== 'recording') return;
    if (this.chunk.at > 0 && nowMs - this.chunkAtMs >= RECORD_FLUSH_MS) this.flush(nowMs);
    const age = nowMs - this.segmentAtMs;
    if (age >= (this.options.segmentMs ?? RECORD_SEGMENT_MS)) this.turn();
  }

  /** What is in memory goes to disk. */
  async close(): Promise<void> {
    if (this.state === 'recording') this.flush();
    this.state = 'closed';
    await this.work;
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
  }

  private affords({ evt }: Evaluation): boolean {
    return this.bytesLeft > 0 || (evt.recordFlags & RECORD_FLAG.critical) !== 0;
  }

  /** Begins the next segment once open files have been read. */
  private turn(): void {
    if (this.isTurning) return;
    this.isTurning = true;
    const pids = [...this.options.threads()]
      .filter(({ tid, pid }) => tid === pid)
      .map(({ pid }) => pid);
    const machine = this.machineTables();
    readOpenFiles(pids)
      .then((files) => this.beginSegment(machine, files))
      .catch((error: unknown) => this.rest(error))
      .finally(() => {
        this.isTurning = false;
      });
  }

  private machineTables(): Buffer {
    const to = new ByteWriter();
    writeMachineTables(to, this.options.clockOffsetNs());
    return to.written;
  }

  private beginSegment(machine: Buffer, files: Buffer): void {
    if (this.state === 'closed') return;
    if (this.state === 'recording') this.flush();
    this.sequence += 1;
    // Segments of a run stay in order where the clock is set back: the oldest is the first to go.
    this.startMs = Math.max(this.startMs + 1, (this.options.nowMs ?? Date.now)());
    const name = segmentName({
      startMs: this.startMs,
      run: this.run,
      sequence: this.sequence,
    });
    const path = join(this.options.directory, name);
    this.queue(() => this.openSegment(path));
    const threads = [...this.options.threads()];
    this.chunk.raw(machine);
    writeProcesses(this.chunk, threads);
    this.chunk.raw(files);
    this.tape.begin(threads);
    this.segmentAtMs = performance.now();
    this.state = 'recording';
    this.flush();
  }

  private async openSegment(path: string): Promise<void> {
    await this.file?.close();
    this.file = undefined;
    makeRecordDirectory(this.options.directory);
    this.keepBudget(path);
    this.file = await SegmentFile.create(path);
    this.tableBytes = -1;
    if (this.trouble !== undefined) this.options.say('The flight recorder writes again');
    this.trouble = undefined;
  }

  private keepBudget(current: string): void {
    const { directory, budgetBytes } = this.options;
    const { removed, total } = keepBudget(directory, { bytes: budgetBytes, current });
    this.removed += removed;
    this.storedBytes = total;
  }

  private get segmentLimit(): number {
    return Math.min(RECORD_SEGMENT_BYTES, this.options.budgetBytes / RECORD_SEGMENT_SHARE);
  }

  private flush(nowMs: number = performance.now()): void {
    const full = this.chunk;
    this.chunkAtMs = nowMs;
    if (full.at === 0) return;
    this.chunk = this.spare ?? new ByteWriter(RECORD_CHUNK_BYTES * 2);
    this.spare = undefined;
    this.pendingBytes += full.at;
    this.queue(async () => {
      const size = full.at;
      try {
        await this.write(full.written);
      } finally {
        this.pendingBytes -= size;
        // One that grew for the tables of many processes is not kept.
        if (full.bytes.length <= RECORD_CHUNK_BYTES * 2) this.spare = full.clear();
      }
    });
  }

  private async write(chunk: Buffer): Promise<void> {
    const { file } = this;
    if (file === undefined) return;
    const before = file.bytes;
    await file.append(chunk);
    const added = file.bytes - before;
    this.bytes += added;
    this.storedBytes += added;
    if (this.tableBytes < 0) this.tableBytes = added;
    if (this.storedBytes > this.options.budgetBytes) this.keepBudget(file.path);
    const isFull = file.bytes - this.tableBytes >= this.segmentLimit;
    if (this.state === 'recording' && isFull) this.turn();
  }

  private queue(task: () => Promise<void>): void {
    this.work = this.work.then(task).catch((error: unknown) => this.rest(error));
  }

  private rest(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const first = this.trouble === undefined;
    this.trouble = `The flight recorder does not write: ${message}; detection goes on.`;
    if (first) this.options.say(this.trouble);
    if (this.state !== 'closed') this.state = 'resting';
    this.restAtMs = performance.now();
    const { file } = this;
    this.file = undefined;
    this.chunk.clear();
    void file?.close().catch(() => undefined);
  }
}
