import { closeSync, constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { OUTPUT_FLUSH_MS, OUTPUT_QUEUE_BYTES, OUTPUT_RETRY_MS } from '#model/limits.ts';

/** Why a writer stopped or paused; also a metric's label. */
export type WriteTrouble = 'closed' | 'full' | 'failed';

export interface WriterEvents {
  /** The reader went away: nothing more will be written. */
  readonly closed: () => void;
  /**
   * A full disk or a device error: told once each time it begins; lines are dropped until it ends.
   */
  readonly trouble: (reason: WriteTrouble, message: string) => void;
}

/**
 * Writes lines to a file descriptor without ever stopping who calls it. Node's own stdout is
 * synchronous for pipes and terminals, so a reader that pauses (`| less`) would stop detection.
 * Here a pipe or terminal is opened once more without blocking, for ourselves alone (the flag on
 * the given descriptor would be shared with who started us); a file is written on the thread pool.
 * What cannot be written yet waits in a bounded queue; what does not fit is dropped whole and
 * counted.
 */
export class LineWriter {
  dropped = 0;
  written = 0;
  private readonly fd: number;
  private readonly isOwn: boolean;
  private readonly events: WriterEvents;
  private queue: Buffer[] = [];
  private queuedBytes = 0;
  private busy = false;
  private isClosed = false;
  private inTrouble = false;
  private idle: (() => void)[] = [];
  private retry: NodeJS.Timeout | undefined = undefined;

  constructor(fd: number, events: WriterEvents) {
    const own = openWithoutBlocking(fd);
    this.fd = own ?? fd;
    this.isOwn = own !== undefined;
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
    if (this.isOwn) this.sendNow(chunk);
    else this.sendLater(chunk);
  }

  private sendNow(chunk: Buffer): void {
    let at = 0;
    try {
      while (at < chunk.length) at += writeSync(this.fd, chunk, at);
    } catch (error) {
      this.account(at);
      this.failed(asSystemError(error), chunk.subarray(at));
      return;
    }
    this.account(at);
    this.next();
  }

  private sendLater(chunk: Buffer): void {
    write(this.fd, chunk, 0, chunk.length, null, (error, count) => {
      if (error !== null) {
        this.failed(error, chunk);
        return;
      }
      this.account(count);
      if (count < chunk.length) this.send(chunk.subarray(count));
      else this.next();
    });
  }

  private account(count: number): void {
    if (count > 0) this.inTrouble = false;
    this.queuedBytes -= count;
    this.written += count;
  }

  private failed(error: NodeJS.ErrnoException, chunk: Buffer): void {
    if (error.code === 'EAGAIN') {
      // The reader is slower than we are. There is nothing to wait on for a descriptor of libuv's
      // kinds that costs less than looking again in a moment.
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
    if (this.isOwn) closeSync(this.fd);
    for (const resolve of this.idle.splice(0)) resolve();
    this.events.closed();
  }
}

const AGAIN_MS = 5;

/** Pipes and terminals; undefined for what is not one, or may not be opened again (a socket). */
function openWithoutBlocking(fd: number): number | undefined {
  try {
    const kind = fstatSync(fd);
    if (!kind.isFIFO() && !kind.isCharacterDevice()) return undefined;
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return openSync(`/proc/self/fd/${fd}`, flags);
  } catch {
    return undefined;
  }
}

function asSystemError(error: unknown): NodeJS.ErrnoException {
  return error instanceof Error ? error : new Error(String(error));
}
