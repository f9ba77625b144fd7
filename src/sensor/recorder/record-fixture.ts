/** Live records as the kernel programs write them, and threads, for tests of the recorder. */
import { PARAM } from '#capture/write-event.ts';
import { ProcessTable } from '#engine/process/process-table.ts';
import { ThreadRecord } from '#engine/process/thread-record.ts';
import { HOST } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import { EVENT_HEADER_SIZE, RECORD, RECORD_FLAG } from '#model/event-view.ts';

/** ns since 1970 of the boot that records count from. */
export const BOOT_NS = 1_800_000_000_000_000_000n;

export function thread(pid: number, comm: string): ThreadRecord {
  const record = new ThreadRecord(pid, pid);
  record.comm = comm;
  record.exe = comm;
  record.exePath = `/bin/${comm}`;
  record.args = ['-x', 'y z'];
  record.cwd = '/home/';
  record.ptid = 1;
  record.uid = 1000;
  record.gid = 1000;
  record.vpid = pid;
  record.vtid = pid;
  record.root = '/';
  return record;
}

export interface LiveRecord {
  readonly type: string;
  readonly tid: number;
  readonly params: readonly Buffer[];
  readonly timeNs?: bigint;
  readonly fd?: Buffer;
  readonly isCritical?: boolean;
}

/** An evaluation with the record's event under its view. */
export function evaluate(record: LiveRecord, owner: ThreadRecord): Evaluation {
  const containers = { resolve: () => HOST };
  const users = { user: () => undefined, group: () => undefined };
  const ctx = new Evaluation(new ProcessTable({ containers, users }));
  ctx.evt.over(encode(record, owner.pid)).atRecord(0);
  ctx.clockOffsetNs = BOOT_NS;
  ctx.thread = owner;
  return ctx;
}

function encode(record: LiveRecord, pid: number): Buffer {
  const { params, fd = Buffer.alloc(0), timeNs = 5_000_000_000n } = record;
  const data = Buffer.concat(params);
  const length = EVENT_HEADER_SIZE + 2 * params.length + data.length;
  const bytes = Buffer.alloc(RECORD.headerSize);
  bytes.writeUInt32LE(pid, RECORD.pid);
  bytes.writeUInt32LE(length, RECORD.eventLength);
  bytes.writeUInt16LE(fd.length, RECORD.fdLength);
  bytes.writeUInt16LE(record.isCritical === true ? RECORD_FLAG.critical : 0, RECORD.flags);
  bytes.writeUInt16LE(1, RECORD.cpu);
  const header = Buffer.alloc(EVENT_HEADER_SIZE);
  header.writeBigUInt64LE(timeNs, 0);
  header.writeBigInt64LE(BigInt(record.tid), 8);
  header.writeUInt32LE(length, 16);
  header.writeUInt16LE(eventId(record.type), 20);
  header.writeUInt32LE(params.length, 22);
  const lengths = Buffer.alloc(2 * params.length);
  for (const [i, param] of params.entries()) lengths.writeUInt16LE(param.length, 2 * i);
  return Buffer.concat([bytes, header, lengths, data, fd]);
}

export function opened(tid: number, fd: number, path: string): LiveRecord {
  const params = [PARAM.i64(fd), PARAM.i64(-100), PARAM.text(path), PARAM.u32(1), PARAM.u32(0)];
  return { type: 'syscall_openat_2_x', tid, params: [...params, PARAM.u32(1), PARAM.i64(2)] };
}
