const TWO_32 = 2 ** 32;

/**
 * Little-endian values one after another into bytes that grow as needed. `bytes.subarray(0, at)` is
 * what has been written; a writer that is `clear`ed is used again without new memory.
 */
export class ByteWriter {
  bytes: Buffer;
  /** Over the same bytes: several times as fast as Buffer's own number methods. */
  data: DataView;
  at = 0;

  constructor(size = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.data = viewOf(this.bytes);
  }

  /** What was written, without a copy: good until the next write. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  clear(): this {
    this.at = 0;
    return this;
  }

  u8(value: number): this {
    const at = this.reserve(1);
    this.data.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.reserve(2);
    this.data.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.reserve(4);
    this.data.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint): this {
    const at = this.reserve(8);
    this.data.setBigUint64(at, value, true);
    return this;
  }

  /** A whole number, negative ones too; exact below 2^53. */
  i64(value: number): this {
    const at = this.reserve(8);
    this.data.setUint32(at, value, true);
    this.data.setInt32(at + 4, Math.floor(value / TWO_32), true);
    return this;
  }

  raw(bytes: Buffer): this {
    const at = this.room(bytes.length);
    this.at = at + bytes.copy(this.bytes, at);
    return this;
  }

  /** A byte string as it is. */
  chars(text: string): this {
    const at = this.room(text.length);
    this.at = at + this.bytes.write(text, at, 'latin1');
    return this;
  }

  /** A u16 length and at most `most` characters. */
  string(text: string, most: number): this {
    const kept = text.length > most ? text.slice(0, most) : text;
    return this.u16(kept.length).chars(kept);
  }

  zeros(count: number): this {
    const at = this.room(count);
    this.bytes.fill(0, at, at + count);
    this.at = at + count;
    return this;
  }

  /** Makes room for `size` bytes that the caller writes itself; gives where they go. */
  reserve(size: number): number {
    const at = this.room(size);
    this.at = at + size;
    return at;
  }

  /** Where the next `size` bytes go, with room made for them. */
  private room(size: number): number {
    const { at, bytes } = this;
    if (at + size > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, at + size));
      bytes.copy(larger, 0, 0, at);
      this.bytes = larger;
      this.data = viewOf(larger);
    }
    return at;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
