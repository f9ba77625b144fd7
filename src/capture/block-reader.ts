import { CAPTURE_TABLE_BLOCK_BYTES, CAPTURE_WINDOW_BYTES } from '#model/limits.ts';
import { BLOCK_FRAME_SIZE } from './block.ts';
import type { ByteSource } from './byte-source.ts';

/**
 * A capture's blocks as they are, for who copies them rather than looks into events:
 *
 *     while (await reader.fill()) while (reader.next()) use(reader.type, reader.block)
 *
 * Damage ends the reading; `fault` then says what it was, and what came before is sound.
 */
export class BlockReader {
  type = 0;
  fault: string | undefined = undefined;
  private readonly source: ByteSource;
  private window = Buffer.allocUnsafeSlow(CAPTURE_WINDOW_BYTES);
  private start = 0;
  private at = 0;
  private end = 0;
  private done = false;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The whole block, frame and all; good until the next `fill`. */
  get block(): Buffer {
    return this.window.subarray(this.start, this.at);
  }

  /** Gets more bytes; false when there are no more blocks. */
  async fill(): Promise<boolean> {
    if (this.done) return false;
    this.makeRoom();
    const read = await this.source.read(this.window, this.end, this.window.length - this.end);
    this.end += read;
    if (read === 0) {
      this.done = true;
      this.fault ??= this.source.fault ?? (this.at < this.end ? 'it ends in a block' : undefined);
    }
    return !this.done;
  }

  next(): boolean {
    const { window, at, end } = this;
    if (this.done || end - at < BLOCK_FRAME_SIZE) return false;
    const length = window.readUInt32LE(at + 4);
    if (length < BLOCK_FRAME_SIZE || length > CAPTURE_TABLE_BLOCK_BYTES) return this.stop(length);
    if (end - at < length) return false;
    if (window.readUInt32LE(at + length - 4) !== length) return this.stop(length);
    this.type = window.readUInt32LE(at);
    this.start = at;
    this.at = at + length;
    return true;
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private stop(length: number): false {
    this.fault = `a block cannot have the length ${length}`;
    this.done = true;
    return false;
  }

  /** Moves what is left to the front; a block larger than the window makes the window larger. */
  private makeRoom(): void {
    const rest = this.end - this.at;
    const wanted = rest < 8 ? 0 : this.window.readUInt32LE(this.at + 4);
    const from = this.window;
    if (wanted > from.length) this.window = Buffer.allocUnsafeSlow(wanted);
    from.copy(this.window, 0, this.at, this.end);
    this.start = 0;
    this.at = 0;
    this.end = rest;
  }
}
