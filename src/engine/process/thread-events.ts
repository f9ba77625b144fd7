import { joinPath } from '#engine/fields/paths.ts';
import { eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import type { ThreadRecord } from './thread-record.ts';

const PR_SET_NAME = 15;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_GET_CHILD_SUBREAPER = 37;
const FCHDIR = eventId('syscall_fchdir_x');

/** chdir and fchdir: the directory is the whole process's. It is kept with a slash at its end. */
export function applyWorkingDirectory(
  thread: ThreadRecord,
  evt: EventView,
  fdName: string | undefined,
): void {
  if ((evt.paramInt64(0) ?? -1) < 0) return;
  const path = evt.type === FCHDIR ? fdName : evt.paramString(1);
  if (path !== undefined) setWorkingDirectory(thread, path);
}

export function setWorkingDirectory(thread: ThreadRecord, path: string): void {
  const leader = thread.group?.leader;
  if (leader === undefined) return;
  const joined = joinPath(thread.cwd, path);
  const cwd = joined.endsWith('/') ? joined : `${joined}/`;
  if (cwd === leader.cwd) return;
  for (const member of leader.group?.threads ?? []) {
    member.cwd = cwd;
    member.generation += 1;
  }
}

/** True where the thread's name changed. */
export function applyPrctl(thread: ThreadRecord, evt: EventView): boolean {
  if ((evt.paramInt64(0) ?? -1) < 0) return false;
  const option = evt.paramUint32(1);
  if (option === PR_SET_CHILD_SUBREAPER || option === PR_GET_CHILD_SUBREAPER) {
    if (thread.group !== undefined) thread.group.isReaper = (evt.paramInt64(3) ?? 0) !== 0;
    return false;
  }
  const name = evt.paramString(2);
  if (option !== PR_SET_NAME || name === undefined || !evt.isLive) return false;
  thread.comm = name.slice(0, 15);
  return true;
}
