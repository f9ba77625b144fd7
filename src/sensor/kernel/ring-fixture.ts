import { openSync, readSync, writeSync } from 'node:fs';
import { EVENT_HEADER_SIZE, RECORD } from '#model/event-view.ts';
import { RING_RECORD_BYTES } from '#model/limits.ts';
import { pageSize } from './libc.ts';

/**
 * A file laid out as a ring map is: consumer page, producer page, data, and the data again. Mapping
 * it is the same system call as mapping the kernel's.
 */
export class RingFile {
  readonly fd: number;
  readonly size: number;
  private end = 0;

  constructor(path: string, size: number) {
    this.fd = openSync(path, 'w+');
    this.size = size;
    const slack = Math.max(size, RING_RECORD_BYTES);
    writeSync(this.fd, Buffer.alloc(2 * page + size + slack), 0, undefined, 0);
  }

  /** Says that a record put earlier is now written. */
  finish(at: number, bytes: Buffer): void {
    const header = Buffer.alloc(4);
    header.writeUInt32LE((bytes.readUInt32LE(0) & ~BUSY) >>> 0, 0);
    writeSync(this.fd, header, 0, 4, 2 * page + at);
  }

  /** Where the reader said that it is. */
  consumed(): number {
    const position = Buffer.alloc(8);
    readSync(this.fd, position, 0, 8, 0);
    return Number(position.readBigUInt64LE());
  }

  /** Whether what the reader comes to next looks as if it were still being written. */
  isBusy(): boolean {
    const at = this.consumed();
    const header = Buffer.alloc(4);
    if (at < this.end) readSync(this.fd, header, 0, 4, 2 * page + (at % this.size));
    return header.readUInt32LE() >= BUSY;
  }

  /** Puts bytes at the end, at both places where a wrapped ring shows them. */
  put(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; ) {
      const at = (this.end + i) % this.size;
      const length = Math.min(bytes.length - i, this.size - at);
      writeSync(this.fd, bytes, i, length, 2 * page + at);
      writeSync(this.fd, bytes, i, length, 2 * page + this.size + at);
      i += length;
    }
    this.end += bytes.length;
    const position = Buffer.alloc(8);
    position.writeBigUInt64LE(BigInt(this.end));
    writeSync(this.fd, position, 0, 8, page);
  }
}

export const BUSY = 0x8000_0000;
export const DISCARDED = 0x4000_0000;
export const page = process.platform === 'linux' ? pageSize() : 4096;

/** A ring record of one event with a u64 parameter. */
export function record(time: number, mark: number, flags = 0): Buffer {
  const event = EVENT_HEADER_SIZE + 2 + 8;
  const length = RECORD.headerSize + event;
  const bytes = Buffer.alloc((8 + length + 7) & ~7);
  bytes.writeUInt32LE((flags | length) >>> 0, 0);
  bytes.writeUInt32LE(mark, 8 + RECORD.pid);
  bytes.writeUInt32LE(event, 8 + RECORD.eventLength);
  const at = 8 + RECORD.headerSize;
  bytes.writeBigUInt64LE(BigInt(time), at);
  bytes.writeUInt32LE(event, at + 16);
  bytes.writeUInt32LE(1, at + 22);
  bytes.writeUInt16LE(8, at + EVENT_HEADER_SIZE);
  return bytes;
}
