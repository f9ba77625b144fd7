import { HOST } from '#model/container.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { LIVE_THREAD_RECORDS_MAX, RESOLVES_PER_SECOND } from '#model/limits.ts';
import { CgroupPlacement } from './cgroup-placement.ts';
import { applyCloneImage, applyCloneState, CLONE, pidnsInitStart } from './clone-event.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { THREAD_CHANGES } from './credential-events.ts';
import { applyExecImage, EXEC, keepImage, withoutDeleted } from './exec-event.ts';
import { LiveFd } from './live-fd.ts';
import type { ProcessWorld } from './process-world.ts';
import { applyPrctl, applyWorkingDirectory } from './thread-events.ts';
import { inherit, ThreadRecord } from './thread-record.ts';
import type { ThreadTable } from './thread-table.ts';
import { bumpTree } from './thread-table.ts';

/**
 * Applies live events. Each record carries pid, start time and cgroup of its process, so that no
 * event is ever taken for one of another process that had the pid before:
 *
 *   known, same start      the usual case: one map look-up
 *   known, other start     its exit was missed: that one is retired, this one is new
 *   new, fork or exec      built from the event itself; the parent is looked up
 *   new, anything else     read from /proc (`resolve`), at most RESOLVES_PER_SECOND; if it is gone
 *                          again, a record with what the event prefix says
 *
 * Imperfect: an event of the bulk ring can come after its process's exit in the critical ring; it
 * finds the process among those that exited a moment ago. One that comes after an exec sees the new
 * image.
 *
 * Metrics: process_resolved_total, process_unresolved_total, process_pid_reused_total.
 */
export class LiveState {
  resolved = 0;
  unresolved = 0;
  reused = 0;
  private readonly table: ThreadTable;
  private readonly world: ProcessWorld;
  private readonly cgroups: CgroupPlacement;
  private readonly fd = new LiveFd();
  private last: ThreadRecord | undefined;
  private resolveSecond = -1;
  private resolvesLeft = 0;

  constructor(table: ThreadTable, world: ProcessWorld) {
    this.table = table;
    this.world = world;
    this.cgroups = new CgroupPlacement(world);
  }

  apply(ctx: Evaluation): void {
    const { evt } = ctx;
    const handler = HANDLERS[evt.type];
    if (handler === undefined) {
      ctx.thread = this.find(evt);
    } else {
      ctx.thread = handler(this, ctx);
    }
    ctx.fd = this.fd.of(evt, ctx.thread);
  }

  /** The thread that caused the event. */
  private find(evt: EventView): ThreadRecord {
    const tid = evt.tid;
    let thread = this.last;
    if (thread === undefined || thread.tid !== tid || thread.exited) thread = this.table.get(tid);
    if (thread === undefined || !isSame(thread, evt)) thread = this.discover(evt, tid);
    const { cgroupId } = evt;
    // A record made in user space has no cgroup.
    if (thread.cgroupId !== cgroupId && cgroupId !== 0) this.cgroups.move(thread, evt);
    this.last = thread;
    return thread;
  }

  private discover(evt: EventView, tid: number): ThreadRecord {
    const { pid } = evt;
    if (tid !== pid) return this.discoverThread(evt, tid);
    const known = this.known(evt, pid);
    if (known !== undefined) return known;
    return this.resolve(evt) ?? this.placeholder(evt);
  }

  /** A process that is in the table, or exited a moment ago, and is the one the event means. */
  private known(evt: EventView, pid: number): ThreadRecord | undefined {
    const known = this.table.get(pid);
    if (known !== undefined) {
      if (isSame(known, evt)) return known;
      this.retire(known);
    }
    const exited = this.table.recentlyExited(pid);
    return exited !== undefined && isSame(exited, evt) ? exited : undefined;
  }

  /** Threads are made when their first event comes: they share everything with their leader. */
  private discoverThread(evt: EventView, tid: number): ThreadRecord {
    const stale = this.table.get(tid);
    if (stale !== undefined) this.retire(stale);
    const leader = this.known(evt, evt.pid) ?? this.resolve(evt) ?? this.placeholder(evt);
    if (leader.exited || this.table.size >= LIVE_THREAD_RECORDS_MAX) return leader;
    return this.addThread(evt, leader, tid);
  }

  private addThread(evt: EventView, leader: ThreadRecord, tid: number): ThreadRecord {
    const thread = new ThreadRecord(tid, leader.pid);
    inherit(thread, leader);
    thread.startNs = evt.startNs;
    thread.cloneNs = leader.cloneNs;
    thread.execNs = leader.execNs;
    thread.cwd = leader.cwd;
    thread.env = leader.env;
    thread.history = leader.history;
    thread.ptid = leader.ptid;
    thread.vpid = leader.vpid;
    thread.flags = CLONE_FLAG.thread | CLONE_FLAG.files;
    thread.forkedBy = leader.forkedBy;
    thread.depth = leader.depth;
    this.add(thread);
    return thread;
  }

  private add(thread: ThreadRecord): void {
    if (this.table.size >= this.table.max) {
      const evicted = this.table.makeRoom();
      if (evicted !== undefined) this.world.members.leave(evicted);
    }
    this.table.put(thread);
    this.table.link(thread);
  }

  private retire(thread: ThreadRecord): void {
    this.reused += 1;
    if (thread.isLeader) this.dropOtherThreads(thread);
    this.end(thread);
  }

  /** A process ends with the last of its threads: its leader may have ended before. */
  private end(thread: ThreadRecord): void {
    const leader = thread.group?.leader ?? thread;
    this.table.remove(thread);
    if (this.table.get(leader.pid) !== leader) this.world.members.leave(leader);
    if (this.last?.exited === true) this.last = undefined;
  }

  /** Reads the event's process from /proc; undefined where that is another one by now, or none. */
  private resolve(evt: EventView): ThreadRecord | undefined {
    if (!this.mayResolve(evt)) return undefined;
    const found = this.world.resolve(evt.pid);
    if (found === undefined || !isSame(found, evt)) {
      this.unresolved += 1;
      return undefined;
    }
    this.resolved += 1;
    return this.insert(found, evt.startNs);
  }

  private mayResolve(evt: EventView): boolean {
    const second = Math.floor(evt.timestamp / 1e9);
    if (second !== this.resolveSecond) {
      this.resolveSecond = second;
      this.resolvesLeft = RESOLVES_PER_SECOND;
    }
    this.resolvesLeft -= 1;
    return this.resolvesLeft >= 0;
  }

  /** Takes a process that was read from /proc into the table. */
  private insert(thread: ThreadRecord, startNs: number): ThreadRecord {
    if (startNs !== 0) {
      thread.startNs = startNs;
      thread.startIsCoarse = false;
    }
    this.add(thread);
    this.settle(thread);
    return thread;
  }

  /** Takes in many at once: who is whose child is settled when all are there. */
  insertAll(threads: readonly ThreadRecord[]): void {
    for (const thread of threads) this.table.put(thread);
    for (const thread of threads) {
      this.table.link(thread);
      this.settle(thread);
    }
  }

  private settle(thread: ThreadRecord): void {
    if (thread.parent !== undefined) this.table.setForkedBy(thread, thread.parent);
    thread.container = this.world.containers.resolve(thread.cgroups, thread.cgroupId, thread);
    this.world.members.enter(thread);
  }

  private placeholder(evt: EventView): ThreadRecord {
    const thread = new ThreadRecord(evt.pid, evt.pid);
    thread.startNs = evt.startNs;
    thread.cgroupId = evt.cgroupId;
    this.add(thread);
    this.cgroups.set(thread, this.world.cgroupsOf(evt.pid, evt.cgroupId) ?? '');
    return thread;
  }

  clone(ctx: Evaluation): ThreadRecord {
    const { evt } = ctx;
    const tid = evt.tid;
    if (evt.paramInt64(CLONE.res) !== 0) return this.find(evt);
    const existing = this.table.get(tid);
    if (existing !== undefined) {
      if (isSame(existing, evt) && existing.comm !== '') return existing;
      this.retire(existing);
    }
    const flags = evt.paramUint32(CLONE.flags) ?? 0;
    if ((flags & CLONE_FLAG.thread) !== 0 || tid !== evt.pid) {
      const thread = this.discoverThread(evt, tid);
      thread.cloneNs = ctx.timeNs;
      thread.vtid = evt.paramInt64(CLONE.vtid) ?? tid;
      return thread;
    }
    return this.forkProcess(ctx, flags);
  }

  private forkProcess(ctx: Evaluation, flags: number): ThreadRecord {
    const { evt } = ctx;
    const child = new ThreadRecord(evt.tid, evt.pid);
    child.startNs = evt.startNs;
    child.cloneNs = ctx.timeNs;
    child.flags = flags;
    child.ptid = evt.paramInt64(CLONE.ptid) ?? 0;
    const parent = this.parentOf(evt, child.ptid);
    if (parent === undefined) {
      applyCloneImage(child, evt);
    } else {
      inherit(child, parent);
      child.cwd = parent.group?.leader?.cwd ?? parent.cwd;
      child.env = parent.env;
      this.table.setForkedBy(child, parent);
    }
    applyCloneState(child, evt);
    child.vtid = evt.paramInt64(CLONE.vtid) ?? child.tid;
    child.vpid = evt.paramInt64(CLONE.vpid) ?? child.pid;
    child.pidnsInitStartNs = pidnsInitStart(evt, this.world.bootNs) ?? child.pidnsInitStartNs;
    this.add(child);
    this.cgroups.place(child, evt, evt.paramString(CLONE.cgroups));
    return child;
  }

  /** A parent that was never seen is read from /proc: a tree without its trunk tells little. */
  private parentOf(evt: EventView, ptid: number): ThreadRecord | undefined {
    if (ptid <= 0) return undefined;
    const known = this.table.get(ptid);
    if (known !== undefined) return known;
    const exited = this.table.recentlyExited(ptid);
    if (exited !== undefined) return exited;
    const found = this.mayResolve(evt) ? this.world.resolve(ptid) : undefined;
    if (found === undefined) return undefined;
    this.resolved += 1;
    return this.insert(found, 0);
  }

  exec(ctx: Evaluation): ThreadRecord {
    const { evt } = ctx;
    if ((evt.paramInt64(EXEC.res) ?? -1) < 0) return this.find(evt);
    const thread = this.execThread(evt);
    keepImage(thread);
    this.dropOtherThreads(thread);
    const { pgid } = thread;
    applyExecImage(thread, evt, ctx.timeNs);
    if (thread.pgid <= 0) thread.pgid = pgid;
    const cwd = evt.paramString(EXEC.cwd);
    if (cwd !== undefined && cwd !== '') thread.cwd = cwd.endsWith('/') ? cwd : `${cwd}/`;
    thread.exePath = withoutDeleted(evt.paramString(EXEC.exePath) ?? thread.exe);
    thread.flags = CLONE_FLAG.active | CLONE_FLAG.nameChanged;
    this.cgroups.place(thread, evt, this.cgroupsAtExec(evt));
    // What a bare runtime starts may be known as a container only by now.
    if (thread.container === HOST) this.cgroups.set(thread, thread.cgroups);
    bumpTree(thread);
    this.last = thread;
    return thread;
  }

  private cgroupsAtExec(evt: EventView): string | undefined {
    return evt.paramString(EXEC.cgroups) ?? this.world.cgroupsAtExec(evt.pid);
  }

  /** By the time of the event the calling thread is the leader, whichever it was before. */
  private execThread(evt: EventView): ThreadRecord {
    const { pid } = evt;
    const known = this.known(evt, pid);
    if (known !== undefined) {
      if (known.exited) this.table.revive(known);
      return known;
    }
    const thread = new ThreadRecord(pid, pid);
    thread.startNs = evt.startNs;
    thread.cgroupId = evt.cgroupId;
    thread.ptid = evt.paramInt64(EXEC.ptid) ?? 0;
    const parent = this.parentOf(evt, thread.ptid);
    if (parent !== undefined) {
      this.table.setForkedBy(thread, parent);
      thread.root = parent.root;
      thread.sid = parent.sid;
      thread.pidnsInitStartNs = parent.pidnsInitStartNs;
      if (parent.pid === parent.vpid) {
        thread.vpid = pid;
        thread.vtid = pid;
      }
    }
    this.add(thread);
    return thread;
  }

  private dropOtherThreads(thread: ThreadRecord): void {
    const { group } = thread;
    if (group === undefined || group.threads.size <= 1) return;
    for (const other of [...group.threads]) if (other !== thread) this.table.remove(other);
  }

  exit(ctx: Evaluation): ThreadRecord | undefined {
    const { evt } = ctx;
    const thread = this.table.get(evt.tid);
    if (thread === undefined || !isSame(thread, evt)) return this.known(evt, evt.pid);
    thread.reaperTid = evt.paramInt64(REAPER) ?? -1;
    this.end(thread);
    thread.generation += 1;
    return thread;
  }

  change(ctx: Evaluation): ThreadRecord {
    const thread = this.find(ctx.evt);
    if (THREAD_CHANGES.get(ctx.evt.type)?.(thread, ctx.evt) === true) thread.generation += 1;
    return thread;
  }

  chdir(ctx: Evaluation): ThreadRecord {
    const thread = this.find(ctx.evt);
    applyWorkingDirectory(thread, ctx.evt, this.fd.of(ctx.evt, thread)?.name);
    return thread;
  }

  prctl(ctx: Evaluation): ThreadRecord {
    const thread = this.find(ctx.evt);
    if (applyPrctl(thread, ctx.evt)) bumpTree(thread);
    return thread;
  }
}

const REAPER = 4;
// The smallest unit of /proc/<pid>/stat: 1/100 s on every Linux of today.
const CLOCK_TICK_NS = 1e7;

function isSame(thread: ThreadRecord, evt: EventView): boolean {
  if (thread.pid !== evt.pid) return false;
  const start = evt.startNs;
  if (thread.startNs === start) return true;
  if (
    !thread.startIsCoarse ||
    Math.floor(start / CLOCK_TICK_NS) * CLOCK_TICK_NS !== thread.startNs
  ) {
    return false;
  }
  thread.startNs = start;
  thread.startIsCoarse = false;
  return true;
}

type Handler = (state: LiveState, ctx: Evaluation) => ThreadRecord | undefined;

const HANDLERS: (Handler | undefined)[] = [];

function on(constants: readonly string[], handler: Handler): void {
  for (const constant of constants) HANDLERS[eventId(constant)] = handler;
}

const FORKS = ['syscall_clone_20_x', 'syscall_fork_20_x', 'syscall_vfork_20_x', 'syscall_clone3_x'];
on(FORKS, (state, ctx) => state.clone(ctx));
on(['syscall_execve_19_x', 'syscall_execveat_x'], (state, ctx) => state.exec(ctx));
on(['procexit_1_e'], (state, ctx) => state.exit(ctx));
on(['syscall_chdir_x', 'syscall_fchdir_x'], (state, ctx) => state.chdir(ctx));
on(['syscall_prctl_x'], (state, ctx) => state.prctl(ctx));
for (const type of THREAD_CHANGES.keys()) HANDLERS[type] = (state, ctx) => state.change(ctx);

/** Event types by which processes change: what rules read of processes is as true as these come. */
export const LIVE_STATE_TYPES: ReadonlySet<number> = new Set(Object.keys(HANDLERS).map(Number));
