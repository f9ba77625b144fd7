import type { AuditEvent } from './audit-event.ts';
import type { Container } from './container.ts';
import { EventView } from './event-view.ts';
import type { FdInfo } from './file-descriptor.ts';
import type { Thread } from './process.ts';

/**
 * What conditions may ask of the world beyond the event and its thread. The process table
 * implements it.
 */
export interface ProcessState {
  /** Counts of the connect event at hand; 0 where it is not counted. */
  readonly spread: { readonly ports: number; readonly hosts: number };
  thread(tid: number): Thread | undefined;
  /** The current parent's leading thread; undefined at the top. */
  parent(thread: Thread): Thread | undefined;
  /** The leading thread of a thread's process; itself where it leads or the leader is unknown. */
  leader(thread: Thread): Thread;
  /** How many live threads its process has. */
  threadCount(thread: Thread): number;
  /** Byte strings; undefined where the id has no name. */
  userName(uid: number, thread: Thread): string | undefined;
  groupName(gid: number, thread: Thread): string | undefined;
  userHome(uid: number, thread: Thread): string | undefined;
  userShell(uid: number, thread: Thread): string | undefined;
  /**
   * Whether raw address bytes belong to one of this machine's interfaces or, for a container's
   * thread, to a container.
   */
  isLocalAddress(ip: string, thread?: Thread): boolean;
}

/**
 * What a condition is evaluated against: one mutable object for the life of an engine.
 * The process table fills thread and fd for each event after it has applied the event's effect.
 */
export class Evaluation {
  readonly evt = new EventView();
  /** Position in the stream, from 1. */
  evtNum = 0;
  /** Added to the event's timestamp to get ns since 1970: 0 for a capture. */
  clockOffsetNs = 0n;
  firstTimeNs = 0n;
  thread: Thread | undefined = undefined;
  /**
   * The fd that the event is about, after the event. For a failed open: fd.fd = -1 with its name.
   */
  fd: FdInfo | undefined = undefined;
  /** The container that an event without a thread is about. */
  container: Container | undefined = undefined;
  /** The audit event, where the source is k8s_audit; `evt` is then a pluginevent with its time. */
  audit: AuditEvent | undefined = undefined;
  state: ProcessState;
  hostname = '';
  // Halves, because a bigint an event would be an allocation an event.
  private previousLow = 0;
  private previousHigh = 0;

  constructor(state: ProcessState) {
    this.state = state;
  }

  /** ns since 1970. */
  get timeNs(): bigint {
    return this.evt.timestampNs + this.clockOffsetNs;
  }

  /** Time of the event before this one, ns since 1970; of this one where it is the first. */
  get previousTimeNs(): bigint {
    if (this.previousHigh === 0) return this.timeNs;
    return (BigInt(this.previousHigh) << 32n) + BigInt(this.previousLow) + this.clockOffsetNs;
  }

  set previousTimeNs(ns: bigint) {
    const own = ns - this.clockOffsetNs;
    this.previousLow = Number(own & 0xffff_ffffn);
    this.previousHigh = Number(own >> 32n);
  }

  /** The event at hand becomes the previous one. */
  leaveEvent(): void {
    const { data, base } = this.evt;
    this.previousLow = data.getUint32(base, true);
    this.previousHigh = data.getUint32(base + 4, true);
  }
}
