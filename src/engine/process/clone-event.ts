import type { EventView } from '#model/event-view.ts';
import { paramBigUint64, paramStrings, paramUint64 } from './event-params.ts';
import type { ThreadRecord } from './thread-record.ts';

/** Parameters of clone_20_x, fork_20_x, vfork_20_x and clone3_x. */
export const CLONE = {
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
  flags: 15,
  uid: 16,
  gid: 17,
  vtid: 18,
  vpid: 19,
  pidnsInitStart: 20,
} as const;

/** The image as the event tells it: what the forking thread ran at that moment. */
export function applyCloneImage(thread: ThreadRecord, evt: EventView): void {
  thread.exe = evt.paramString(CLONE.exe) ?? '';
  thread.comm = evt.paramString(CLONE.comm) ?? thread.exe;
  thread.args = paramStrings(evt, CLONE.args);
}

/** Limits, memory, ids and cgroups of a new thread. */
export function applyCloneState(thread: ThreadRecord, evt: EventView): void {
  thread.fdLimit = evt.paramInt64(CLONE.fdLimit) ?? thread.fdLimit;
  const swap = evt.paramUint32(CLONE.vmSwap);
  if (swap !== undefined) {
    thread.vmSwapKb = swap;
    thread.majorFaults = paramUint64(evt, CLONE.majorFaults) ?? 0;
    thread.minorFaults = paramUint64(evt, CLONE.minorFaults) ?? 0;
    thread.vmSizeKb = evt.paramUint32(CLONE.vmSize) ?? 0;
    thread.vmRssKb = evt.paramUint32(CLONE.vmRss) ?? 0;
  }
  thread.uid = evt.paramUint32(CLONE.uid) ?? thread.uid;
  thread.gid = evt.paramUint32(CLONE.gid) ?? thread.gid;
}

/** When pid 1 of the new thread's namespace started, ns since 1970. */
export function pidnsInitStart(evt: EventView, bootNs: bigint): bigint | undefined {
  const start = paramBigUint64(evt, CLONE.pidnsInitStart);
  return start === undefined ? undefined : start + bootNs;
}
