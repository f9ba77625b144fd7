import { LINEAGE_DEPTH, LINEAGE_KEPT_NEAR, RECENTLY_EXITED } from '#model/limits.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import type { ThreadGroup, ThreadRecord } from './thread-record.ts';

/**
 * All threads by tid, their groups and who is whose child.
 *
 * A process that exited leaves the table; it lives on only while a descendant's `forkedBy` chain
 * leads to it. That chain is bounded: where it would grow beyond LINEAGE_DEPTH (a program that
 * forks and exits again and again), the nearest dead link beyond the last LINEAGE_KEPT_NEAR is cut
 * out, so what is near and what began it stay, and the middle is forgotten.
 *
 * Metrics: process_table_threads, process_table_evicted_total, process_table_refused_total,
 * process_table_lineage_cut_total.
 */
export class ThreadTable {
  readonly max: number;
  evicted = 0;
  refused = 0;
  lineageCut = 0;
  private readonly threads = new Map<number, ThreadRecord>();
  private readonly exited = new Map<number, ThreadRecord>();
  /** Groups whose leader was never seen, so that their threads find each other. */
  private readonly leaderless = new Map<number, ThreadGroup>();

  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.threads.size;
  }

  get(tid: number): ThreadRecord | undefined {
    return this.threads.get(tid);
  }

  all(): IterableIterator<ThreadRecord> {
    return this.threads.values();
  }

  clear(): void {
    this.threads.clear();
    this.exited.clear();
    this.leaderless.clear();
  }

  /** A leader that exited a moment ago: its events of another ring, or its exec, may still come. */
  recentlyExited(pid: number): ThreadRecord | undefined {
    return this.exited.get(pid);
  }

  /** Adds without relations: for a thread of which only the number is known. */
  put(thread: ThreadRecord): void {
    this.threads.set(thread.tid, thread);
  }

  /** Takes the thread into its group and gives it to its parent. */
  link(thread: ThreadRecord): void {
    this.joinGroup(thread);
    this.joinParent(thread);
  }

  /** The same of many that may come before their parents. */
  linkAll(threads: readonly ThreadRecord[]): void {
    for (const thread of threads) this.joinGroup(thread);
    for (const thread of threads) this.joinParent(thread);
  }

  private joinParent(thread: ThreadRecord): void {
    if (thread.pid === 1) return;
    const parent = this.threads.get(thread.ptid);
    if (parent === undefined || parent.isPlaceholder || parent === thread) {
      thread.ptid = 0;
    } else {
      this.adopt(parent, thread);
    }
  }

  private joinGroup(thread: ThreadRecord): void {
    const known = this.groupOf(thread.pid);
    const group: ThreadGroup = known ?? {
      pid: thread.pid,
      leader: undefined,
      threads: new Set(),
      alive: 0,
      isReaper: thread.pid === 1 || thread.vpid === 1,
    };
    if (thread.isLeader) {
      group.leader = thread;
      this.leaderless.delete(thread.pid);
    } else if (known === undefined) {
      this.leaderless.set(thread.pid, group);
    }
    group.threads.add(thread);
    group.alive += 1;
    thread.group = group;
  }

  private groupOf(pid: number): ThreadGroup | undefined {
    const leader = this.threads.get(pid)?.group;
    return leader?.pid === pid ? leader : this.leaderless.get(pid);
  }

  adopt(parent: ThreadRecord, child: ThreadRecord): void {
    child.parent?.children?.delete(child);
    parent.children ??= new Set();
    parent.children.add(child);
    child.parent = parent;
    child.ptid = parent.tid;
  }

  /** `child` was forked by `forker`'s process: the link that never changes. */
  setForkedBy(child: ThreadRecord, forker: ThreadRecord): void {
    const by = forker.group?.leader ?? forker;
    if (descendsFrom(by, child)) return;
    child.forkedBy = by;
    child.depth = by.depth + 1;
    if (child.depth > LINEAGE_DEPTH) this.boundLineage(child);
  }

  private boundLineage(child: ThreadRecord): void {
    let length = 0;
    for (let at = child.forkedBy; at !== undefined; at = at.forkedBy) length += 1;
    child.depth = Math.min(length, LINEAGE_DEPTH);
    if (length <= LINEAGE_DEPTH) return;
    let at: ThreadRecord = child;
    for (let step = 0; at.forkedBy !== undefined; step++) {
      const next: ThreadRecord = at.forkedBy;
      if (step >= LINEAGE_KEPT_NEAR && next.exited && next.forkedBy !== undefined) {
        at.forkedBy = next.forkedBy;
        this.lineageCut += 1;
        return;
      }
      at = next;
    }
  }

  /** Marks a thread as exited; it leaves the table with `remove`. */
  markExited(thread: ThreadRecord): void {
    if (thread.exited) return;
    thread.exited = true;
    if (thread.group !== undefined) thread.group.alive -= 1;
  }

  /** An exec by another thread of the group took over the leader's place after that had exited. */
  revive(thread: ThreadRecord): void {
    thread.exited = false;
    if (this.threads.get(thread.tid) !== thread) {
      this.exited.delete(thread.tid);
      this.threads.set(thread.tid, thread);
      this.link(thread);
    } else if (thread.group !== undefined) {
      thread.group.alive += 1;
    }
  }

  /**
   * Takes an exited thread out: its children go to the reaper. A leader stays, dead, while other
   * threads of its group live.
   */
  remove(thread: ThreadRecord): void {
    const group = thread.group;
    if (group === undefined) {
      this.detach(thread);
      return;
    }
    this.markExited(thread);
    this.reparent(thread);
    if (!thread.isLeader) this.detach(thread);
    if (group.alive > 0) return;
    if (group.leader !== undefined && this.threads.get(group.pid) === group.leader) {
      this.bury(group.leader);
    }
    this.leaderless.delete(group.pid);
  }

  /**
   * Puts a thread in the place of one that has its number. A leader stays that of its other
   * threads; children are left as they are, for `remove` comes before where things make sense.
   */
  replace(old: ThreadRecord, thread: ThreadRecord): void {
    this.markExited(old);
    if (old.group?.leader !== old || old.group.alive === 0) this.detach(old);
    this.put(thread);
  }

  private detach(thread: ThreadRecord): void {
    thread.group?.threads.delete(thread);
    thread.parent?.children?.delete(thread);
    thread.parent = undefined;
    if (this.threads.get(thread.tid) === thread) this.threads.delete(thread.tid);
  }

  private bury(leader: ThreadRecord): void {
    this.detach(leader);
    leader.fds = undefined;
    leader.children = undefined;
    leader.enterEvent = undefined;
    this.exited.delete(leader.pid);
    this.exited.set(leader.pid, leader);
    if (this.exited.size > RECENTLY_EXITED) {
      for (const pid of this.exited.keys()) {
        this.exited.delete(pid);
        break;
      }
    }
  }

  private reparent(thread: ThreadRecord): void {
    const children = thread.children;
    if (children === undefined || children.size === 0) return;
    const told = thread.reaperTid > 0 ? this.threads.get(thread.reaperTid) : undefined;
    const usable = told !== undefined && !told.isPlaceholder && told !== thread;
    const reaper = usable ? told : this.findReaper(thread);
    if (reaper?.group !== undefined && reaper.pid !== thread.pid) reaper.group.isReaper = true;
    for (const child of children) {
      child.parent = undefined;
      if (reaper === undefined || reaper === child) child.ptid = 0;
      else this.adopt(reaper, child);
      bumpTree(child);
    }
    thread.children = undefined;
  }

  /**
   * As the kernel does: another thread of the group, then the nearest reaper among the ancestors.
   */
  private findReaper(thread: ThreadRecord): ThreadRecord | undefined {
    const sibling = firstAlive(thread.group, thread);
    if (sibling !== undefined) return sibling;
    const seen = new Set<ThreadRecord>([thread]);
    let at = this.threads.get(thread.ptid);
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      if (isInPidNamespace(at) !== isInPidNamespace(thread)) return undefined;
      if (at.group?.isReaper === true) {
        const reaper = firstAlive(at.group, thread);
        if (reaper !== undefined) return reaper;
      }
      at = this.threads.get(at.ptid);
    }
    return undefined;
  }

  /** Makes room for one more, and says who went. */
  makeRoom(): ThreadRecord | undefined {
    const thread = this.leaf();
    if (thread === undefined) return undefined;
    this.evicted += 1;
    this.remove(thread);
    return thread;
  }

  /**
   * Whom to give up for want of room: of those who came first, who has children is passed over and
   * goes to the end, so that a tree loses leaves, not its trunk. (An iterator kept from one call to
   * the next would do without, but V8 keeps every table that a map outgrew while one stands on it.)
   */
  leaf(): ThreadRecord | undefined {
    let met = 0;
    const all = this.threads.size;
    for (const thread of this.threads.values()) {
      if (thread.pid !== 1 && (thread.children?.size ?? 0) === 0) return thread;
      met += 1;
      if (met > all) return undefined;
      this.threads.delete(thread.tid);
      this.threads.set(thread.tid, thread);
    }
    return undefined;
  }
}

// Only what was read from elsewhere can make a circle; a chain that is too long to tell is taken as
// one.
function descendsFrom(thread: ThreadRecord, ancestor: ThreadRecord): boolean {
  let at: ThreadRecord | undefined = thread;
  for (let step = 0; at !== undefined; step++) {
    if (at === ancestor || step > 2 * LINEAGE_DEPTH) return true;
    at = at.forkedBy;
  }
  return false;
}

function firstAlive(
  group: ThreadGroup | undefined,
  except: ThreadRecord,
): ThreadRecord | undefined {
  if (group === undefined || group.alive === 0) return undefined;
  for (const thread of group.threads) {
    if (!thread.exited && thread !== except) return thread;
  }
  return undefined;
}

/** In a namespace of its own as far as its numbers tell. */
function isInPidNamespace(thread: ThreadRecord): boolean {
  return (
    (thread.flags & CLONE_FLAG.childInPidNamespace) !== 0 ||
    (thread.vtid !== -1 && thread.tid !== thread.vtid) ||
    (thread.vpid !== -1 && thread.pid !== thread.vpid)
  );
}

/**
 * A process changed what its descendants' conditions may read (proc.pname, proc.aname …). Each is
 * visited once, so that a damaged capture's cycle of parents ends.
 */
export function bumpTree(top: ThreadRecord): void {
  bumpRound += 1;
  const open = [top];
  for (let thread = open.pop(); thread !== undefined; thread = open.pop()) {
    if (thread.bumpRound === bumpRound) continue;
    thread.bumpRound = bumpRound;
    thread.generation += 1;
    if (thread.children !== undefined) open.push(...thread.children);
  }
}

let bumpRound = 0;
