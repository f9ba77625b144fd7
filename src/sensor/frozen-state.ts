import type { ProcessState } from '#model/evaluation.ts';
import { FROZEN_THREADS_MAX } from '#model/limits.ts';
import type { Thread } from '#model/process.ts';

/**
 * The processes that a finding tells of, as they are now. A moment later a shell may have become
 * another program and its parent be gone; what waits must not tell of that. Everything that does
 * not change so fast is asked of the living state.
 *
 * Bound: FROZEN_THREADS_MAX copies; ancestors beyond are told of as they will be.
 */
export class FrozenState implements ProcessState {
  readonly spread: ProcessState['spread'];
  private readonly living: ProcessState;
  private readonly copies = new Map<Thread, Thread>();
  private readonly links = new Map<Thread, Links>();

  constructor(living: ProcessState) {
    this.living = living;
    const { ports, hosts } = living.spread;
    this.spread = { ports, hosts };
  }

  /** The copy of a thread; with it come its leader, its parents and who forked them. */
  freeze(thread: Thread): Thread {
    const before = this.copies.get(thread);
    if (before !== undefined) return before;
    if (this.copies.size >= FROZEN_THREADS_MAX) return thread;
    const copy: Thread = Object.assign(Object.create(Object.getPrototypeOf(thread)), thread);
    this.copies.set(thread, copy);
    const parent = this.living.parent(thread);
    this.links.set(copy, {
      parent: parent && this.freeze(parent),
      leader: this.freeze(this.living.leader(thread)),
      threadCount: this.living.threadCount(thread),
    });
    copy.forkedBy = thread.forkedBy && this.freeze(thread.forkedBy);
    return copy;
  }

  thread(tid: number): Thread | undefined {
    const living = this.living.thread(tid);
    return living && (this.copies.get(living) ?? living);
  }

  parent(thread: Thread): Thread | undefined {
    const links = this.links.get(thread);
    return links === undefined ? this.living.parent(thread) : links.parent;
  }

  leader(thread: Thread): Thread {
    return this.links.get(thread)?.leader ?? this.living.leader(thread);
  }

  threadCount(thread: Thread): number {
    return this.links.get(thread)?.threadCount ?? this.living.threadCount(thread);
  }

  userName(uid: number, thread: Thread): string | undefined {
    return this.living.userName(uid, thread);
  }

  groupName(gid: number, thread: Thread): string | undefined {
    return this.living.groupName(gid, thread);
  }

  userHome(uid: number, thread: Thread): string | undefined {
    return this.living.userHome(uid, thread);
  }

  userShell(uid: number, thread: Thread): string | undefined {
    return this.living.userShell(uid, thread);
  }

  isLocalAddress(ip: string): boolean {
    return this.living.isLocalAddress(ip);
  }
}

interface Links {
  readonly parent: Thread | undefined;
  readonly leader: Thread;
  readonly threadCount: number;
}
