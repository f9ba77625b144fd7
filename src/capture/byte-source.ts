import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Where a capture's bytes come from, one read after another. */
export interface ByteSource {
  /** Reads at most `length` bytes into `into` at `at`; 0 at the end, also at an early one. */
  read(into: Buffer, at: number, length: number): Promise<number>;
  close(): Promise<void>;
  /** Bytes taken from the file or stream so far, compressed as they are there. */
  readonly consumed: number;
  /** Why the bytes ended before they should have; undefined for a proper end. */
  readonly fault: string | undefined;
}

/** Reads between which other things (a key that ends the program) get their turn. */
const READS_A_TURN = 16;

export async function openFileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r');
  const isPlain = (await file.stat()).isFile();
  return isPlain ? new PlainFileSource(file) : new FileSource(file);
}

/** A pipe, a device. */
class FileSource implements ByteSource {
  consumed = 0;
  fault: string | undefined = undefined;
  protected readonly file: FileHandle;

  constructor(file: FileHandle) {
    this.file = file;
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    try {
      const bytesRead = await this.take(into, at, length);
      this.consumed += bytesRead;
      return bytesRead;
    } catch (error) {
      this.fault = reasonOf(error);
      return 0;
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  protected async take(into: Buffer, at: number, length: number): Promise<number> {
    return (await this.file.read(into, at, length)).bytesRead;
  }
}

/** Read at once: a thread that reads, and waiting for it, cost more than the bytes. */
class PlainFileSource extends FileSource {
  private reads = 0;

  protected override async take(into: Buffer, at: number, length: number): Promise<number> {
    if (++this.reads % READS_A_TURN === 0) await nextTurn();
    return readSync(this.file.fd, into, at, length, null);
  }
}

/** Standard input, or any stream of buffers. */
export class StreamSource implements ByteSource {
  consumed = 0;
  fault: string | undefined = undefined;
  private readonly stream: Readable;
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.stream = stream;
    this.chunks = stream[Symbol.asyncIterator]();
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    while (this.rest.length === 0) {
      try {
        const next = await this.chunks.next();
        if (next.done === true) return 0;
        this.rest = next.value;
      } catch (error) {
        this.fault = reasonOf(error);
        return 0;
      }
    }
    const taken = this.rest.copy(into, at, 0, length);
    this.rest = this.rest.subarray(taken);
    this.consumed += taken;
    return taken;
  }

  async close(): Promise<void> {
    this.stream.destroy();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
