/**
 * Brings events of older captures into the current schema: what writers before libs 0.22 put into
 * an enter event is joined with its exit event, parameters that came later are filled with null or
 * zero, and retired types are rebuilt as their successors. The instructions are data
 * (conversion-rows.ts).
 *
 * A converted event is built in a scratch region of the same buffer as the original, so the view
 * only moves. A conversion may lead to another, so two halves of the region take turns. Where Falco
 * ends the run, on a kept enter event of another system call (a capture that starts or is cut in
 * mid-call), the parameter is null here, and counted.
 */

import { copyBytes, moveBack } from '#lib/copy-bytes.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { EVENT_HEADER_SIZE } from '#model/event-view.ts';
import type { Conversion } from './conversion.ts';
import { CONVERSIONS, HANDLING, HANDLING_BY_TYPE, SOURCE, SOURCE_KIND_MASK } from './conversion.ts';
import { StoredEnters } from './stored-enters.ts';

/** What becomes of an event. Dropped ones have no evt.num; state-only ones no rule sees. */
export const VERDICT = { drop: 0, state: 1, evaluate: 2 } as const;
export type Verdict = (typeof VERDICT)[keyof typeof VERDICT];

/** An event of at most 64 KiB, what its enter event adds, and all lengths. */
const SCRATCH_HALF = 160 * 1024;
export const SCRATCH_SIZE = 2 * SCRATCH_HALF;
/** An event larger than this is never an old one; see Reader's limit for those. */
const CONVERTIBLE_BYTES = 0xffff;
/** The first execve event needs 17 steps; a bound because the table is data. */
const CHAIN_MAX = 32;

const TYPE_AT = 20;
const COUNT_AT = 22;
const LENGTH_AT = 16;
const U16_MAX = 0xffff;

const isLarge = Uint8Array.from(EVENTS, ({ flags }) => (flags.has('large') ? 1 : 0));
const paramCounts = Uint8Array.from(EVENTS, ({ params }) => params.length);

export class EventConverter {
  /** Exit events whose kept enter event was of another system call. */
  mismatched = 0;
  /** Events in a shape that the table does not know: from a damaged file or a newer writer. */
  unknownShapes = 0;
  readonly enters: StoredEnters;
  private readonly view: EventView;
  private readonly scratch: number;
  private half = 0;
  /** Where the next parameter of the event being built goes. */
  private to = 0;

  /**
   * `scratch`: where SCRATCH_SIZE bytes in the view's buffer are ours, also when the buffer
   * changes.
   */
  constructor(view: EventView, scratch: number) {
    this.view = view;
    this.scratch = scratch;
    this.enters = new StoredEnters(view);
  }

  /**
   * Converts the view's event, in place as far as the caller can see. Behind it there must be the
   * four bytes that end its block.
   */
  convert(): Verdict {
    const view = this.view;
    for (let step = 0; step < CHAIN_MAX; step++) {
      const type = view.type;
      const handling = HANDLING_BY_TYPE[type];
      if (handling === HANDLING.pass) return VERDICT.evaluate;
      if (handling === HANDLING.drop) return VERDICT.drop;
      const count = view.paramCount;
      if (handling === HANDLING.ifComplete && count === paramCounts[type]) return VERDICT.evaluate;
      const conversion = CONVERSIONS[type]?.[count];
      if (conversion === undefined || (step === 0 && view.length > CONVERTIBLE_BYTES)) {
        this.unknownShapes++;
        return type % 2 === 0 ? VERDICT.drop : VERDICT.evaluate;
      }
      if (conversion.action === 'store') {
        this.store(step);
        return VERDICT.drop;
      }
      if (conversion.action === 'store-pass') this.store(step);
      if (conversion.action === 'store-pass' || conversion.action === 'pass') return VERDICT.state;
      if (step === 0 && conversion.nullsInPlace) this.appendNulls(conversion.sources.length);
      else this.build(conversion);
      if (conversion.isLast) return VERDICT.evaluate;
    }
    this.unknownShapes++;
    return VERDICT.evaluate;
  }

  private store(step: number): void {
    this.enters.store();
    // What was converted stands in the scratch region, where the next conversion writes.
    if (step > 0) this.enters.settle();
  }

  /**
   * Appending nulls adds lengths of zero and moves no parameter: header and lengths move back over
   * what the reader has taken already, and the new lengths go between. There are ten bytes at
   * least, room for five: the block's frame and CPU, or the end of the one before.
   */
  private appendNulls(nulls: number): void {
    const { data, base, paramCount, cpu } = this.view;
    const moved = base - nulls * 2;
    const size = EVENT_HEADER_SIZE + paramCount * 2;
    moveBack(data, base, moved, size);
    for (let i = 0; i < nulls; i++) data.setUint16(moved + size + i * 2, 0, true);
    data.setUint32(moved + LENGTH_AT, data.getUint32(moved + LENGTH_AT, true) + nulls * 2, true);
    data.setUint32(moved + COUNT_AT, paramCount + nulls, true);
    this.view.at(moved).cpu = cpu;
  }

  private build(conversion: Conversion): void {
    const view = this.view;
    const target = this.scratch + this.half * SCRATCH_HALF;
    this.half = 1 - this.half;
    const kept = conversion.action === 'add' ? view.paramCount : 0;
    const count = kept + conversion.sources.length;
    const lengthSize = isLarge[conversion.type] === 1 ? 4 : 2;
    this.to = target + EVENT_HEADER_SIZE + count * lengthSize;
    this.writeHeader(target, conversion.type, count);
    if (kept > 0) this.keepParams(target, kept);
    this.fill(conversion, { target, kept, lengthSize });
    view.data.setUint32(target + LENGTH_AT, this.to - target, true);
    const cpu = view.cpu;
    view.at(target, lengthSize === 4);
    view.cpu = cpu;
  }

  private fill(conversion: Conversion, into: Target): void {
    const view = this.view;
    const tid = view.tid;
    const entered = this.enters.find(tid);
    const usable = entered === view.type - 1;
    let used = false;
    let index = into.kept;
    for (const source of conversion.sources) {
      const kind = source & SOURCE_KIND_MASK;
      const param = source & 0xff;
      const from = into.target + EVENT_HEADER_SIZE + index * into.lengthSize;
      let length = 0;
      if (kind === SOURCE.old) length = this.copyOld(param);
      else if (kind === SOURCE.zero) length = this.zero(conversion.type, index);
      else if (kind === SOURCE.container) length = this.containerJson();
      else if (kind !== SOURCE.null) {
        if (usable) {
          length = this.copyEntered(param);
          used = true;
        } else if (entered >= 0) this.mismatched++;
        else if (kind === SOURCE.enterOrZero) length = this.zero(conversion.type, index);
      }
      if (into.lengthSize === 2) view.data.setUint16(from, length, true);
      else view.data.setUint32(from, length, true);
      index++;
    }
    if (used) this.enters.release(tid);
  }

  private writeHeader(target: number, type: number, count: number): void {
    const { base, data } = this.view;
    moveBack(data, base, target, LENGTH_AT);
    data.setUint16(target + TYPE_AT, type, true);
    data.setUint32(target + COUNT_AT, count, true);
  }

  /**
   * Appending leaves lengths and bytes of what is there as they are; only the space between grows.
   */
  private keepParams(target: number, kept: number): void {
    const { data, base, length, lengthSize } = this.view;
    const lengths = kept * lengthSize;
    const from = base + EVENT_HEADER_SIZE;
    const size = length - EVENT_HEADER_SIZE - lengths;
    this.append(data, from + lengths, size);
    // Behind the parameters, for a copy takes whole words and so a little more than it is asked
    // for.
    moveBack(data, from, target + EVENT_HEADER_SIZE, lengths);
  }

  private copyOld(param: number): number {
    const { data } = this.view;
    const length = Math.min(this.view.paramLength(param), U16_MAX);
    this.append(data, this.view.paramStart(param), length);
    return length;
  }

  /** A parameter of the kept enter event; those are never of a type with large lengths. */
  private copyEntered(param: number): number {
    const { data, base } = this.enters;
    const lengths = base + EVENT_HEADER_SIZE;
    const count = data.getUint32(base + COUNT_AT, true);
    if (param >= count) return 0;
    let from = lengths + count * 2;
    for (let i = 0; i < param; i++) from += data.getUint16(lengths + i * 2, true);
    const length = data.getUint16(lengths + param * 2, true);
    this.append(data, from, length);
    return length;
  }

  private append(data: DataView, from: number, length: number): void {
    copyBytes(data, from, { data: this.view.data, at: this.to }, length);
    this.to += length;
  }

  private zero(type: number, param: number): number {
    const { size, byte } = zeroOf(EVENTS[type]?.params[param]?.type ?? '');
    this.view.bytes.fill(byte, this.to, this.to + size);
    this.to += size;
    return size;
  }

  /** The JSON that later writers wrote, of the four fields that the first container event had. */
  private containerJson(): number {
    const view = this.view;
    const typeAt = view.paramStart(1);
    const text = JSON.stringify({
      container: {
        id: view.paramString(0) ?? '',
        type: view.paramLength(1) === 4 ? view.data.getUint32(typeAt, true) : 0,
        name: view.paramString(2) ?? '',
        image: view.paramString(3) ?? '',
      },
    });
    const length = view.bytes.write(`${text}\0`, this.to, U16_MAX, 'latin1');
    this.to += length;
    return length;
  }
}

interface Target {
  readonly target: number;
  readonly kept: number;
  readonly lengthSize: number;
}

/** How many bytes a parameter's zero takes, by its type. No user and no group is all ones. */
function zeroOf(type: string): { size: number; byte: number } {
  return { size: ZERO_SIZES.get(type) ?? 0, byte: type === 'uid' || type === 'gid' ? 0xff : 0 };
}

const ZERO_SIZES = new Map<string, number>(
  [
    ['int8', 'uint8', 'flags8', 'enumflags8', 'sigtype', 'sockaddr'],
    ['int16', 'uint16', 'flags16', 'enumflags16', 'syscallid'],
    ['int32', 'uint32', 'flags32', 'enumflags32', 'uid', 'gid', 'mode', 'sigset'],
    ['int64', 'uint64', 'reltime', 'abstime', 'errno', 'fd', 'pid'],
  ].flatMap((types, power) => types.map((type): [string, number] => [type, 2 ** power])),
);
