import type { Container } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { IDENTITY_WAIT_MAX, IDENTITY_WAIT_MS, IDENTITY_WAITED_MAX } from '#model/limits.ts';
import { FrozenState } from './frozen-state.ts';

/** Called when the container's description came, or did not in time. */
export type Finish = (ctx: Evaluation, container: Container) => void;

/**
 * Lets a finding wait a moment for the name, image and pod of a container that has just started;
 * everything else goes on meanwhile. The event is copied, for the ring's memory is given back at
 * once. A container is waited for once: where its runtime leaves nothing on disk, later findings go
 * out at once.
 */
export class IdentityWait {
  /** Findings that went out without, for too many were waiting. */
  overflowed = 0;
  private readonly held = new Set<Held>();
  /** Containers that were waited for, oldest first. */
  private readonly waited = new Set<string>();

  /** Whether this took the event; else its finding is to be made now. */
  take(ctx: Evaluation, finish: Finish): boolean {
    const container = ctx.thread?.container;
    if (container === undefined || !isPending(container) || this.waited.has(container.fullId)) {
      return false;
    }
    if (this.held.size >= IDENTITY_WAIT_MAX) {
      this.overflowed++;
      return false;
    }
    const held: Held = {
      ctx: copyEvaluation(ctx),
      container,
      finish,
      timer: setTimeout(() => this.give(held, container), IDENTITY_WAIT_MS),
    };
    this.held.add(held);
    return true;
  }

  /** Descriptions came. */
  replace(changes: ReadonlyMap<Container, Container>): void {
    for (const held of [...this.held]) {
      const next = changes.get(held.container);
      if (next !== undefined) this.give(held, next);
    }
  }

  /** Nothing waits any more: for the end of the program. */
  close(): void {
    for (const held of [...this.held]) this.give(held, held.container);
  }

  private give(held: Held, container: Container): void {
    clearTimeout(held.timer);
    this.held.delete(held);
    this.remember(container.fullId);
    const { ctx, finish } = held;
    if (ctx.thread !== undefined) ctx.thread.container = container;
    finish(ctx, container);
  }

  private remember(fullId: string): void {
    this.waited.add(fullId);
    if (this.waited.size <= IDENTITY_WAITED_MAX) return;
    for (const oldest of this.waited) {
      this.waited.delete(oldest);
      return;
    }
  }
}

interface Held {
  readonly ctx: Evaluation;
  readonly container: Container;
  readonly finish: Finish;
  readonly timer: NodeJS.Timeout;
}

/** Bare runc and crun know their name at once, and never an image. */
function isPending({ fullId, runtime, imageRepository, name }: Container): boolean {
  if (fullId === '' || imageRepository !== undefined) return false;
  return name === undefined && runtime !== 'unknown' && runtime !== 'lxc';
}

/** What an output can ask of, as it is now: the event's bytes, the processes, the descriptor. */
function copyEvaluation(ctx: Evaluation): Evaluation {
  const { evt } = ctx;
  const state = new FrozenState(ctx.state);
  const copy = new Evaluation(state);
  const start = evt.isLive ? evt.record : evt.base;
  copy.evt.over(Buffer.from(evt.bytes.subarray(start, evt.base + evt.length)));
  if (evt.isLive) copy.evt.atRecord(0);
  else copy.evt.at(0);
  copy.evtNum = ctx.evtNum;
  copy.clockOffsetNs = ctx.clockOffsetNs;
  copy.previousTimeNs = ctx.previousTimeNs;
  copy.firstTimeNs = ctx.firstTimeNs;
  copy.hostname = ctx.hostname;
  copy.thread = ctx.thread && state.freeze(ctx.thread);
  copy.fd = ctx.fd && copyFd(ctx.fd);
  return copy;
}

/** Every value read now: a live fd reads lazily, from memory that is given back. */
function copyFd(fd: FdInfo): FdInfo {
  return {
    fd: fd.fd,
    type: fd.type,
    name: fd.name,
    nameRaw: fd.nameRaw,
    openFlags: fd.openFlags,
    dev: fd.dev,
    ino: fd.ino,
    sourceIp: fd.sourceIp,
    sourcePort: fd.sourcePort,
    destinationIp: fd.destinationIp,
    destinationPort: fd.destinationPort,
    l4proto: fd.l4proto,
    isServer: fd.isServer,
    state: fd.state,
    nameChanged: fd.nameChanged,
    unixSource: fd.unixSource,
    unixPeer: fd.unixPeer,
    pidfdPid: fd.pidfdPid,
  };
}
