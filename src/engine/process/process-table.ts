import type { Container } from '#model/container.ts';
import type { Evaluation, ProcessState } from '#model/evaluation.ts';
import { LINEAGE_DEPTH, LIVE_THREAD_TABLE_MAX } from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { ConnectionSpread, IS_CONNECT } from './connection-spread.ts';
import { ContainerMembers } from './container-members.ts';
import { LiveState } from './live-state.ts';
import type { ContainerLookup } from './process-world.ts';
import { ThreadRecord } from './thread-record.ts';
import { ThreadTable } from './thread-table.ts';
import type { UserLookup } from './user-lookup.ts';

export interface ProcessTableOptions {
  readonly containers: ContainerLookup;
  readonly users: UserLookup;
  /** Added to a CLOCK_BOOTTIME to get ns since 1970. */
  readonly bootNs?: bigint;
  /** Raw bytes of this machine's addresses, as byte strings. */
  readonly localAddresses?: () => ReadonlySet<string>;
  readonly resolve?: (pid: number) => ThreadRecord | undefined;
  readonly cgroupsOf?: (pid: number, cgroupId: number) => string | undefined;
  readonly cgroupsAtExec?: (pid: number) => string | undefined;
  readonly max?: number;
}

/**
 * The processes of a live machine, by its events. See live-state.ts for how, ThreadTable for
 * bounds.
 */
export class ProcessTable implements ProcessState {
  readonly threads: ThreadTable;
  readonly members = new ContainerMembers();
  readonly live: LiveState;
  readonly spread = new ConnectionSpread();
  private readonly users: UserLookup;
  private readonly localAddresses: () => ReadonlySet<string>;

  constructor(options: ProcessTableOptions) {
    this.threads = new ThreadTable(options.max ?? LIVE_THREAD_TABLE_MAX);
    this.users = options.users;
    this.localAddresses = options.localAddresses ?? (() => NO_ADDRESSES);
    this.live = new LiveState(this.threads, {
      containers: options.containers,
      members: this.members,
      bootNs: options.bootNs ?? 0n,
      resolve: options.resolve ?? (() => undefined),
      cgroupsOf: options.cgroupsOf ?? (() => undefined),
      cgroupsAtExec: options.cgroupsAtExec ?? (() => undefined),
    });
  }

  /** Applies the event under ctx.evt and says whose it is and about which fd. */
  apply(ctx: Evaluation): void {
    this.live.apply(ctx);
    if (IS_CONNECT[ctx.evt.type] === true) this.spread.note(ctx);
  }

  /** Takes in processes that were read from /proc, save those known already. */
  seed(threads: readonly ThreadRecord[]): void {
    const fresh = threads.filter((thread) => this.threads.get(thread.tid) === undefined);
    // Older first, so that a container's first process is seen first.
    fresh.sort((a, b) => a.startNs - b.startNs || a.tid - b.tid);
    this.live.insertAll(fresh);
  }

  /** After events were lost: forgets who is gone, takes in who is new. */
  reconcile(threads: readonly ThreadRecord[]): void {
    const alive = new Map(threads.map((thread) => [thread.pid, thread]));
    for (const known of [...this.threads.all()]) {
      const now = alive.get(known.pid);
      if (now === undefined || !startedTogether(known, now)) {
        this.members.leave(known);
        this.threads.remove(known);
      }
    }
    this.seed(threads);
  }

  /** The metadata of containers came: their processes get the new description. */
  replaceContainers(changes: ReadonlyMap<Container, Container>): void {
    if (changes.size === 0) return;
    for (const thread of this.threads.all()) {
      const next = changes.get(thread.container);
      if (next === undefined) continue;
      thread.container = next;
      thread.generation += 1;
    }
  }

  /** One Thread a living process. */
  leaders(): readonly Thread[] {
    const leaders: Thread[] = [];
    for (const thread of this.threads.all()) {
      if (thread.isLeader && !thread.exited) leaders.push(thread);
    }
    return leaders;
  }

  thread(tid: number): Thread | undefined {
    return this.threads.get(tid);
  }

  parent(thread: Thread): Thread | undefined {
    const parent =
      thread instanceof ThreadRecord && thread.parent !== undefined
        ? thread.parent
        : this.threads.get(thread.ptid);
    return parent?.group?.leader ?? parent;
  }

  leader(thread: Thread): Thread {
    const group = thread instanceof ThreadRecord ? thread.group : undefined;
    return group?.leader ?? thread;
  }

  threadCount(thread: Thread): number {
    const group = thread instanceof ThreadRecord ? thread.group : undefined;
    return group?.alive ?? 0;
  }

  /** Who forked whom, from the first process known to `thread`, as a finding tells it. */
  ancestors(thread: Thread): readonly Thread[] {
    const chain: Thread[] = [];
    let at: Thread | undefined = this.leader(thread);
    while (at !== undefined && chain.length <= 2 * LINEAGE_DEPTH) {
      chain.push(at);
      at = at.forkedBy;
    }
    return chain.reverse();
  }

  /** The first process of a container, while any of its processes lives. */
  rootOf(container: Container): Thread | undefined {
    return this.members.init(container);
  }

  userName(uid: number, thread: Thread): string | undefined {
    return this.users.user(uid, thread)?.name;
  }

  groupName(gid: number, thread: Thread): string | undefined {
    return this.users.group(gid, thread)?.name;
  }

  userHome(uid: number, thread: Thread): string | undefined {
    return this.users.user(uid, thread)?.home;
  }

  userShell(uid: number, thread: Thread): string | undefined {
    return this.users.user(uid, thread)?.shell;
  }

  isLocalAddress(ip: string): boolean {
    return this.localAddresses().has(ip);
  }
}

const NO_ADDRESSES: ReadonlySet<string> = new Set();
const COARSEST_START_NS = 1e7;

function startedTogether(a: ThreadRecord, b: ThreadRecord): boolean {
  return Math.abs(a.startNs - b.startNs) <= COARSEST_START_NS;
}
