import type { ContainerRuntime } from './container.ts';
import type { Priority, Tier } from './severity.ts';

/**
 * The version of a finding's form; a breaking change gets a new one. Documented in docs/FINDING.md.
 */
export const FINDING_SCHEMA = 'midwatch.finding/v1';

/** What a process is besides itself. */
export const PROCESS_MARKERS = [
  /** pid 1 of its container: the tree starts here. */
  'container-init',
  /** pid 1 of the machine. */
  'host-init',
  'kernel-thread',
  /** Runs in the container, started from outside: `kubectl exec`, a probe, nsenter. */
  'entered',
  /** An ancestor that is not in the finding's container. */
  'outside',
  'exited',
  /** Its executable is not of the image: written since the container began. */
  'upper-layer-exe',
  'memfd-exe',
] as const;
export type ProcessMarker = (typeof PROCESS_MARKERS)[number];

/**
 * What a finding says of one process. All strings of a finding are text that any terminal and log
 * can carry, with secrets taken out; what was too long has its middle elided.
 */
export interface FindingProcess {
  readonly pid: number;
  /** In the container's pid namespace; absent where unknown. */
  readonly vpid?: number;
  readonly comm: string;
  readonly exe: string;
  /** What it was called by, where that is another name than its executable's: `sh` of busybox. */
  readonly arg0?: string;
  readonly args: readonly string[];
  readonly uid: number;
  readonly user?: string;
  /** Who logged in, where somebody did. */
  readonly loginUid?: number;
  /** `pts/0`; absent without a terminal. */
  readonly tty?: string;
  /** ISO 8601 with milliseconds; absent where unknown. */
  readonly startedAt?: string;
  readonly markers: readonly ProcessMarker[];
  /** What it ran before its last exec, newest first. */
  readonly was?: readonly FindingImage[];
}

export interface FindingImage {
  readonly comm: string;
  readonly exe: string;
  readonly args: readonly string[];
}

export interface FindingContainer {
  /** 12 characters. */
  readonly id: string;
  readonly fullId: string;
  readonly runtime: ContainerRuntime;
  readonly name?: string;
  /** `repository:tag` */
  readonly image?: string;
  /** `sha256:…` */
  readonly digest?: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly podUid?: string;
  readonly privileged?: boolean;
}

/** As Falco's output_fields; 64-bit integers are bigint and are written as plain digits. */
export type FindingFieldValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly (string | number | bigint | boolean)[];

export interface FindingEvent {
  /** `execve`, `openat` … */
  readonly type: string;
  /** Position in the stream, from 1. */
  readonly num: number;
  readonly tid?: number;
  readonly cpu?: number;
}

/** How often the same was found in a window (docs/FINDING.md, Folding). */
export interface FindingRepeat {
  readonly count: number;
  readonly firstTime: string;
  readonly lastTime: string;
  /** More than one where differing findings of one rule and container were counted together. */
  readonly distinct: number;
}

/** Why a finding may not tell everything: events were lost shortly before. */
export interface FindingDrops {
  /** Events lost in the minute before. */
  readonly lost: number;
  readonly kinds: Readonly<Record<string, number>>;
}

export interface Finding {
  readonly schema: typeof FINDING_SCHEMA;
  /** The same for the same act, however often it is delivered: 32 hexadecimal digits. */
  readonly id: string;
  /** rule: something happened; sensor: about ourselves (lost events, a refused rule file). */
  readonly kind: 'rule' | 'sensor';
  /** ISO 8601, UTC, nanoseconds. */
  readonly time: string;
  /** Nanoseconds since 1970, as text: more than a double holds. */
  readonly timeNs: string;
  readonly rule: string;
  readonly tier: Tier;
  readonly priority: Priority;
  readonly tags: readonly string[];
  /** ATT&CK ids among the tags. */
  readonly techniques: readonly string[];
  readonly runbook?: string;
  /** Whether a learned baseline may hold it back. */
  readonly holdable: boolean;
  readonly source: string;
  /** The rule's output: one plain sentence. */
  readonly sentence: string;
  readonly event?: FindingEvent;
  /** From the container's init (or the host's) to the process that made the call, which is last. */
  readonly tree: readonly FindingProcess[];
  /** Ancestors left out of the middle of a very deep tree. */
  readonly treeElided?: number;
  /** Absent for a process of the host. */
  readonly container?: FindingContainer;
  readonly node: string;
  readonly fields: Readonly<Record<string, FindingFieldValue>>;
  /** How many secrets were taken out. */
  readonly redacted?: number;
  readonly repeat: FindingRepeat;
  readonly incomplete?: FindingDrops;
}
