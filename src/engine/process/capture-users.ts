import type { GroupEntry, UserEntry } from '#model/capture-tables.ts';
import type { EventView } from '#model/event-view.ts';
import { CAPTURE_USERS_MAX } from '#model/limits.ts';
import { paramSmallUint } from './event-params.ts';

/** Users and groups of the captured machine, and of its containers where events told them. */
export class CaptureUsers {
  private readonly users = new Map<string, UserEntry>();
  private readonly groups = new Map<string, GroupEntry>();

  clear(): void {
    this.users.clear();
    this.groups.clear();
  }

  /** `containerId` '' for the machine itself. */
  addUser(containerId: string, entry: UserEntry): void {
    if (this.users.size < CAPTURE_USERS_MAX) this.users.set(keyOf(containerId, entry.uid), entry);
  }

  addGroup(containerId: string, entry: GroupEntry): void {
    if (this.groups.size < CAPTURE_USERS_MAX) this.groups.set(keyOf(containerId, entry.gid), entry);
  }

  user(containerId: string, uid: number): UserEntry | undefined {
    return this.users.get(keyOf(containerId, uid));
  }

  group(containerId: string, gid: number): GroupEntry | undefined {
    return this.groups.get(keyOf(containerId, gid));
  }

  /** user_added and user_deleted. */
  applyUser(evt: EventView, added: boolean): void {
    const uid = paramSmallUint(evt, 0);
    if (uid === undefined) return;
    const containerId = evt.paramString(5) ?? '';
    if (!added) {
      this.users.delete(keyOf(containerId, uid));
      return;
    }
    const gid = paramSmallUint(evt, 1) ?? 0;
    const name = evt.paramString(2) ?? '';
    const home = evt.paramString(3) ?? '';
    const shell = evt.paramString(4) ?? '';
    this.addUser(containerId, { uid, gid, name, home, shell });
  }

  /** group_added and group_deleted. */
  applyGroup(evt: EventView, added: boolean): void {
    const gid = paramSmallUint(evt, 0);
    if (gid === undefined) return;
    const containerId = evt.paramString(2) ?? '';
    if (added) this.addGroup(containerId, { gid, name: evt.paramString(1) ?? '' });
    else this.groups.delete(keyOf(containerId, gid));
  }
}

function keyOf(containerId: string, id: number): string {
  return `${id}@${containerId}`;
}
