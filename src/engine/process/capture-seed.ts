import { joinPath } from '#engine/fields/paths.ts';
import type { ThreadEntry } from '#model/capture-tables.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { splitBlob } from './event-params.ts';
import { withoutDeleted } from './exec-event.ts';
import type { ThreadRecord } from './thread-record.ts';

/** Threads as a capture's process list has them. */

const LOGIN_UID_NONE = 4_294_967_295;

export function seedIds(thread: ThreadRecord, entry: ThreadEntry): void {
  thread.ptid = entry.ptid;
  thread.sid = entry.sid ?? -1;
  thread.vpgid = entry.vpgid ?? -1;
  thread.pgid = entry.pgid ?? -1;
  thread.vtid = entry.vtid ?? -1;
  thread.vpid = entry.vpid ?? -1;
  thread.uid = entry.uid;
  thread.gid = entry.gid;
  thread.loginUid = entry.loginUid ?? LOGIN_UID_NONE;
  thread.tty = entry.tty ?? 0;
  thread.flags = entry.flags | CLONE_FLAG.active | CLONE_FLAG.nameChanged;
  thread.fdLimit = entry.fdLimit;
  thread.capInheritable = entry.capInheritable ?? 0n;
  thread.capPermitted = entry.capPermitted ?? 0n;
  thread.capEffective = entry.capEffective ?? 0n;
  thread.vmSizeKb = entry.vmSizeKb ?? 0;
  thread.vmRssKb = entry.vmRssKb ?? 0;
  thread.vmSwapKb = entry.vmSwapKb ?? 0;
  thread.majorFaults = entry.majorFaults ?? 0;
  thread.minorFaults = entry.minorFaults ?? 0;
  thread.pidnsInitStartNs = entry.pidnsInitStartNs ?? 0n;
}

export function seedImage(thread: ThreadRecord, entry: ThreadEntry): void {
  thread.comm = entry.comm;
  thread.exe = entry.exe;
  thread.exePath = withoutDeleted(entry.exePath ?? '');
  thread.args = splitBlob(entry.args);
  if (thread.isLeader) {
    thread.env = entry.env ?? '';
    const cwd = joinPath('', entry.cwd);
    thread.cwd = cwd.endsWith('/') ? cwd : `${cwd}/`;
  }
  thread.cgroups = entry.cgroups ?? '';
  thread.root = entry.root ?? '';
  thread.exeWritable = entry.exeWritable ?? false;
  thread.exeUpperLayer = entry.exeUpperLayer ?? false;
  thread.exeLowerLayer = entry.exeLowerLayer ?? false;
  thread.exeFromMemfd = entry.exeFromMemfd ?? false;
  thread.exeIno = entry.exeIno ?? 0;
  thread.exeCtimeNs = entry.exeCtimeNs ?? 0n;
  thread.exeMtimeNs = entry.exeMtimeNs ?? 0n;
}
