import { eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { applyCapabilities } from './exec-event.ts';
import type { ThreadRecord } from './thread-record.ts';

/** What a successful event changes of the thread that caused it; returns whether anything did. */
export type ThreadChange = (thread: ThreadRecord, evt: EventView) => boolean;

// As the kernel has it for a fresh user namespace: every capability there is (CAP_LAST_CAP 40).
const ALL_CAPABILITIES = (1n << 41n) - 1n;

// "Leave it": live, the id stays; in a capture it is shown as Falco shows it.
const UNCHANGED = 4294967295;

function setUser(index: number): ThreadChange {
  return (thread, evt) => {
    const uid = evt.paramUint32(index);
    if (uid === undefined || evt.paramInt64(0) !== 0) return false;
    if (uid === UNCHANGED && evt.isLive) return false;
    thread.uid = uid;
    return true;
  };
}

function setGroup(index: number): ThreadChange {
  return (thread, evt) => {
    const gid = evt.paramUint32(index);
    if (gid === undefined || evt.paramInt64(0) !== 0) return false;
    if (gid === UNCHANGED && evt.isLive) return false;
    thread.gid = gid;
    return true;
  };
}

function newUserNamespace(index: number): ThreadChange {
  return (thread, evt) => {
    if ((evt.paramInt64(0) ?? -1) < 0) return false;
    if (((evt.paramUint32(index) ?? 0) & CLONE_FLAG.newUser) === 0) return false;
    thread.capInheritable = ALL_CAPABILITIES;
    thread.capPermitted = ALL_CAPABILITIES;
    thread.capEffective = ALL_CAPABILITIES;
    return true;
  };
}

function capset(thread: ThreadRecord, evt: EventView): boolean {
  if ((evt.paramInt64(0) ?? -1) < 0) return false;
  applyCapabilities(thread, evt, 1);
  return true;
}

function setsid(thread: ThreadRecord, evt: EventView): boolean {
  const sid = evt.paramInt64(0) ?? -1;
  if (sid < 0) return false;
  thread.sid = sid;
  return true;
}

function chroot(thread: ThreadRecord, evt: EventView): boolean {
  if (evt.paramInt64(0) !== 0) return false;
  thread.root = evt.paramString(1) ?? '';
  return true;
}

/** The effective ids are what Falco's user.uid and group.gid show. */
export const THREAD_CHANGES: ReadonlyMap<number, ThreadChange> = new Map([
  [eventId('syscall_setuid_x'), setUser(1)],
  [eventId('syscall_setreuid_x'), setUser(2)],
  [eventId('syscall_setresuid_x'), setUser(2)],
  [eventId('syscall_setgid_x'), setGroup(1)],
  [eventId('syscall_setregid_x'), setGroup(2)],
  [eventId('syscall_setresgid_x'), setGroup(2)],
  [eventId('syscall_capset_x'), capset],
  [eventId('syscall_unshare_x'), newUserNamespace(1)],
  [eventId('syscall_setns_x'), newUserNamespace(2)],
  [eventId('syscall_setsid_x'), setsid],
  [eventId('syscall_chroot_x'), chroot],
]);
