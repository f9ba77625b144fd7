/**
 * Reads little-endian values one after another. Past the end it yields zeros and empty strings and
 * remembers that it did (`overrun`), so a decoder of a lying entry stays one straight line.
 */
export class ByteCursor {
  readonly bytes: Buffer;
  at: number;
  end: number;
  overrun = false;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  u8(): number {
    const at = this.take(1);
    return at < 0 ? 0 : this.bytes.readUInt8(at);
  }

  u16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.bytes.readUInt16LE(at);
  }

  u32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.bytes.readUInt32LE(at);
  }

  u64(): bigint {
    const at = this.take(8);
    return at < 0 ? 0n : this.bytes.readBigUInt64LE(at);
  }

  /** As a double: exact below 2^53. */
  i64(): number {
    const at = this.take(8);
    return at < 0 ? 0 : Number(this.bytes.readBigInt64LE(at));
  }

  /** So many bytes as a byte string. */
  raw(length: number): string {
    const at = this.take(length);
    return at < 0 ? '' : this.bytes.latin1Slice(at, at + length);
  }

  /** A u16 length and that many bytes. */
  string(): string {
    return this.raw(this.u16());
  }

  skip(length: number): void {
    this.take(length);
  }

  private take(length: number): number {
    const at = this.at;
    if (length > this.end - at) {
      this.overrun = true;
      this.at = this.end;
      return -1;
    }
    this.at = at + length;
    return at;
  }
}
