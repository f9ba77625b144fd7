import type { Container } from './container.ts';
import type { FdInfo } from './file-descriptor.ts';

/**
 * One thread, as rules see it (`proc.*`, `thread.*`); the leader's stands for the process.
 * Strings are byte strings (event-view.ts). Numbers unknown are -1 unless said otherwise.
 * Mutable on purpose: the process table owns it and is the only writer.
 */
export interface Thread {
  tid: number;
  pid: number;
  /** The current parent's tid: after reparenting, the reaper's. */
  ptid: number;
  /**
   * Leader's start, ns of CLOCK_BOOTTIME; 0 where unknown. Key of the process: boot id, pid, this.
   */
  startNs: number;
  /** When it was cloned, ns since 1970; 0 where it ran before we did and /proc was not read. */
  cloneNs: bigint;
  /** When it last called exec, ns since 1970; 0 where it did not. */
  execNs: bigint;
  comm: string;
  exe: string;
  exePath: string;
  args: readonly string[];
  cwd: string;
  /** Root directory in the mount namespace; changed by chroot. */
  root: string;
  /** NUL-separated, as it came. */
  env: string;
  uid: number;
  gid: number;
  /** 4294967295 where not set. */
  loginUid: number;
  tty: number;
  sid: number;
  vpgid: number;
  pgid: number;
  vpid: number;
  vtid: number;
  fdLimit: number;
  flags: number;
  capInheritable: bigint;
  capPermitted: bigint;
  capEffective: bigint;
  exeWritable: boolean;
  exeUpperLayer: boolean;
  exeLowerLayer: boolean;
  exeFromMemfd: boolean;
  exeIno: number;
  /** ns since 1970. */
  exeCtimeNs: bigint;
  exeMtimeNs: bigint;
  pidnsInitStartNs: bigint;
  /** NUL-separated `subsystem=path`, as it came. */
  cgroups: string;
  container: Container;
  /** The first process of its container (its pid 1, or what the runtime started). */
  isContainerInit: boolean;
  /** The process that forked it: never changes, so the tree shows who really started what. */
  forkedBy: Thread | undefined;
  /** What it was before it last called exec, newest first, bounded. */
  history: readonly ExecImage[];
  exited: boolean;
  /** Memory and page faults, where an event or a capture told them; 0 otherwise. */
  vmSizeKb: number;
  vmRssKb: number;
  vmSwapKb: number;
  majorFaults: number;
  minorFaults: number;
  /**
   * Grows when the process itself, its container, its parents or their images change: caches of
   * conditions compare it. Not covered, so not to be cached by it: leaders of a session or process
   * group that are no ancestors, how many threads there are, open files.
   */
  generation: number;
  /** Only where a capture's state is rebuilt; the live sensor's events carry their fd. */
  fds: Map<number, FdInfo> | undefined;
  /** The rule engine's own: what it worked out about this process. Starts as undefined. */
  answers?: ProcessAnswers | undefined;
}

/** Answers of compiled conditions about one process, good for one rule set and one generation. */
export interface ProcessAnswers {
  epoch: number;
  generation: number;
  /** 0 not worked out yet, 1 holds, 2 does not. */
  readonly bits: Uint8Array;
}

/** An image that a process ran before its last exec. */
export interface ExecImage {
  readonly comm: string;
  readonly exePath: string;
  readonly args: readonly string[];
  readonly execNs: bigint;
}
