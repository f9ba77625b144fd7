import type { Duplex } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CAPTURE_FEED_BYTES, CAPTURE_INFLATED_BYTES } from '#model/limits.ts';
import type { ByteSource } from './byte-source.ts';
import { ZstdFrames } from './zstd-frames.ts';

const MAGIC_SIZE = 4;
const GZIP_MAGIC = 0x8b1f;
const ZSTD_MAGIC = 0xfd2fb528;
/** Of the decompressor's output buffers. */
const CHUNK_SIZE = 256 * 1024;
const FEED_MIN = 256;

/** The source's bytes, decompressed where its first four say gzip or zstd. */
export async function inflateIfCompressed(source: ByteSource): Promise<ByteSource> {
  const head = Buffer.alloc(MAGIC_SIZE);
  let size = 0;
  while (size < MAGIC_SIZE) {
    const read = await source.read(head, size, MAGIC_SIZE - size);
    if (read === 0) break;
    size += read;
  }
  const whole = new HeadedSource(head.subarray(0, size), source);
  if (size >= 2 && head.readUInt16LE(0) === GZIP_MAGIC) {
    return new InflateSource(whole, createGunzip({ chunkSize: CHUNK_SIZE }));
  }
  if (size === MAGIC_SIZE && head.readUInt32LE(0) === ZSTD_MAGIC) {
    const inflater = createZstdDecompress({ chunkSize: CHUNK_SIZE });
    return new InflateSource(whole, inflater, new ZstdFrames());
  }
  return whole;
}

/** Gives back what was read to look at it, then the rest. */
class HeadedSource implements ByteSource {
  private head: Buffer;
  private readonly source: ByteSource;

  constructor(head: Buffer, source: ByteSource) {
    this.head = head;
    this.source = source;
  }

  get consumed(): number {
    return this.source.consumed;
  }

  get fault(): string | undefined {
    return this.source.fault;
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    if (this.head.length === 0) return this.source.read(into, at, length);
    const taken = this.head.copy(into, at, 0, length);
    this.head = this.head.subarray(taken);
    return taken;
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

/**
 * Feeds a decompressor piece by piece and keeps what each piece became until it is read. Not a
 * pipe: when compressed data ends early or is damaged, a pipe throws away what it had already
 * decompressed, and that is the part we want. Pieces start small and grow while they do not blow
 * up, so a bomb becomes a few MiB at a time, however dense it is.
 */
class InflateSource implements ByteSource {
  private failure: string | undefined = undefined;
  private readonly source: ByteSource;
  private readonly inflater: Duplex;
  /** Node's gunzip takes several members in one write, its zstd only one frame. */
  private readonly frames: ZstdFrames | undefined;
  private readonly feed = Buffer.alloc(CAPTURE_FEED_BYTES);
  private feedSize = FEED_MIN;
  private readonly ready: Buffer[] = [];
  private readySize = 0;
  private ended = false;

  constructor(source: ByteSource, inflater: Duplex, frames?: ZstdFrames) {
    this.source = source;
    this.frames = frames;
    this.inflater = inflater;
    inflater.on('data', (chunk: Buffer) => {
      this.ready.push(chunk);
      this.readySize += chunk.length;
    });
    inflater.on('error', (error: Error) => this.fail(error));
  }

  get consumed(): number {
    return this.source.consumed;
  }

  get fault(): string | undefined {
    return this.failure ?? this.source.fault;
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    while (this.readySize === 0 && !this.ended) await this.feedOnce();
    const chunk = this.ready[0];
    if (chunk === undefined) return 0;
    const taken = chunk.copy(into, at, 0, length);
    this.readySize -= taken;
    if (taken === chunk.length) this.ready.shift();
    else this.ready[0] = chunk.subarray(taken);
    return taken;
  }

  async close(): Promise<void> {
    this.inflater.destroy();
    await this.source.close();
  }

  private async feedOnce(): Promise<void> {
    const size = await this.source.read(this.feed, 0, this.feedSize);
    if (size === 0) {
      // Not `end`'s callback: that comes before the check that the compressed data is whole.
      await new Promise<void>((resolve) => {
        this.inflater.once('close', resolve);
        this.inflater.end();
      });
      this.ended = true;
      return;
    }
    // The decompressor works on another thread: it gets bytes that nobody writes to meanwhile.
    const piece = this.feed.subarray(0, size);
    for (const part of this.frames?.split(piece) ?? [piece]) {
      await this.settled((done) => this.inflater.write(part, done));
    }
    const grows = this.readySize < CAPTURE_INFLATED_BYTES / 2;
    this.feedSize = grows
      ? Math.min(this.feedSize * 2, CAPTURE_FEED_BYTES)
      : Math.max(this.feedSize >> 1, FEED_MIN);
  }

  /** Resolves when the decompressor has done its part, well or not; keeps why not. */
  private settled(act: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const closed = () => resolve();
      this.inflater.once('close', closed);
      act((error) => {
        this.inflater.off('close', closed);
        if (error) this.fail(error);
        resolve();
      });
    });
  }

  private fail(error: Error): void {
    this.failure ??= error.message;
    this.ended = true;
  }
}
