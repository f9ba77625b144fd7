import { write } from 'node:fs';
import { OUTPUT_FLUSH_MS, OUTPUT_QUEUE_BYTES, OUTPUT_RETRY_MS } from '#model/limits.ts';

/** Why a writer stopped or paused; also a metric's label. */
export type WriteTrouble = 'closed' | 'full' | 'failed';

export interface WriterEvents {
  /** The reader went away: nothing more will be written. */
  readonly closed: () => void;
  /** A full disk or a device error: told once each time it begins; lines are dropped until it ends. */
  readonly trouble: (reason: WriteTrouble, message: string) => void;
}

/**
 * Writes lines to a file descriptor without ever stopping who calls it. Node's own stdout is
 * synchronous for pipes and terminals, so a reader that pauses (`| less`) would stop detection; here
 * one write is under way at a time on the thread pool and the rest waits in a bounded queue. What does
 * not fit is dropped whole and counted.
 */
export class LineWriter {
  dropped = 0;
  written = 0;
  private readonly fd: number;
  private readonly events: WriterEvents;
  private queue: Buffer[] = [];
  private queuedBytes = 0;
  private busy = false;
  private isClosed = false;
  private inTrouble = false;
  private idle: (() => void)[] = [];
  private retry: NodeJS.Timeout | undefined = undefined;

  constructor(fd: number, events: WriterEvents) {
    this.fd = fd;
    this.events = events;
  }

  get closed(): boolean {
    return this.isClosed;
  }

  write(text: string): void {
    if (this.isClosed) {
      this.dropped++;
      return;
    }
    const bytes = Buffer.from(text, 'utf8');
    if (this.queuedBytes + bytes.length > OUTPUT_QUEUE_BYTES) {
      this.dropped++;
      return;
    }
    this.queue.push(bytes);
    this.queuedBytes += bytes.length;
    if (!this.busy) this.next();
  }

  /** Resolves when everything is written, cannot be, or the time for it is over. */
  async flush(timeoutMs = OUTPUT_FLUSH_MS): Promise<void> {
    if (!this.busy || this.isClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.idle.push(resolve);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
  }

  private next(): void {
    const [first] = this.queue;
    if (first === undefined) {
      this.busy = false;
      for (const resolve of this.idle.splice(0)) resolve();
      return;
    }
    this.busy = true;
    const chunk = this.queue.length === 1 ? first : Buffer.concat(this.queue);
    this.queue = [];
    this.send(chunk);
  }

  private send(chunk: Buffer): void {
    write(this.fd, chunk, 0, chunk.length, null, (error, count) => {
      if (error !== null) {
        this.failed(error, chunk);
        return;
      }
      this.inTrouble = false;
      this.queuedBytes -= count;
      this.written += count;
      if (count < chunk.length) this.send(chunk.subarray(count));
      else this.next();
    });
  }

  private failed(error: NodeJS.ErrnoException, chunk: Buffer): void {
    if (error.code === 'EAGAIN') {
      // Somebody else made this terminal non-blocking; its buffer empties in a moment.
      this.later(AGAIN_MS, () => this.send(chunk));
      return;
    }
    if (error.code === 'EPIPE' || error.code === 'EBADF') {
      this.close();
      return;
    }
    const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'EFBIG';
    if (!this.inTrouble) {
      this.inTrouble = true;
      this.events.trouble(isFull ? 'full' : 'failed', error.message);
    }
    this.later(OUTPUT_RETRY_MS, () => this.send(chunk));
  }

  private later(delayMs: number, act: () => void): void {
    this.retry = setTimeout(act, delayMs);
    this.retry.unref();
  }

  private close(): void {
    this.isClosed = true;
    clearTimeout(this.retry);
    this.dropped += this.queue.length;
    this.queue = [];
    this.queuedBytes = 0;
    this.busy = false;
    for (const resolve of this.idle.splice(0)) resolve();
    this.events.closed();
  }
}

const AGAIN_MS = 5;
