/** Events byte by byte, and processes to hold them against, for tests and benchmarks. */
import { FdRecord } from '#engine/process/fd-record.ts';
import { ProcessTable } from '#engine/process/process-table.ts';
import { ThreadRecord } from '#engine/process/thread-record.ts';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import { EVENTS, eventId } from '#model/event-schema.ts';
import { EVENT_HEADER_SIZE } from '#model/event-view.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { Thread } from '#model/process.ts';

/**
 * Numbers in the width of their parameter, strings with a final NUL where it has one, lists
 * NUL-separated.
 */
export type ParamValue = number | bigint | string | readonly string[] | undefined;

export interface FixtureEvent {
  /** Of the event type: `syscall_openat_2_x`. */
  readonly type: string;
  readonly tid?: number;
  readonly timeNs?: bigint;
  /** By name; what is not named is empty. */
  readonly params?: Readonly<Record<string, ParamValue>>;
}

const WIDTHS: Readonly<Record<string, number>> = {
  int8: 1,
  uint8: 1,
  flags8: 1,
  enumflags8: 1,
  sigtype: 1,
  l4proto: 1,
  sockfamily: 1,
  int16: 2,
  uint16: 2,
  flags16: 2,
  enumflags16: 2,
  syscallid: 2,
  port: 2,
  int32: 4,
  uint32: 4,
  flags32: 4,
  enumflags32: 4,
  mode: 4,
  uid: 4,
  gid: 4,
  bool: 4,
  sigset: 4,
  fd32: 4,
  pid32: 4,
};

function encodeParam(type: string, value: ParamValue): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  if (typeof value === 'string') {
    const ends = type === 'charbuf' || type === 'fspath' || type === 'fsrelpath';
    return Buffer.from(ends ? `${value}\0` : value, 'latin1');
  }
  if (typeof value === 'object')
    return Buffer.from(value.map((item) => `${item}\0`).join(''), 'latin1');
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)));
  return bytes.subarray(0, WIDTHS[type] ?? 8);
}

/** An event as a capture holds it, with all parameters of its type. */
export function encodeEvent({ type, tid = 1, timeNs = 1n, params = {} }: FixtureEvent): Buffer {
  const event = EVENTS[eventId(type)];
  const all = (event?.params ?? []).map(({ name, type: kind }) => encodeParam(kind, params[name]));
  const unknown = Object.keys(params).find(
    (name) => !event?.params.some((param) => param.name === name),
  );
  if (unknown !== undefined) throw new Error(`Cannot build ${type}: no parameter "${unknown}"`);
  const lengths = Buffer.alloc(all.length * 2);
  for (const [i, param] of all.entries()) lengths.writeUInt16LE(param.length, i * 2);
  const data = Buffer.concat(all);
  const header = Buffer.alloc(EVENT_HEADER_SIZE);
  header.writeBigUInt64LE(timeNs, 0);
  header.writeBigInt64LE(BigInt(tid), 8);
  header.writeUInt32LE(header.length + lengths.length + data.length, 16);
  header.writeUInt16LE(event?.id ?? 0, 20);
  header.writeUInt32LE(all.length, 22);
  return Buffer.concat([header, lengths, data]);
}

export interface FixtureProcess extends Partial<Omit<Thread, 'pid'>> {
  readonly pid: number;
  readonly parent?: number;
}

/** A machine with some processes, and one event at a time. */
export class Fixture {
  readonly table: ProcessTable;
  readonly ctx: Evaluation;

  constructor(
    processes: readonly FixtureProcess[] = [],
    users: Readonly<Record<number, string>> = {},
  ) {
    const user = (id: number) => {
      const name = users[id];
      return name === undefined
        ? undefined
        : { uid: id, gid: id, name, home: `/home/${name}`, shell: '/bin/sh' };
    };
    this.table = new ProcessTable({
      containers: { resolve: (_cgroups, _id, thread): Container => thread?.container ?? HOST },
      users: { user, group: user },
      localAddresses: () => new Set(['\x7f\0\0\x01', '\x0a\0\0\x02']),
    });
    this.ctx = new Evaluation(this.table);
    this.table.seed(processes.map(record));
  }

  /** Moves to an event; the process table is not told of it, so nothing changes. */
  show(event: FixtureEvent, fd?: Partial<FdInfo>): Evaluation {
    const { ctx } = this;
    ctx.evt.over(encodeEvent(event)).at(0);
    ctx.evtNum += 1;
    ctx.thread = this.table.thread(event.tid ?? 1);
    ctx.fd =
      fd === undefined
        ? undefined
        : Object.assign(new FdRecord(fd.fd ?? -1, fd.type ?? FD_TYPES.unknown), fd);
    return ctx;
  }
}

function record({ pid, parent = 0, ...facts }: FixtureProcess): ThreadRecord {
  const base = {
    ptid: parent,
    startNs: pid,
    vpid: pid,
    vtid: pid,
    sid: pid,
    vpgid: pid,
    pgid: pid,
  };
  return Object.assign(new ThreadRecord(pid, pid), base, facts);
}
