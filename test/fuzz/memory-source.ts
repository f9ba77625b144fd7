import type { ByteSource } from '#capture/byte-source.ts';

/** Bytes that are there already. */
export class MemorySource implements ByteSource {
  readonly fault = undefined;
  readonly consumed = 0;
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    const taken = this.bytes.copy(into, at, this.at, this.at + length);
    this.at += taken;
    return taken;
  }

  async close(): Promise<void> {}
}
