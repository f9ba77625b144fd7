/**
 * Joins recorded segments into one capture that today's readers and sysdig 0.29 understand alike.
 * Segments of one run continue each other and become one section; where something is missing
 * between two, a new section begins, with the tables of the later one.
 */

import { BLOCK_BODY, BLOCK_LAYOUTS } from '#capture/block.ts';
import { BlockReader } from '#capture/block-reader.ts';
import { openFileSource } from '#capture/byte-source.ts';
import { ByteWriter } from '#capture/byte-writer.ts';
import { inflateIfCompressed } from '#capture/inflate-source.ts';
import { readTableBlock } from '#capture/table-block.ts';
import { FLAGGED_EVENT_BLOCK_V2 } from '#capture/write-event.ts';
import type { CaptureTables } from '#model/capture-tables.ts';
import { eventId } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import { RECORD_CHUNK_BYTES } from '#model/limits.ts';
import { DescriptorBook } from './descriptor-book.ts';
import { writeEnter, writeExit } from './enter-event.ts';
import type { Segment } from './segment-store.ts';

const CLONE = eventId('syscall_clone_20_x');
const PID_PARAM = 4;
const CPU_SIZE = 2;
const FLAGS_SIZE = 4;
const TID_SIZE = 8;
const LENGTH_SIZE = 4;

export class RecordingExport {
  /** Events that a reader shows. */
  events = 0;
  /** Events before the time asked for, in it for their effect on state. */
  stateEvents = 0;
  readonly warnings: string[] = [];
  private readonly sinceNs: bigint;
  private readonly out = new ByteWriter(RECORD_CHUNK_BYTES * 2);
  private readonly view = new EventView();
  private readonly book = new DescriptorBook();
  private readonly pidByTid = new Map<number, number>();
  private readonly tables: CaptureTables;
  /** Of the segment at hand. */
  private inTables = true;
  private isNewSection = true;
  private fdBlock: Buffer | undefined;
  private previous: Segment | undefined;

  /** `sinceNs`: ns since 1970. */
  constructor(sinceNs: bigint) {
    this.sinceNs = sinceNs;
    this.tables = threadTables((tid, pid) => this.pidByTid.set(tid, pid));
  }

  /** The capture, piece by piece. */
  async *read(segments: readonly Segment[]): AsyncGenerator<Buffer> {
    for (const segment of segments) yield* this.readSegment(segment);
    if (this.out.at > 0) yield this.take();
  }

  private async *readSegment(segment: Segment): AsyncGenerator<Buffer> {
    this.isNewSection = !continues(this.previous, segment);
    this.previous = segment;
    this.inTables = true;
    this.fdBlock = undefined;
    const reader = new BlockReader(await inflateIfCompressed(await openFileSource(segment.path)));
    let blocks = 0;
    while (await reader.fill()) {
      while (reader.next()) {
        blocks += 1;
        this.takeBlock(reader.type, reader.block);
      }
      // The block is the reader's and goes with its window.
      if (this.fdBlock !== undefined) this.fdBlock = Buffer.from(this.fdBlock);
      if (this.out.at >= RECORD_CHUNK_BYTES) yield this.take();
    }
    await reader.close();
    if (reader.fault !== undefined) this.warn(segment, blocks, reader.fault);
  }

  /** What comes after a fault is not known to continue what came before. */
  private warn(segment: Segment, blocks: number, fault: string): void {
    const kept = blocks === 0 ? 'left out' : `read up to there (${blocks} blocks)`;
    this.warnings.push(`Segment ${segment.path} is damaged: ${fault}; it is ${kept}.`);
    this.previous = undefined;
  }

  private take(): Buffer {
    const bytes = Buffer.from(this.out.written);
    this.out.clear();
    return bytes;
  }

  private takeBlock(type: number, block: Buffer): void {
    const layout = BLOCK_LAYOUTS.get(type);
    if (layout === undefined) return;
    if (layout.kind === 'event') {
      this.takeEvent(block, type === FLAGGED_EVENT_BLOCK_V2);
      return;
    }
    if (layout.kind === 'fds') this.fdBlock = block;
    if (layout.kind === 'section' && this.isNewSection) this.book.forget();
    if (layout.kind === 'processes') {
      const { kind, version } = layout;
      const body = { kind, version, bytes: block, start: BLOCK_BODY };
      readTableBlock({ ...body, end: block.length - LENGTH_SIZE }, this.tables);
    }
    if (this.inTables && this.isNewSection) this.out.raw(block);
  }

  private takeEvent(block: Buffer, isFlagged: boolean): void {
    const { view, out } = this;
    this.inTables = false;
    const header = BLOCK_BODY + CPU_SIZE + (isFlagged ? FLAGS_SIZE : 0);
    view.over(block).at(header);
    view.cpu = block.readUInt16LE(BLOCK_BODY);
    if (view.type === CLONE) {
      this.pidByTid.set(view.tid, view.paramInt64(PID_PARAM) ?? view.tid);
    }
    const pid = this.pidByTid.get(view.tid) ?? view.tid;
    const isEarly = view.timestampNs < this.sinceNs;
    if (this.fdBlock !== undefined) this.tellFd(this.fdBlock);
    this.fdBlock = undefined;
    writeEnter(out, view);
    writeExit(out, view, isFlagged || isEarly);
    this.book.follow(view, pid);
    if (isFlagged) return;
    if (isEarly) this.stateEvents += 1;
    else this.events += 1;
  }

  private tellFd(block: Buffer): void {
    const at = BLOCK_BODY + TID_SIZE + LENGTH_SIZE;
    const pid = Number(block.readBigInt64LE(BLOCK_BODY));
    const end = at - LENGTH_SIZE + block.readUInt32LE(at - LENGTH_SIZE);
    this.book.tell(this.out, { bytes: block, at, end, pid }, this.view);
  }
}

function continues(previous: Segment | undefined, next: Segment): boolean {
  return previous?.run === next.run && previous.sequence + 1 === next.sequence;
}

/** The segments needed to know all from `sinceMs` on. */
export function segmentsSince(segments: readonly Segment[], sinceMs: number): Segment[] {
  return segments.filter(({ endMs }) => endMs >= sinceMs);
}

const nothing = (): void => undefined;

function threadTables(thread: (tid: number, pid: number) => void): CaptureTables {
  return {
    section: nothing,
    machine: nothing,
    threadEntry: ({ tid, pid }) => thread(tid, pid),
    fd: nothing,
    user: nothing,
    group: nothing,
    networkInterface: nothing,
  };
}
