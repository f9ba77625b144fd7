import type { Container } from '#model/container.ts';
import type { ContainerMembers } from './container-members.ts';
import type { ThreadRecord } from './thread-record.ts';

/** What the process table asks of the machine or the capture around it. */
export interface ProcessWorld {
  readonly containers: ContainerLookup;
  readonly members: ContainerMembers;
  /** Added to a CLOCK_BOOTTIME to get ns since 1970. */
  readonly bootNs: bigint;
  /** Reads a living process from /proc; undefined where there is none or this is a capture. */
  resolve(pid: number): ThreadRecord | undefined;
  /**
   * NUL-separated `subsystem=path` of the cgroup with that kernel id, in which process `pid` is;
   * undefined where neither is there any more.
   */
  cgroupsOf(pid: number, cgroupId: number): string | undefined;
  /**
   * Asked at each exec where kernel ids do not tell containers apart: on a machine with v1 cgroups
   * all may be at one place of the v2 tree, by whose ids the kernel programs go.
   */
  cgroupsAtExec(pid: number): string | undefined;
}

export interface ContainerLookup {
  /** HOST where the cgroups are no container's. The same container gives the same object. */
  resolve(cgroups: string, cgroupId: number, thread?: ThreadRecord): Container;
}
