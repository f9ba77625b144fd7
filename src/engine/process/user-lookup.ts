import type { Thread } from '#model/process.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
  /** Byte strings. */
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly gid: number;
  readonly name: string;
}

/** Names of ids as the thread's own /etc/passwd and /etc/group give them. */
export interface UserLookup {
  user(uid: number, thread: Thread): User | undefined;
  group(gid: number, thread: Thread): Group | undefined;
}

export const NO_USERS: UserLookup = { user: () => undefined, group: () => undefined };
