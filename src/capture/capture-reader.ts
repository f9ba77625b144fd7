/**
 * Reads a .scap capture of any length through one window of bytes. Events are not copied: `next`
 * moves a view over the window from one to the next, and what it shows is valid until then. Blocks
 * that are not events go to `tables` as they come.
 *
 * Damage ends the reading where it is: what came before is sound, and one warning says where and
 * what. A table entry or an event that lies about its own lengths, in a block that is otherwise
 * well framed, is left out alone, with a warning.
 */
import type { CaptureTables } from '#model/capture-tables.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { EVENT_HEADER_SIZE } from '#model/event-view.ts';
import {
  CAPTURE_EVENT_BLOCK_BYTES,
  CAPTURE_TABLE_BLOCK_BYTES,
  CAPTURE_WARNINGS_MAX,
  CAPTURE_WINDOW_BYTES,
} from '#model/limits.ts';
import type { BlockLayout } from './block.ts';
import {
  BLOCK_BODY,
  BLOCK_FRAME_SIZE,
  BLOCK_LAYOUTS,
  DUMP_FLAG,
  EVENT_BLOCK_V2,
  SECTION_BLOCK,
  SECTION_MAGIC,
  SUPPORTED_MAJOR,
} from './block.ts';
import type { ByteSource } from './byte-source.ts';
import { readTableBlock } from './table-block.ts';
import { upgradeEventV1 } from './upgrade-event.ts';

const U32_SIZE = 4;
const CPU_SIZE = 2;
const TYPE_AT = 20;
const COUNT_AT = 22;
const SHRINK_FACTOR = 4;
const EVENT_V2_LAYOUT: BlockLayout = { kind: 'event', flags: false, counted: true, large: false };

const isLarge = Uint8Array.from(EVENTS, ({ flags }) => (flags.has('large') ? 1 : 0));

export interface CaptureReaderOptions {
  readonly view: EventView;
  readonly tables: CaptureTables;
  /** Bytes to leave free at the start of the window, for converted events. */
  readonly reserved?: number;
  /** Bytes of the window; a smaller one than usual is for tests. */
  readonly window?: number;
}

export class CaptureReader {
  /** Event blocks seen, those that were left out included. */
  events = 0;
  /** Events of types that this version does not know. */
  unknownTypes = 0;
  /** Events left out because their lengths did not add up. */
  malformed = 0;
  /** Whether rules should not see the view's event: it was kept for its effect on state alone. */
  stateOnly = false;
  /** The first of them, in words for the user; `warningCount` of all. */
  readonly warnings: string[] = [];
  warningCount = 0;
  readonly view: EventView;
  private readonly source: ByteSource;
  private readonly tables: CaptureTables;
  private readonly reserved: number;
  private readonly usualSize: number;
  private window: Buffer;
  private data: DataView;
  private at: number;
  private end: number;
  /** Offset of the window's first byte after the reserved ones, in the uncompressed capture. */
  private windowOffset = 0;
  private wanted = 0;
  private done = false;
  private sections = 0;

  constructor(source: ByteSource, options: CaptureReaderOptions) {
    this.source = source;
    this.view = options.view;
    this.tables = options.tables;
    this.reserved = options.reserved ?? 0;
    this.at = this.reserved;
    this.end = this.reserved;
    this.usualSize = options.window ?? CAPTURE_WINDOW_BYTES;
    this.window = Buffer.allocUnsafeSlow(this.reserved + this.usualSize);
    this.data = this.view.over(this.window).data;
  }

  /** Bytes of the uncompressed capture that have been read. */
  get offset(): number {
    return this.windowOffset + this.at - this.reserved;
  }

  /** Bytes of the file or stream, compressed as they are there. */
  get consumed(): number {
    return this.source.consumed;
  }

  /** Gets more bytes into the window. False when the capture has no more events. */
  async fill(): Promise<boolean> {
    if (this.done) return false;
    this.makeRoom();
    const size = this.window.length - this.end;
    const read = await this.source.read(this.window, this.end, size);
    this.end += read;
    if (read === 0) this.finish();
    return !this.done;
  }

  /** Moves the view to the next event; false when that needs `fill` first. */
  next(): boolean {
    while (!this.done) {
      const at = this.at;
      const available = this.end - at;
      if (available < BLOCK_FRAME_SIZE) return false;
      const type = this.data.getUint32(at, true);
      const length = this.data.getUint32(at + U32_SIZE, true);
      if (length > available || length < BLOCK_FRAME_SIZE) {
        this.awaitBlock(type, length);
        return false;
      }
      if (this.data.getUint32(at + length - U32_SIZE, true) !== length) {
        this.stopAt(`block length ${length} in its header is not that in its trailer`);
        return false;
      }
      this.at = at + length;
      const layout = type === EVENT_BLOCK_V2 ? EVENT_V2_LAYOUT : BLOCK_LAYOUTS.get(type);
      if (layout?.kind === 'event') {
        this.events++;
        if (this.readEvent(layout, at, length)) return true;
      } else if (layout !== undefined) {
        this.readOther(layout, at, length);
      }
    }
    return false;
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private readEvent(layout: BlockLayout & { kind: 'event' }, at: number, length: number): boolean {
    let base = at + BLOCK_BODY + CPU_SIZE;
    this.stateOnly = false;
    if (layout.flags) {
      this.stateOnly = (this.data.getUint32(base, true) & DUMP_FLAG.stateOnly) !== 0;
      base += U32_SIZE;
    }
    const end = at + length - U32_SIZE;
    const cpu = this.data.getUint16(at + BLOCK_BODY, true);
    if (!layout.counted) base = upgradeEventV1(this.window, this.data, base, end);
    if (base < 0 || base + EVENT_HEADER_SIZE > end) return this.leaveOut(at);
    const type = this.data.getUint16(base + TYPE_AT, true);
    if (type >= EVENTS.length) {
      this.unknownTypes++;
      return false;
    }
    const large = isLarge[type] === 1;
    if (!this.addsUp(base, end, large ? 4 : 2)) return this.leaveOut(at);
    this.view.at(base, large);
    this.view.cpu = cpu;
    return true;
  }

  /** Whether header, lengths and parameters fit into what the block has. */
  private addsUp(base: number, end: number, lengthSize: number): boolean {
    const data = this.data;
    const length = data.getUint32(base + 16, true);
    const count = data.getUint32(base + COUNT_AT, true);
    const lengths = base + EVENT_HEADER_SIZE;
    if (base + length > end || lengths + count * lengthSize > base + length) return false;
    let to = lengths + count * lengthSize;
    if (lengthSize === 2) {
      for (let i = 0; i < count; i++) to += data.getUint16(lengths + i * 2, true);
    } else {
      for (let i = 0; i < count; i++) to += data.getUint32(lengths + i * 4, true);
    }
    return to <= base + length;
  }

  private leaveOut(at: number): false {
    this.malformed++;
    this.warn(this.offsetOf(at), 'an event whose lengths do not add up was left out');
    return false;
  }

  private readOther(layout: BlockLayout, at: number, length: number): void {
    const start = at + BLOCK_BODY;
    const end = at + length - U32_SIZE;
    if (layout.kind === 'event') return;
    if (layout.kind === 'section') {
      this.readSection(at, end);
      return;
    }
    const { kind, version } = layout;
    const damaged = readTableBlock({ kind, version, bytes: this.window, start, end }, this.tables);
    if (damaged >= 0) {
      this.warn(this.offsetOf(damaged), `the list of ${kind} is damaged: its rest was left out`);
    }
  }

  private readSection(at: number, end: number): void {
    const start = at + BLOCK_BODY;
    if (end - start < 8 || this.data.getUint32(start, true) !== SECTION_MAGIC) {
      this.at = at;
      this.stopAt('the section header has another byte order, or is damaged');
      return;
    }
    const major = this.data.getUint16(start + U32_SIZE, true);
    if (major > SUPPORTED_MAJOR) {
      this.at = at;
      this.stopAt(`format version ${major} is not known: expected ${SUPPORTED_MAJOR}`);
      return;
    }
    this.sections++;
    this.tables.section();
  }

  /**
   * The block at hand is not all there yet: says how much is wanted, or that it cannot be right.
   */
  private awaitBlock(type: number, length: number): void {
    if (this.sections === 0 && type !== SECTION_BLOCK) {
      this.stopAt('this is not a .scap capture: it does not start with a section header');
      return;
    }
    const layout = BLOCK_LAYOUTS.get(type);
    const limit = layout?.kind === 'event' ? CAPTURE_EVENT_BLOCK_BYTES : CAPTURE_TABLE_BLOCK_BYTES;
    if (length < BLOCK_FRAME_SIZE) {
      this.stopAt(
        `block length ${length} is less than the ${BLOCK_FRAME_SIZE} that every block has`,
      );
    } else if (length > limit) {
      this.stopAt(`block length ${length} is more than the limit of ${limit}`);
    } else {
      this.wanted = length;
    }
  }

  /** Moves what is left to the front and gives the window the size that the block at hand needs. */
  private makeRoom(): void {
    const left = this.end - this.at;
    const full = left === this.window.length - this.reserved;
    const size = this.windowSize(left, full);
    if (size !== this.window.length) {
      const window = Buffer.allocUnsafeSlow(size);
      this.window.copy(window, 0, 0, this.reserved);
      this.window.copy(window, this.reserved, this.at, this.end);
      this.window = window;
      this.data = this.view.over(window).data;
    } else {
      this.window.copyWithin(this.reserved, this.at, this.end);
    }
    this.windowOffset += this.at - this.reserved;
    this.at = this.reserved;
    this.end = this.reserved + left;
  }

  /** Doubles only when full, so a length that lies costs no more than the bytes that are there. */
  private windowSize(left: number, full: boolean): number {
    if (full) return this.reserved + left * 2;
    const usual = this.reserved + this.usualSize;
    const needed = Math.max(left, this.wanted);
    return this.window.length > usual && needed * SHRINK_FACTOR < this.usualSize
      ? usual
      : this.window.length;
  }

  private finish(): void {
    this.done = true;
    const left = this.end - this.at;
    const fault = this.source.fault;
    if (fault !== undefined) this.warn(this.offset, `reading ended early: ${fault}`);
    else if (left > 0) this.warn(this.offset, `the capture is cut: its last block is not whole`);
    else if (this.sections === 0) this.warn(0, 'this is not a .scap capture: it is empty');
  }

  private stopAt(reason: string): void {
    this.done = true;
    this.warn(this.offset, `${reason}; nothing behind it was read`);
  }

  private offsetOf(at: number): number {
    return this.windowOffset + at - this.reserved;
  }

  private warn(offset: number, reason: string): void {
    this.warningCount++;
    if (this.warnings.length < CAPTURE_WARNINGS_MAX)
      this.warnings.push(`byte ${offset}: ${reason}`);
  }
}
