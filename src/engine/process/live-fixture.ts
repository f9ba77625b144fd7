/** Builds live records byte by byte for tests, as the kernel programs write them. */
import { eventId, paramIndex } from '#model/event-schema.ts';
import { EVENT_HEADER_SIZE, RECORD } from '#model/event-view.ts';

export interface LiveFields {
  /** Of the event type, such as `syscall_openat_2_x`. */
  readonly type: string;
  readonly pid: number;
  readonly tid?: number;
  readonly startNs?: number;
  readonly cgroupId?: number;
  readonly timeNs?: number;
  /** By parameter name; what is not named is empty. */
  readonly params?: Readonly<Record<string, Buffer>>;
  readonly fdEntry?: Buffer;
}

/** One record: prefix, event, FD entry. */
export function liveRecord(fields: LiveFields): Buffer {
  const event = liveEvent(fields);
  const prefix = Buffer.alloc(RECORD.headerSize);
  prefix.writeBigUInt64LE(BigInt(fields.startNs ?? 0), RECORD.startNs);
  prefix.writeBigUInt64LE(BigInt(fields.cgroupId ?? 1), RECORD.cgroupId);
  prefix.writeUInt32LE(fields.pid, RECORD.pid);
  prefix.writeUInt32LE(event.length, RECORD.eventLength);
  prefix.writeUInt16LE(fields.fdEntry?.length ?? 0, RECORD.fdLength);
  return Buffer.concat([prefix, event, fields.fdEntry ?? Buffer.alloc(0)]);
}

function liveEvent(fields: LiveFields): Buffer {
  const type = eventId(fields.type);
  const params: Buffer[] = [];
  for (const [name, value] of Object.entries(fields.params ?? {})) {
    const index = paramIndex(type, name);
    if (index < 0) throw new Error(`Cannot build ${fields.type}: no parameter "${name}"`);
    params[index] = value;
  }
  const all = Array.from(params, (param) => param ?? Buffer.alloc(0));
  const lengths = Buffer.alloc(all.length * 2);
  for (const [i, param] of all.entries()) lengths.writeUInt16LE(param.length, i * 2);
  const header = Buffer.alloc(EVENT_HEADER_SIZE);
  const data = Buffer.concat(all);
  header.writeBigUInt64LE(BigInt(fields.timeNs ?? 1), 0);
  header.writeBigInt64LE(BigInt(fields.tid ?? fields.pid), 8);
  header.writeUInt32LE(header.length + lengths.length + data.length, 16);
  header.writeUInt16LE(type, 20);
  header.writeUInt32LE(all.length, 22);
  return Buffer.concat([header, lengths, data]);
}

export function i64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** NUL-terminated. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1');
}

/** Several, each NUL-terminated. */
function strings(...values: readonly string[]): Buffer {
  return Buffer.from(values.map((value) => `${value}\0`).join(''), 'latin1');
}

export interface ForkFields {
  readonly pid: number;
  readonly parent: number;
  readonly startNs: number;
  readonly tid?: number;
  readonly flags?: number;
  readonly vpid?: number;
  readonly cgroupId?: number;
  readonly timeNs?: number;
}

/** The event that the kernel programs write for a child at its birth. */
export function fork(fields: ForkFields): Buffer {
  const tid = fields.tid ?? fields.pid;
  return liveRecord({
    ...fields,
    tid,
    type: 'syscall_clone_20_x',
    params: {
      res: i64(0),
      tid: i64(tid),
      pid: i64(fields.pid),
      ptid: i64(fields.parent),
      flags: u32(fields.flags ?? 0),
      uid: u32(0),
      gid: u32(0),
      vtid: i64(fields.vpid ?? tid),
      vpid: i64(fields.vpid ?? fields.pid),
      pidns_init_start_ts: i64(0),
    },
  });
}

export interface ExecFields {
  readonly pid: number;
  readonly startNs: number;
  readonly exe: string;
  /** What it is called by; the same by default. */
  readonly arg0?: string;
  readonly args?: readonly string[];
  readonly parent?: number;
  readonly cgroupId?: number;
  readonly timeNs?: number;
  readonly env?: readonly string[];
}

export function exec(fields: ExecFields): Buffer {
  return liveRecord({
    ...fields,
    type: 'syscall_execve_19_x',
    params: {
      res: i64(0),
      exe: text(fields.arg0 ?? fields.exe),
      args: strings(...(fields.args ?? [])),
      tid: i64(fields.pid),
      pid: i64(fields.pid),
      ptid: i64(fields.parent ?? 1),
      cwd: text('/'),
      comm: text(fields.exe.slice(fields.exe.lastIndexOf('/') + 1).slice(0, 15)),
      env: strings(...(fields.env ?? [])),
      uid: u32(0),
      trusted_exepath: text(fields.exe),
      pgid: i64(fields.pid),
      gid: u32(0),
    },
  });
}

export interface ExitFields {
  readonly pid: number;
  readonly startNs: number;
  readonly tid?: number;
  readonly reaper?: number;
  readonly cgroupId?: number;
}

export function exit(fields: ExitFields): Buffer {
  return liveRecord({
    ...fields,
    type: 'procexit_1_e',
    params: { status: i64(0), ret: i64(0), reaper_tid: i64(fields.reaper ?? 0) },
  });
}
