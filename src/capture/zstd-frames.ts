/**
 * Where the frames of a zstd stream end. A file may hold several, one after another (a recorded
 * segment does, and so does what parallel compressors write), but Node's decompressor throws away
 * what follows a frame's end in the same write. So writes are split there.
 *
 * A frame is a header, blocks that tell their length in three bytes, and four bytes of checksum
 * where the header says so. A skippable frame is a magic number, a length and so many bytes.
 */
const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const MAGIC_SIZE = 4;
const SKIPPABLE_HEADER_SIZE = 8;
const BLOCK_HEADER_SIZE = 3;
const BLOCK_RUN_LENGTH = 1;
const HEADER_MAX = 18;
const DICTIONARY_SIZES = [0, 1, 2, 4];
const CONTENT_SIZES = [0, 2, 4, 8];

type Stage = 'start' | 'block' | 'lost';

export class ZstdFrames {
  private stage: Stage = 'start';
  private readonly head = Buffer.alloc(HEADER_MAX);
  private headSize = 0;
  private skip = 0;
  private endsAfterSkip = false;
  private hasChecksum = false;

  /** The piece that follows those before, cut where frames end. */
  split(piece: Buffer): Buffer[] {
    const parts: Buffer[] = [];
    let from = 0;
    let at = 0;
    while (at < piece.length) {
      at = this.step(piece, at);
      if (this.skip > 0 || !this.endsAfterSkip) continue;
      this.endsAfterSkip = false;
      this.stage = 'start';
      parts.push(piece.subarray(from, at));
      from = at;
    }
    if (from < piece.length) parts.push(piece.subarray(from));
    return parts;
  }

  private step(piece: Buffer, at: number): number {
    // What is no zstd is the decompressor's to complain of.
    if (this.stage === 'lost') return piece.length;
    if (this.skip > 0) {
      const skipped = Math.min(this.skip, piece.length - at);
      this.skip -= skipped;
      return at + skipped;
    }
    this.head[this.headSize++] = piece[at] ?? 0;
    if (this.stage === 'start') this.readFrameHeader();
    else this.readBlockHeader();
    return at + 1;
  }

  private readFrameHeader(): void {
    const { head, headSize } = this;
    if (headSize < MAGIC_SIZE + 1) return;
    const magic = head.readUInt32LE(0);
    if ((magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC) {
      if (headSize === SKIPPABLE_HEADER_SIZE) this.expect(head.readUInt32LE(MAGIC_SIZE), true);
      return;
    }
    if (magic !== MAGIC) {
      this.stage = 'lost';
      return;
    }
    const descriptor = head.readUInt8(MAGIC_SIZE);
    if (headSize < MAGIC_SIZE + 1 + headerRest(descriptor)) return;
    this.hasChecksum = (descriptor & 4) !== 0;
    this.stage = 'block';
    this.headSize = 0;
  }

  private readBlockHeader(): void {
    if (this.headSize < BLOCK_HEADER_SIZE) return;
    const header = this.head.readUIntLE(0, BLOCK_HEADER_SIZE);
    const isLast = (header & 1) !== 0;
    const isRun = ((header >> 1) & 3) === BLOCK_RUN_LENGTH;
    const size = isRun ? 1 : header >> 3;
    this.expect(size + (isLast && this.hasChecksum ? 4 : 0), isLast);
  }

  private expect(size: number, thenEnds: boolean): void {
    this.headSize = 0;
    this.skip = size;
    this.endsAfterSkip = thenEnds;
  }
}

/** Bytes of a frame's header behind its descriptor. */
function headerRest(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const contentFlag = descriptor >> 6;
  const content = contentFlag === 0 && isSingle ? 1 : (CONTENT_SIZES[contentFlag] ?? 0);
  return (isSingle ? 0 : 1) + (DICTIONARY_SIZES[descriptor & 3] ?? 0) + content;
}
