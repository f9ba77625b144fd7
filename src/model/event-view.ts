/**
 * A flyweight over one event where its bytes already are: the mapped ring, or the capture's buffer.
 * One view is moved from event to event (`at`), so an event costs no object. Everything read from
 * it is valid only until it moves: the ring's memory is given back to the kernel.
 *
 * Layout, little-endian, packed, at `base` (the .scap v2 event, byte for byte):
 *   u64 timestamp ns | u64 tid | u32 length | u16 type | u32 parameters | lengths | parameter bytes
 * `length` counts header, lengths and data. A length is a u16, or a u32 for a large-payload type.
 *
 * Strings come out as byte strings: one character a byte (latin1), so that any bytes survive and
 * comparing with a rule's constant (its UTF-8 bytes as a byte string) is exact. lib/byte-string.ts
 * turns them into text for output.
 */

/** The bytes before a live event, written by the sensor's kernel programs (bpf/event.h). */
export const RECORD = {
  startNs: 0,
  cgroupId: 8,
  pid: 16,
  eventLength: 20,
  fdLength: 24,
  flags: 26,
  cpu: 28,
  headerSize: 32,
} as const;

/** Flags of a live record (bpf/event.h `enum record_flag`). */
export const RECORD_FLAG = {
  truncated: 1,
  compat32: 2,
  kernelThread: 4,
  critical: 8,
  /** An opened file's mount is in another mount namespace than the caller. */
  foreignMount: 16,
} as const;

declare global {
  interface Buffer {
    /** Node has it and @types/node does not: `toString('latin1', …)` at half its cost. */
    latin1Slice(start?: number, end?: number): string;
  }
}

export const EVENT_HEADER_SIZE = 26;
const TWO_32 = 2 ** 32;
const EMPTY = Buffer.alloc(0);

export class EventView {
  bytes: Buffer = EMPTY;
  data: DataView = new DataView(EMPTY.buffer, EMPTY.byteOffset, EMPTY.byteLength);
  /** Where the event's header starts in `bytes`. */
  base = 0;
  /** Where the record prefix starts; -1 for an event from a capture. */
  record = -1;
  type = 0;
  /** How many parameters the event carries; an old writer's may be fewer than the schema's. */
  paramCount = 0;
  /** Which CPU; evt.num and evt.time are the evaluation context's. */
  cpu = 0;
  /** Bytes of one parameter length: 4 for a large-payload type. */
  lengthSize: 2 | 4 = 2;

  /** Points the view at other memory. */
  over(bytes: Buffer): this {
    this.bytes = bytes;
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this;
  }

  /** Moves to the event whose header starts at `base`; `large` for u32 parameter lengths. */
  at(base: number, large = false): this {
    this.base = base;
    this.record = -1;
    this.type = this.data.getUint16(base + 20, true);
    this.paramCount = this.data.getUint32(base + 22, true);
    this.lengthSize = large ? 4 : 2;
    return this;
  }

  /** Moves to the live record that starts at `offset`. */
  atRecord(offset: number): this {
    this.at(offset + RECORD.headerSize);
    this.record = offset;
    this.cpu = this.data.getUint16(offset + RECORD.cpu, true);
    return this;
  }

  get isLive(): boolean {
    return this.record >= 0;
  }

  /**
   * Live: nanoseconds of CLOCK_BOOTTIME. Capture: nanoseconds since 1970 (exact value:
   * `timestampNs`).
   */
  get timestamp(): number {
    return this.uint64(this.base);
  }

  get timestampNs(): bigint {
    return this.data.getBigUint64(this.base, true);
  }

  get tid(): number {
    return this.int64(this.base + 8);
  }

  get length(): number {
    return this.data.getUint32(this.base + 16, true);
  }

  /** Live only: thread group id. */
  get pid(): number {
    return this.data.getUint32(this.record + RECORD.pid, true);
  }

  /**
   * Live only: when the thread group's leader started, ns of CLOCK_BOOTTIME; with pid, the process
   * key.
   */
  get startNs(): number {
    return this.uint64(this.record + RECORD.startNs);
  }

  /** Live only. A kernfs id: exact as a double below 2^53, which no machine reaches. */
  get cgroupId(): number {
    return this.uint64(this.record + RECORD.cgroupId);
  }

  get recordFlags(): number {
    return this.record < 0 ? 0 : this.data.getUint16(this.record + RECORD.flags, true);
  }

  /**
   * Live only: where the fd entry that the kernel appended starts (a .scap FD entry); -1 for none.
   */
  get fdEntry(): number {
    if (this.record < 0 || this.data.getUint16(this.record + RECORD.fdLength, true) === 0)
      return -1;
    const length = this.data.getUint32(this.record + RECORD.eventLength, true);
    return this.record + RECORD.headerSize + length;
  }

  paramLength(index: number): number {
    if (index >= this.paramCount) return 0;
    const at = this.base + EVENT_HEADER_SIZE + index * this.lengthSize;
    return this.lengthSize === 2 ? this.data.getUint16(at, true) : this.data.getUint32(at, true);
  }

  /** Where parameter `index` starts in `bytes`. */
  paramStart(index: number): number {
    const lengths = this.base + EVENT_HEADER_SIZE;
    let start = lengths + this.paramCount * this.lengthSize;
    for (let i = 0; i < index; i++) {
      const at = lengths + i * this.lengthSize;
      start +=
        this.lengthSize === 2 ? this.data.getUint16(at, true) : this.data.getUint32(at, true);
    }
    return start;
  }

  /**
   * A parameter's bytes as a byte string without its final NUL; undefined where absent or empty.
   */
  paramString(index: number): string | undefined {
    const length = this.paramLength(index);
    if (length === 0) return undefined;
    const start = this.paramStart(index);
    const end = this.bytes[start + length - 1] === 0 ? start + length - 1 : start + length;
    return this.bytes.latin1Slice(start, end);
  }

  /** An 8-byte signed parameter (fd, pid, errno); undefined where absent. */
  paramInt64(index: number): number | undefined {
    return this.paramLength(index) === 8 ? this.int64(this.paramStart(index)) : undefined;
  }

  paramUint32(index: number): number | undefined {
    return this.paramLength(index) === 4
      ? this.data.getUint32(this.paramStart(index), true)
      : undefined;
  }

  /** As a double: exact below 2^53. */
  uint64(at: number): number {
    return this.data.getUint32(at + 4, true) * TWO_32 + this.data.getUint32(at, true);
  }

  int64(at: number): number {
    return this.data.getInt32(at + 4, true) * TWO_32 + this.data.getUint32(at, true);
  }
}
