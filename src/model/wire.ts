import type { FindingDrops } from './finding.ts';
import type { Tier } from './severity.ts';

/** The version of what a sensor tells of itself; a breaking change gets a new one. */
export const STATUS_SCHEMA = 'midwatch.status/v1';

/** What a running sensor tells of itself over its socket: one JSON document, then it hangs up. */
export interface SensorStatus {
  readonly schema: typeof STATUS_SCHEMA;
  readonly pid: number;
  readonly version: string;
  readonly node: string;
  readonly startedAt: string;
  readonly uptimeMs: number;
  readonly rules: RulesStatus;
  /** What is attached to in the kernel, and what came from it. */
  readonly kinds: readonly KindStatus[];
  readonly events: {
    readonly total: number;
    readonly perSecond: number;
    readonly lost: number;
    readonly lostPerSecond: number;
  };
  readonly drops: FindingDrops | undefined;
  readonly processes: number;
  readonly containers: readonly ContainerStatus[];
  readonly findings: {
    readonly found: number;
    /** Told by themselves; the rest was folded into them. */
    readonly told: number;
    readonly folded: number;
    readonly tiers: Readonly<Record<Tier, number>>;
  };
  readonly outputs: readonly OutputStatus[];
  /** The flight recorder, where there is one. */
  readonly recorder?: RecorderStatus;
  readonly residentBytes: number;
  /** Share of one core since the start. */
  readonly cpuShare: number;
  /** What is not well, in whole sentences; empty where all is. */
  readonly troubles: readonly string[];
}

export interface RecorderStatus {
  readonly events: number;
  /** Left out: a storm, or a disk slower than the events. */
  readonly dropped: number;
  /** Written to disk by this run, compressed. */
  readonly bytes: number;
  /** Segments removed to keep the budget. */
  readonly removed: number;
}

export interface RulesStatus {
  readonly loaded: number;
  readonly files: readonly string[];
  readonly loadedAt: string;
  /** How many times a changed set was taken up. */
  readonly reloads: number;
  /** The last refused set, while the one before it stays in force. */
  readonly refused?: { readonly at: string; readonly message: string };
}

export interface KindStatus {
  readonly name: string;
  readonly events: number;
  /** Dropped on purpose: no rule can use them. */
  readonly filtered: number;
  readonly lost: number;
}

export interface ContainerStatus {
  readonly id: string;
  readonly name?: string;
  readonly image?: string;
  readonly pod?: string;
}

export interface OutputStatus {
  readonly name: string;
  readonly sent: number;
  readonly waiting: number;
  readonly dropped: number;
}
