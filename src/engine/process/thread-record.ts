import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import type { EventView } from '#model/event-view.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import type { ExecImage, Thread } from '#model/process.ts';

const NO_ARGS: readonly string[] = [];
const NO_HISTORY: readonly ExecImage[] = [];

/** The threads of one process. A reaper adopts orphans: pid 1 of a namespace, or by prctl. */
export interface ThreadGroup {
  readonly pid: number;
  leader: ThreadRecord | undefined;
  /** Every known thread, the leader too, also while it is dead and others still run. */
  readonly threads: Set<ThreadRecord>;
  /** Those of them that have not exited. */
  alive: number;
  isReaper: boolean;
}

/**
 * A Thread and what only the process table needs to know of it. Every field is set here, in one
 * order, so that all records have one hidden class and reading a field stays one load.
 */
export class ThreadRecord implements Thread {
  tid: number;
  pid: number;
  ptid = -1;
  startNs = 0;
  cloneNs = 0n;
  execNs = 0n;
  comm = '';
  exe = '';
  exePath = '';
  args: readonly string[] = NO_ARGS;
  cwd = '';
  root = '';
  env = '';
  uid = 4294967295;
  gid = 4294967295;
  loginUid = 4294967295;
  tty = 0;
  sid = -1;
  vpgid = -1;
  pgid = -1;
  vpid = -1;
  vtid = -1;
  fdLimit = -1;
  flags = 0;
  capInheritable = 0n;
  capPermitted = 0n;
  capEffective = 0n;
  exeWritable = false;
  exeUpperLayer = false;
  exeLowerLayer = false;
  exeFromMemfd = false;
  exeIno = 0;
  exeCtimeNs = 0n;
  exeMtimeNs = 0n;
  pidnsInitStartNs = 0n;
  cgroups = '';
  container: Container = HOST;
  isContainerInit = false;
  forkedBy: ThreadRecord | undefined = undefined;
  history: readonly ExecImage[] = NO_HISTORY;
  exited = false;
  vmSizeKb = 0;
  vmRssKb = 0;
  vmSwapKb = 0;
  majorFaults = 0;
  minorFaults = 0;
  generation = 0;
  fds: Map<number, FdInfo> | undefined = undefined;

  /** undefined for a thread of which nothing but its tid is known. */
  group: ThreadGroup | undefined = undefined;
  /** Living threads whose ptid is this one; made when there is a first. */
  children: Set<ThreadRecord> | undefined = undefined;
  /** The current parent, which may be a thread that is no leader. */
  parent: ThreadRecord | undefined = undefined;
  /** Length of the forkedBy chain, or more where it was shortened since. */
  depth = 0;
  /** The v2 cgroup by its kernel id, of the live sensor; 0 where unknown. */
  cgroupId = 0;
  /** startNs was read from /proc, where a clock tick is the smallest unit. */
  startIsCoarse = false;
  /** It ran before we did: its image is its own, though its exec was not seen. */
  isSeed = false;
  /** Who adopts the children; above 0 where the exit event told. */
  reaperTid = -1;
  /** The round of bumpTree that last came by. */
  bumpRound = 0;
  lastEventFd = 0;
  lastEventType = -1;
  /**
   * Of an old capture: over a copy of the last enter event, which is still waited for while
   * `isEnterKept`.
   */
  enterEvent: EventView | undefined = undefined;
  isEnterKept = false;

  constructor(tid: number, pid: number) {
    this.tid = tid;
    this.pid = pid;
  }

  get isLeader(): boolean {
    return this.tid === this.pid;
  }

  /** Nothing but a number: an event of a thread whose start was never seen. */
  get isPlaceholder(): boolean {
    return this.group === undefined;
  }
}

/** What a child shares with whom it was forked by, and a thread with its leader: by reference. */
export function inherit(child: ThreadRecord, from: ThreadRecord): void {
  child.comm = from.comm;
  child.exe = from.exe;
  child.args = from.args;
  inheritImage(child, from);
  child.uid = from.uid;
  child.gid = from.gid;
  child.fdLimit = from.fdLimit;
  child.cgroups = from.cgroups;
  child.cgroupId = from.cgroupId;
  child.container = from.container;
  child.pidnsInitStartNs = from.pidnsInitStartNs;
}

/** The part of `inherit` that a clone event never carries itself. */
export function inheritImage(child: ThreadRecord, from: ThreadRecord): void {
  child.exePath = from.exePath;
  child.exeWritable = from.exeWritable;
  child.exeUpperLayer = from.exeUpperLayer;
  child.exeLowerLayer = from.exeLowerLayer;
  child.exeFromMemfd = from.exeFromMemfd;
  child.exeIno = from.exeIno;
  child.exeCtimeNs = from.exeCtimeNs;
  child.exeMtimeNs = from.exeMtimeNs;
  child.root = from.root;
  child.sid = from.sid;
  child.vpgid = from.vpgid;
  child.pgid = from.pgid;
  child.tty = from.tty;
  child.loginUid = from.loginUid;
  child.capInheritable = from.capInheritable;
  child.capPermitted = from.capPermitted;
  child.capEffective = from.capEffective;
}
