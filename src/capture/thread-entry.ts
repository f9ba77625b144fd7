import type { ThreadEntry } from '#model/capture-tables.ts';
import type { ByteCursor } from './byte-cursor.ts';

/**
 * Writers before libs 0.10 ended a version 9 entry with these 29 bytes (login uid, exe_writable,
 * three capability sets); later ones put the pid namespace's start and the tty before them, so the
 * room that is left tells which it is.
 */
const TAIL_BEFORE_0_10 = 29;

const DEFAULT_LOGIN_UID = 0xffffffff;

/** One entry of a process list; fields that its version or length does not have are undefined. */
export function readThread(cursor: ByteCursor, version: number): ThreadEntry {
  const since = <T>(first: number, read: () => T): T | undefined =>
    version >= first ? read() : undefined;
  const i64 = () => cursor.i64();
  const u32 = () => cursor.u32();
  const string = () => cursor.string();
  // The order of these fields is the order in the file.
  return {
    tid: i64(),
    pid: i64(),
    ptid: i64(),
    sid: since(6, i64),
    vpgid: since(8, i64),
    comm: string(),
    exe: string(),
    exePath: since(7, string),
    args: string(),
    cwd: string(),
    fdLimit: i64(),
    flags: u32(),
    uid: u32(),
    gid: u32(),
    vmSizeKb: since(2, u32),
    vmRssKb: since(2, u32),
    vmSwapKb: since(2, u32),
    majorFaults: since(2, i64),
    minorFaults: since(2, i64),
    env: since(3, string),
    vtid: since(4, i64),
    vpid: since(4, i64),
    cgroups: since(4, string),
    root: since(5, string),
    ...readTail(cursor, version === 9),
  };
}

type Tail = Pick<
  ThreadEntry,
  | 'pidnsInitStartNs'
  | 'tty'
  | 'loginUid'
  | 'exeWritable'
  | 'capInheritable'
  | 'capPermitted'
  | 'capEffective'
  | 'exeUpperLayer'
  | 'exeIno'
  | 'exeCtimeNs'
  | 'exeMtimeNs'
  | 'exeFromMemfd'
  | 'exeLowerLayer'
  | 'pgid'
>;

/** What version 9 grew over the years: each field is there only while the entry has room for it. */
function readTail(cursor: ByteCursor, present: boolean): Tail {
  const room = <T>(size: number, read: () => T): T | undefined =>
    present && cursor.remaining >= size ? read() : undefined;
  const since0_10 = cursor.remaining > TAIL_BEFORE_0_10;
  const bool = () => cursor.u8() !== 0;
  const u64 = () => cursor.u64();
  return {
    pidnsInitStartNs: since0_10 ? room(8, u64) : undefined,
    tty: since0_10 ? room(4, () => cursor.u32()) : undefined,
    loginUid: room(4, () => cursor.u32()) ?? DEFAULT_LOGIN_UID,
    exeWritable: room(1, bool),
    capInheritable: room(8, u64),
    capPermitted: room(8, u64),
    capEffective: room(8, u64),
    exeUpperLayer: room(1, bool),
    exeIno: room(8, () => cursor.i64()),
    exeCtimeNs: room(8, u64),
    exeMtimeNs: room(8, u64),
    exeFromMemfd: room(1, bool),
    exeLowerLayer: room(1, bool),
    pgid: room(8, () => cursor.i64()),
  };
}
