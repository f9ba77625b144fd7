import { lstatSync, statSync } from 'node:fs';
import type { Group, User, UserLookup } from '#engine/process/user-lookup.ts';
import { HOST } from '#model/container.ts';
import { USER_FILE_BYTES, USER_FILES_MAX, USER_FILES_REFRESH_MS } from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { readForeignFile } from './read-file.ts';

/**
 * Names of users and groups: the host's for host processes, each container's own for its processes,
 * read through /proc/<pid>/root when they are first asked for and again when the file's time
 * changed. A container writes these files itself: they are read as foreign data, bounded, never
 * followed.
 *
 * Metrics: user_directory_containers, user_directory_evicted_total.
 */
export class UserDirectory implements UserLookup {
  evicted = 0;
  private readonly proc: string;
  private readonly hostRoot: string;
  private readonly now: () => number;
  private readonly byContainer = new Map<string, Names>();

  constructor({ proc = '/proc', hostRoot = '', now = Date.now }: UserDirectoryOptions = {}) {
    this.proc = proc;
    this.hostRoot = hostRoot;
    this.now = now;
  }

  get size(): number {
    return this.byContainer.size;
  }

  user(uid: number, thread: Thread): User | undefined {
    return this.names(thread).users.get(uid) ?? (uid === 0 ? ROOT : undefined);
  }

  group(gid: number, thread: Thread): Group | undefined {
    return this.names(thread).groups.get(gid);
  }

  private names(thread: Thread): Names {
    const { fullId } = thread.container;
    const known = this.byContainer.get(fullId);
    const now = this.now();
    if (known !== undefined && now - known.checkedAtMs < USER_FILES_REFRESH_MS) return known;
    const root = thread.container === HOST ? this.hostRoot : `${this.proc}/${thread.pid}/root`;
    const stamp = stampOf(root);
    // A process that is gone has no root any more: what was read before stays.
    if (known !== undefined && (stamp === '' || stamp === known.stamp)) {
      known.checkedAtMs = now;
      return known;
    }
    // Gone before it was asked about: the container's next process may still tell.
    if (stamp === '' && thread.container !== HOST) return { ...NO_NAMES, stamp, checkedAtMs: now };
    const names = readNames(root);
    return this.remember(fullId, { ...names, stamp, checkedAtMs: now });
  }

  private remember(fullId: string, names: Names): Names {
    if (this.byContainer.size >= USER_FILES_MAX && !this.byContainer.has(fullId)) {
      for (const oldest of this.byContainer.keys()) {
        if (oldest === HOST.fullId) continue;
        this.byContainer.delete(oldest);
        this.evicted += 1;
        break;
      }
    }
    this.byContainer.set(fullId, names);
    return names;
  }
}

export interface UserDirectoryOptions {
  readonly proc?: string;
  /** Where the host's root file system is, if this runs in a container. */
  readonly hostRoot?: string;
  readonly now?: () => number;
}

interface Names {
  readonly users: ReadonlyMap<number, User>;
  readonly groups: ReadonlyMap<number, Group>;
  readonly stamp: string;
  checkedAtMs: number;
}

const NO_NAMES: Pick<Names, 'users' | 'groups'> = { users: new Map(), groups: new Map() };

/** Without a file that says otherwise, and where no file can be read any more, 0 is root. */
const ROOT: User = { uid: 0, gid: 0, name: 'root', home: '/root', shell: '' };

/** '' where there is no such directory. */
function stampOf(root: string): string {
  try {
    // A link in the place of /etc would lead out of the container.
    if (!lstatSync(`${root}/etc`).isDirectory()) return '';
    return ['passwd', 'group'].map((name) => mtime(`${root}/etc/${name}`)).join(' ');
  } catch {
    return '';
  }
}

function mtime(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.ino}:${stat.mtimeMs}`;
}

function readNames(root: string): { users: Map<number, User>; groups: Map<number, Group> } {
  const users = new Map<number, User>();
  for (const [name = '', , uid, gid, , home = '', shell = ''] of lines(`${root}/etc/passwd`)) {
    const id = Number(uid);
    if (name === '' || !Number.isInteger(id) || users.has(id)) continue;
    users.set(id, { uid: id, gid: Number(gid), name, home, shell });
  }
  const groups = new Map<number, Group>();
  for (const [name = '', , gid] of lines(`${root}/etc/group`)) {
    const id = Number(gid);
    if (name === '' || !Number.isInteger(id) || groups.has(id)) continue;
    groups.set(id, { gid: id, name });
  }
  return { users, groups };
}

function lines(path: string): string[][] {
  const text = readForeignFile(path, USER_FILE_BYTES) ?? '';
  return text.split('\n').map((line) => line.split(':'));
}
