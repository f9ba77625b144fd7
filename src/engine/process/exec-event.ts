import type { EventView } from '#model/event-view.ts';
import { EXEC_HISTORY } from '#model/limits.ts';
import type { ExecImage } from '#model/process.ts';
import { EXE_FLAG } from './clone-flags.ts';
import { paramBigUint64, paramStrings, paramUint64 } from './event-params.ts';
import type { ThreadRecord } from './thread-record.ts';

/** Parameters of execve_19_x and execveat_x. Writers of old captures ended earlier. */
export const EXEC = {
  res: 0,
  exe: 1,
  args: 2,
  tid: 3,
  pid: 4,
  ptid: 5,
  cwd: 6,
  fdLimit: 7,
  majorFaults: 8,
  minorFaults: 9,
  vmSize: 10,
  vmRss: 11,
  vmSwap: 12,
  comm: 13,
  cgroups: 14,
  env: 15,
  tty: 16,
  vpgid: 17,
  loginUid: 18,
  flags: 19,
  capInheritable: 20,
  capPermitted: 21,
  capEffective: 22,
  exeIno: 23,
  exeCtime: 24,
  exeMtime: 25,
  uid: 26,
  exePath: 27,
  pgid: 28,
  gid: 29,
} as const;

/** Takes over what a successful exec says about the new image. What it does not say stays. */
export function applyExecImage(thread: ThreadRecord, evt: EventView, timeNs: bigint): void {
  thread.exe = evt.paramString(EXEC.exe) ?? '';
  thread.execNs = timeNs;
  thread.comm = evt.paramString(EXEC.comm) ?? thread.exe;
  thread.args = paramStrings(evt, EXEC.args);
  thread.fdLimit = evt.paramInt64(EXEC.fdLimit) ?? thread.fdLimit;
  applyMemory(thread, evt);
  const env = evt.paramString(EXEC.env);
  if (env !== undefined) thread.env = env;
  thread.tty = evt.paramUint32(EXEC.tty) ?? thread.tty;
  thread.vpgid = evt.paramInt64(EXEC.vpgid) ?? thread.vpgid;
  thread.loginUid = evt.paramUint32(EXEC.loginUid) ?? thread.loginUid;
  applyExeFlags(thread, evt);
  applyCapabilities(thread, evt, EXEC.capInheritable);
  const mtime = paramBigUint64(evt, EXEC.exeMtime);
  if (mtime !== undefined) {
    thread.exeIno = paramUint64(evt, EXEC.exeIno) ?? 0;
    thread.exeCtimeNs = paramBigUint64(evt, EXEC.exeCtime) ?? 0n;
    thread.exeMtimeNs = mtime;
  }
  thread.uid = evt.paramUint32(EXEC.uid) ?? thread.uid;
  thread.gid = evt.paramUint32(EXEC.gid) ?? thread.gid;
  thread.pgid = evt.paramInt64(EXEC.pgid) ?? -1;
}

function applyMemory(thread: ThreadRecord, evt: EventView): void {
  const swap = evt.paramUint32(EXEC.vmSwap);
  if (swap === undefined) return;
  thread.vmSwapKb = swap;
  thread.majorFaults = paramUint64(evt, EXEC.majorFaults) ?? 0;
  thread.minorFaults = paramUint64(evt, EXEC.minorFaults) ?? 0;
  thread.vmSizeKb = evt.paramUint32(EXEC.vmSize) ?? 0;
  thread.vmRssKb = evt.paramUint32(EXEC.vmRss) ?? 0;
}

function applyExeFlags(thread: ThreadRecord, evt: EventView): void {
  const flags = evt.paramUint32(EXEC.flags);
  if (flags === undefined) return;
  thread.exeWritable = (flags & EXE_FLAG.writable) !== 0;
  thread.exeUpperLayer = (flags & EXE_FLAG.upperLayer) !== 0;
  thread.exeFromMemfd = (flags & EXE_FLAG.fromMemfd) !== 0;
  thread.exeLowerLayer = (flags & EXE_FLAG.lowerLayer) !== 0;
}

/** Three masks in a row, as exec and capset carry them; all or none. */
export function applyCapabilities(thread: ThreadRecord, evt: EventView, first: number): void {
  const effective = paramBigUint64(evt, first + 2);
  if (effective === undefined) return;
  thread.capInheritable = paramBigUint64(evt, first) ?? 0n;
  thread.capPermitted = paramBigUint64(evt, first + 1) ?? 0n;
  thread.capEffective = effective;
}

/** A path of a file that was removed since ends so in /proc; what ran is the path. */
export function withoutDeleted(path: string): string {
  return path.length > DELETED.length && path.endsWith(DELETED)
    ? path.slice(0, -DELETED.length)
    : path;
}

const DELETED = ' (deleted)';

/** Remembers the image that an exec is about to replace, where this process itself ran it. */
export function keepImage(thread: ThreadRecord): void {
  if (thread.exe === '' && thread.exePath === '') return;
  if (thread.execNs === 0n && !thread.isSeed) return;
  const image: ExecImage = {
    comm: thread.comm,
    exePath: thread.exePath,
    args: thread.args,
    execNs: thread.execNs,
  };
  thread.history = [image, ...thread.history.slice(0, EXEC_HISTORY - 1)];
}
