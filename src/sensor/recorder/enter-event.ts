/**
 * The enter event that belongs to an exit event. Our kernel programs tell of a call once, at its
 * end, with all its arguments; older readers (sysdig 0.29) take name, descriptor and socket kind
 * from the enter event alone. Its parameters are among the exit's, by name.
 */
import type { ByteWriter } from '#capture/byte-writer.ts';
import { PARAM, writeEvent } from '#capture/write-event.ts';
import { EVENTS, eventId, paramIndex } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';

/** Event types of the libs of sysdig 0.29: it leaves out events of newer ones. */
const SYSDIG_TYPES = 336;

/** System calls without a type of their own that it knows; it ends at once on a higher number. */
const SYSDIG_CALLS = 329;
/** Readers then go by the kernel's own number, the parameter behind it. */
const UNKNOWN_CALL = Buffer.alloc(2);

const GENERIC = eventId('generic_x');
const ACCEPT4_6 = eventId('socket_accept4_6_x');
const ACCEPT4_5 = eventId('socket_accept4_5_x');
const FORKS = /^syscall_(clone|clone3|fork|vfork)(_\d+)?_x$/;

interface Shape {
  readonly type: number;
  /** For each parameter of the enter event, its place among the exit's. */
  readonly from: readonly number[];
}

const SHAPES: readonly (Shape | undefined)[] = EVENTS.map(({ id, constant, isEnter }) => {
  // A child's clone makes the thread: an enter before it would be of a thread nobody knows.
  if (isEnter || id % 2 === 0 || FORKS.test(constant)) return undefined;
  const type = exportedType(id) - 1;
  if (type >= SYSDIG_TYPES) return undefined;
  const enter = EVENTS[type];
  return enter && { type, from: enter.params.map(({ name }) => paramIndex(id, name)) };
});

/** accept4 got a new id for one more parameter, which the enter event has as well. */
function exportedType(type: number): number {
  return type === ACCEPT4_6 ? ACCEPT4_5 : type;
}

/** Writes the enter event of the view's exit event, for state only; nothing where it has none. */
export function writeEnter(to: ByteWriter, evt: EventView): void {
  const shape = SHAPES[evt.type];
  if (shape === undefined) return;
  const params = shape.from.map((index) => paramOf(evt, index));
  writeEvent(to, headOf(evt, shape.type), params, true);
}

const NOT_AVAILABLE = PARAM.text('<NA>');
const TEXT_TYPES = /^(charbuf|fspath|fsrelpath)$/;

function paramOf(evt: EventView, index: number): Buffer {
  const bytes = paramBytes(evt, index);
  const type = EVENTS[evt.type]?.params[index]?.type ?? '';
  return bytes.length === 0 && TEXT_TYPES.test(type) ? NOT_AVAILABLE : bytes;
}

function paramBytes(evt: EventView, index: number): Buffer {
  const start = evt.paramStart(index);
  if (evt.type === GENERIC && index === 0 && evt.data.getUint16(start, true) >= SYSDIG_CALLS) {
    return UNKNOWN_CALL;
  }
  return evt.bytes.subarray(start, start + evt.paramLength(index));
}

function headOf(evt: EventView, type: number) {
  return { timeNs: evt.timestampNs, tid: evt.tid, type, cpu: evt.cpu };
}

const ACCEPT4_5_PARAMS = 5;

/** Writes the view's event as readers of both generations know it. */
export function writeExit(to: ByteWriter, evt: EventView, stateOnly: boolean): void {
  const type = exportedType(evt.type);
  const count = type === evt.type ? evt.paramCount : ACCEPT4_5_PARAMS;
  const params = Array.from({ length: count }, (_, i) => paramBytes(evt, i));
  writeEvent(to, headOf(evt, type), params, stateOnly);
}
