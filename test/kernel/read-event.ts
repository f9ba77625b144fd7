import { EVENTS } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';

export type Value = number | bigint | string | undefined;

/** A copy of one live event, readable after the view moved on. */
export interface SeenEvent {
  /** The schema's constant: `syscall_openat_2_x`. */
  readonly type: string;
  readonly pid: number;
  readonly tid: number;
  readonly timestamp: number;
  readonly startNs: number;
  readonly cgroupId: number;
  readonly flags: number;
  readonly params: Readonly<Record<string, Value>>;
  /** What the descriptor that the event is about refers to, as text. */
  readonly fd: string | undefined;
}

export function readEvent(view: EventView): SeenEvent {
  const info = EVENTS[view.type];
  const params: Record<string, Value> = {};
  info?.params.forEach(({ name, type }, index) => {
    params[name] = readParam(view, index, type);
  });
  return {
    type: info?.constant ?? `type ${view.type}`,
    pid: view.pid,
    tid: view.tid,
    timestamp: view.timestamp,
    startNs: view.startNs,
    cgroupId: view.cgroupId,
    flags: view.recordFlags,
    params,
    fd: view.fdEntry < 0 ? undefined : readFdEntry(view.bytes, view.fdEntry),
  };
}

/** What a parameter's schema type promises of its length; undefined: any. */
const SIZES: Readonly<Record<string, number>> = {
  ...{ int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8 },
  ...{ errno: 8, fd: 8, pid: 8, uid: 4, gid: 4, mode: 4, sigtype: 1, syscallid: 2, abstime: 8 },
  ...{ flags8: 1, flags16: 2, flags32: 4, enumflags8: 1, enumflags16: 2, enumflags32: 4 },
};
const UNSIGNED_64 = new Set(['uint64', 'abstime']);

function readParam(view: EventView, index: number, type: string): Value {
  const length = view.paramLength(index);
  if (length === 0) return undefined;
  const at = view.paramStart(index);
  const size = SIZES[type];
  if (size !== undefined && size !== length) return `${length} bytes for ${type}`;
  if (type === 'socktuple') return readTuple(view.bytes, at);
  if (type === 'sockaddr') return readAddress(view.bytes, at);
  if (type === 'dyn') return readVariant(view.bytes, at);
  if (size === undefined) return readText(view.bytes, at, length, type);
  if (size === 1) return view.bytes.readUInt8(at);
  if (size === 2) return view.bytes.readUInt16LE(at);
  if (size === 4) return view.bytes.readUInt32LE(at);
  const value = UNSIGNED_64.has(type)
    ? view.bytes.readBigUInt64LE(at)
    : view.bytes.readBigInt64LE(at);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Strings must end in one NUL, byte buffers need not. */
function readText(bytes: Buffer, at: number, length: number, type: string): string {
  const text = bytes.latin1Slice(at, at + length);
  if (type === 'bytebuf') return text;
  return text.endsWith('\0') ? text.slice(0, -1) : `${text} (without its NUL)`;
}

function readVariant(bytes: Buffer, at: number): Value {
  const value = bytes[at] === 1 ? bytes.readUInt8(at + 1) : bytes.readBigUInt64LE(at + 1);
  return `${bytes[at]}:${value}`;
}

function ip(bytes: Buffer, at: number, size: number): string {
  if (size === 4) return bytes.subarray(at, at + 4).join('.');
  const words = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + i * 2).toString(16));
  return `[${words.join(':').replace(/^0(:0)*:/, '::')}]`;
}

const AF_UNIX = 1;
const AF_INET = 2;

function readTuple(bytes: Buffer, at: number): string {
  const family = bytes[at];
  const end = bytes.indexOf(0, at + 17);
  if (family === AF_UNIX) return `unix ${bytes.latin1Slice(at + 17, end)}`;
  const size = family === AF_INET ? 4 : 16;
  const second = at + 3 + size;
  const from = `${ip(bytes, at + 1, size)}:${bytes.readUInt16LE(at + 1 + size)}`;
  return `${from}->${ip(bytes, second, size)}:${bytes.readUInt16LE(second + size)}`;
}

function readAddress(bytes: Buffer, at: number): string {
  const family = bytes[at];
  if (family === AF_UNIX) return `unix ${bytes.latin1Slice(at + 1, bytes.indexOf(0, at + 1))}`;
  const size = family === AF_INET ? 4 : 16;
  return `${ip(bytes, at + 1, size)}:${bytes.readUInt16LE(at + 1 + size)}`;
}

const NAMES = [
  ...['unknown', 'file', 'directory', 'ipv4', 'ipv6', 'ipv4 server', 'ipv6 server', 'fifo'],
  ...['unix', 'event', 'unsupported', 'signal', 'eventpoll', 'inotify', 'timerfd', 'netlink'],
  ...['file', 'bpf', 'userfaultfd', 'io_uring', 'memfd', 'pidfd'],
];
const L4 = ['unknown', 'tcp', 'udp', 'icmp', 'raw'];
const FILE_V2 = 16;
const UNIX = 8;

/** `3 file /etc/passwd flags 1`, `4 ipv4 127.0.0.1:1->127.0.0.1:2 tcp`. */
function readFdEntry(bytes: Buffer, at: number): string {
  const type = bytes.readUInt8(at + 16);
  const head = `${bytes.readBigInt64LE(at)} ${NAMES[type]}`;
  const body = at + 17;
  if (type >= 3 && type <= 6) return `${head} ${readSocketEntry(bytes, body, type)}`;
  if (type === UNIX) return `${head} ${readString(bytes, body + 16)}`.trimEnd();
  if (type !== FILE_V2) return `${head} ${readString(bytes, body)}`.trimEnd();
  return `${head} ${readString(bytes, body + 4)} flags ${bytes.readUInt32LE(body)}`;
}

function readString(bytes: Buffer, at: number): string {
  return bytes.latin1Slice(at + 2, at + 2 + bytes.readUInt16LE(at));
}

function readSocketEntry(bytes: Buffer, at: number, type: number): string {
  const size = type === 3 || type === 5 ? 4 : 16;
  if (type > 4) {
    const protocol = L4[bytes[at + size + 2] ?? 0];
    return `${ip(bytes, at, size)}:${bytes.readUInt16LE(at + size)} ${protocol}`;
  }
  const ports = at + 2 * size;
  const from = `${ip(bytes, at, size)}:${bytes.readUInt16LE(ports)}`;
  const to = `${ip(bytes, at + size, size)}:${bytes.readUInt16LE(ports + 2)}`;
  return `${from}->${to} ${L4[bytes[ports + 4] ?? 0]}`;
}
