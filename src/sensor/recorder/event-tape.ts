/**
 * Live events as blocks of a capture. The hot path of the recorder: an event costs a block's frame,
 * one copy of its bytes and one addition (ring time to wall time), no object. Measured: see
 * docs/RECORDER.md.
 *
 * Four things are added, so that a reader of captures has no need of the machine:
 * - a thread that no table and no earlier event told of is introduced by a clone, for state only;
 * - clones and execs carry what the kernel programs leave to the process table (image, cgroups);
 * - a container is described before its first event, and again when more is known of it;
 * - the descriptor that the kernel appended to an event precedes it as an FD list of one entry,
 *   save where the event itself says it all.
 */

import { EVENT_BLOCK_V2 } from '#capture/block.ts';
import type { ByteWriter } from '#capture/byte-writer.ts';
import { PARAM, writeEvent } from '#capture/write-event.ts';
import { blob, FDS_BLOCK_V2, THREAD_FLAGS } from '#capture/write-tables.ts';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS, eventId, paramIndex } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { RECORD } from '#model/event-view.ts';
import { RECORD_THREADS_MAX } from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { writeContainer } from './container-event.ts';

const CLONE = eventId('syscall_clone_20_x');
const EXECVE = eventId('syscall_execve_19_x');
const PROCEXIT = eventId('procexit_1_e');
const TWO_32 = 2 ** 32;
/** Block type, length and CPU before an event; the length again and padding behind it. */
const FRAME_SIZE = 8 + 2 + 4 + 3;
const FD_FRAME_SIZE = 8 + 8 + 4 + 4 + 3;

/** Types whose own parameters say what their descriptor is. */
const SELF_EXPLAINING = flagged([
  'syscall_open_x',
  'syscall_openat_2_x',
  'syscall_openat2_x',
  'syscall_creat_x',
  'socket_socket_x',
  'socket_accept_5_x',
  'socket_accept4_6_x',
]);
const COMPLETED = flagged(['syscall_clone_20_x', 'syscall_execve_19_x']);

function flagged(constants: readonly string[]): Uint8Array {
  const flags = new Uint8Array(EVENTS.length);
  for (const constant of constants) flags[eventId(constant)] = 1;
  return flags;
}

export class EventTape {
  private readonly known = new Set<number>();
  private lastTid = -1;
  private lastContainer: Container = HOST;
  /** A container of which more became known is another object. */
  private told = new WeakSet<Container>();
  private offsetNs = 0n;
  private offsetLow = 0;
  private offsetHigh = 0;

  /** A segment begins: these threads are in its tables. */
  begin(threads: Iterable<Thread>): void {
    this.known.clear();
    this.lastTid = -1;
    this.lastContainer = HOST;
    this.told = new WeakSet();
    for (const { tid } of threads) this.known.add(tid);
  }

  append(ctx: Evaluation, to: ByteWriter): void {
    const { evt, thread } = ctx;
    if (ctx.clockOffsetNs !== this.offsetNs) this.setOffset(ctx.clockOffsetNs);
    const tid = evt.tid;
    if (thread !== undefined) {
      if (tid !== this.lastTid) this.meet(ctx, thread, to);
      if (thread.container !== this.lastContainer) this.tellContainer(ctx, thread.container, to);
    }
    if (evt.fdEntry >= 0 && SELF_EXPLAINING[evt.type] === 0) this.copyFd(evt, to);
    if (COMPLETED[evt.type] === 1 && thread !== undefined) writeCompleted(ctx, thread, to);
    else this.copyEvent(evt, to);
    if (evt.type === PROCEXIT) {
      this.known.delete(tid);
      this.lastTid = -1;
    }
  }

  private setOffset(offsetNs: bigint): void {
    this.offsetNs = offsetNs;
    this.offsetLow = Number(offsetNs & 0xffff_ffffn);
    this.offsetHigh = Number(offsetNs >> 32n);
  }

  /** Tells of a thread that the segment does not know yet; a clone tells of itself. */
  private meet(ctx: Evaluation, thread: Thread, to: ByteWriter): void {
    const { tid, type } = ctx.evt;
    this.lastTid = tid;
    if (this.known.has(tid)) return;
    if (this.known.size >= RECORD_THREADS_MAX) this.known.clear();
    this.known.add(tid);
    if (type !== CLONE) introduce(ctx, thread, to);
  }

  private tellContainer(ctx: Evaluation, container: Container, to: ByteWriter): void {
    this.lastContainer = container;
    if (container === HOST || this.told.has(container)) return;
    this.told.add(container);
    writeContainer(to, container, ctx.timeNs);
  }

  private copyEvent(evt: EventView, to: ByteWriter): void {
    const { bytes, base, data: from, length } = evt;
    const total = (FRAME_SIZE + length) & ~3;
    const at = to.reserve(total);
    const { data } = to;
    data.setUint32(at, EVENT_BLOCK_V2, true);
    data.setUint32(at + 4, total, true);
    data.setUint16(at + 8, evt.cpu, true);
    // Padding first: the copy then overwrites what of it is the event's.
    data.setUint32(at + total - 8, 0, true);
    data.setUint32(at + total - 4, total, true);
    bytes.copy(to.bytes, at + 10, base, base + length);
    const low = from.getUint32(base, true) + this.offsetLow;
    const carry = low >= TWO_32 ? 1 : 0;
    data.setUint32(at + 10, low - carry * TWO_32, true);
    data.setUint32(at + 14, from.getUint32(base + 4, true) + this.offsetHigh + carry, true);
  }

  private copyFd(evt: EventView, to: ByteWriter): void {
    const entry = evt.fdEntry;
    const length = evt.data.getUint16(evt.record + RECORD.fdLength, true);
    const total = (FD_FRAME_SIZE + length) & ~3;
    const at = to.reserve(total);
    const { data } = to;
    data.setUint32(at, FDS_BLOCK_V2, true);
    data.setUint32(at + 4, total, true);
    // Descriptors belong to the process, which its first thread stands for.
    data.setUint32(at + 8, evt.pid, true);
    data.setUint32(at + 12, 0, true);
    data.setUint32(at + 16, length + 4, true);
    data.setUint32(at + total - 8, 0, true);
    data.setUint32(at + total - 4, total, true);
    evt.bytes.copy(to.bytes, at + 20, entry, entry + length);
  }
}

const EMPTY = Buffer.alloc(0);
const CLONE_COUNT = EVENTS[CLONE]?.params.length ?? 0;

function imageOf(thread: Thread): Readonly<Record<string, Buffer>> {
  return {
    exe: PARAM.text(thread.exe),
    args: PARAM.bytes(blob(thread.args.join('\0'))),
    cwd: PARAM.text(thread.cwd),
    comm: PARAM.text(thread.comm),
    cgroups: PARAM.bytes(blob(thread.cgroups)),
  };
}

const IMAGE_PARAMS = ['exe', 'args', 'cwd', 'comm', 'cgroups'] as const;

/** The event with the process table's word where the kernel programs left a parameter empty. */
function writeCompleted(ctx: Evaluation, thread: Thread, to: ByteWriter): void {
  const { evt } = ctx;
  const params: Buffer[] = [];
  for (let i = 0; i < evt.paramCount; i++) {
    const start = evt.paramStart(i);
    params.push(evt.bytes.subarray(start, start + evt.paramLength(i)));
  }
  const image = imageOf(thread);
  for (const name of IMAGE_PARAMS) {
    const index = paramIndex(evt.type, name);
    // Arguments may be empty in truth: an exec's are its own.
    if (name === 'args' && evt.type === EXECVE) continue;
    if (evt.paramLength(index) <= 1) params[index] = image[name] ?? EMPTY;
  }
  writeEvent(to, headOf(ctx, evt.type), params);
}

function headOf(ctx: Evaluation, type: number) {
  return { timeNs: ctx.timeNs, tid: ctx.evt.tid, type, cpu: ctx.evt.cpu };
}

function introduce(ctx: Evaluation, thread: Thread, to: ByteWriter): void {
  const { tid, pid } = ctx.evt;
  const image = imageOf(thread);
  const zero = PARAM.i64(0);
  const values: Readonly<Record<string, Buffer>> = {
    ...image,
    res: zero,
    tid: PARAM.i64(tid),
    pid: PARAM.i64(pid),
    ptid: PARAM.i64(thread.ptid),
    fdlimit: PARAM.i64(thread.fdLimit),
    pgft_maj: PARAM.i64(thread.majorFaults),
    pgft_min: PARAM.i64(thread.minorFaults),
    vm_size: PARAM.u32(thread.vmSizeKb),
    vm_rss: PARAM.u32(thread.vmRssKb),
    vm_swap: PARAM.u32(thread.vmSwapKb),
    flags: PARAM.u32(tid === pid ? 0 : THREAD_FLAGS),
    uid: PARAM.u32(thread.uid),
    gid: PARAM.u32(thread.gid),
    vtid: PARAM.i64(tid === thread.tid ? thread.vtid : tid),
    vpid: PARAM.i64(thread.vpid),
  };
  const names = EVENTS[CLONE]?.params.slice(0, CLONE_COUNT - 1) ?? [];
  const params = names.map(({ name }) => values[name] ?? EMPTY);
  writeEvent(to, headOf(ctx, CLONE), params, true);
}
