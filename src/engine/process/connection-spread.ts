import { HOST } from '#model/container.ts';
import type { Evaluation, ProcessState } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import {
  LINEAGE_DEPTH,
  SPREAD_ACTORS_MAX,
  SPREAD_TARGETS_MAX,
  SPREAD_WINDOW_NS,
} from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { L4 } from './socket-params.ts';

/**
 * How far connections spread: how many ports of one address, and how many addresses at one port,
 * an actor tried within a minute. A scan is many of something, which no single event shows.
 *
 * Actor: a container; on the host a service, that is the topmost process below pid 1 with all that
 * it started. A loop that starts nc for each port is one actor wherever it runs, and an application
 * that is made to start them one by one is one, too.
 * Window: a minute that begins with the actor's first try after its last minute was over, by the
 * events' own time, so that a replay counts the same.
 * Tries: TCP connects, whether they succeed, are refused or still under way.
 * Bound: SPREAD_ACTORS_MAX actors (the one whose minute began first is forgotten, `forgotten`), and
 * SPREAD_TARGETS_MAX targets of one (the rest is not counted, `uncounted`).
 * Imperfect: of a scan that two minutes share each counts its own part.
 */
export class ConnectionSpread {
  /** Of the event that `note` saw last: tries at its address, and at its port. */
  ports = 0;
  hosts = 0;
  forgotten = 0;
  uncounted = 0;
  private readonly actors = new Map<Actor, Reach>();

  /** Counts the connection that the event is about. Any other event is none of its business. */
  note(ctx: Evaluation): void {
    const { fd, thread } = ctx;
    this.ports = 0;
    this.hosts = 0;
    if (thread === undefined || fd === undefined || fd.l4proto !== L4.tcp) return;
    const { destinationIp: address, destinationPort: port } = fd;
    if (address === '' || port === 0) return;
    const reach = this.reachOf(actorOf(thread, ctx.state), ctx.evt.timestamp);
    this.count(reach, address, port);
    this.ports = reach.ports.get(address) ?? 0;
    this.hosts = reach.hosts.get(port) ?? 0;
  }

  private reachOf(actor: Actor, nowNs: number): Reach {
    const known = this.actors.get(actor);
    if (known !== undefined && isWithin(known, nowNs)) return known;
    this.actors.delete(actor);
    if (this.actors.size >= SPREAD_ACTORS_MAX) {
      for (const [oldest, reach] of this.actors) {
        this.actors.delete(oldest);
        if (isWithin(reach, nowNs)) this.forgotten++;
        break;
      }
    }
    const fresh: Reach = {
      startNs: nowNs,
      targets: new Set(),
      ports: new Map(),
      hosts: new Map(),
    };
    this.actors.set(actor, fresh);
    return fresh;
  }

  private count({ targets, ports, hosts }: Reach, address: string, port: number): void {
    const target = address + String.fromCharCode(port);
    if (targets.has(target)) return;
    if (targets.size >= SPREAD_TARGETS_MAX) {
      this.uncounted++;
      return;
    }
    targets.add(target);
    ports.set(address, (ports.get(address) ?? 0) + 1);
    hosts.set(port, (hosts.get(port) ?? 0) + 1);
  }
}

/** Events that are tries to connect. */
export const IS_CONNECT: readonly boolean[] = EVENTS.map(
  ({ name, isEnter }) => name === 'connect' && !isEnter,
);

interface Reach {
  readonly startNs: number;
  /** Address and port in one text. */
  readonly targets: Set<string>;
  /** Distinct ports by address, and distinct addresses by port. */
  readonly ports: Map<string, number>;
  readonly hosts: Map<number, number>;
}

function isWithin({ startNs }: Reach, nowNs: number): boolean {
  return nowNs >= startNs && nowNs < startNs + SPREAD_WINDOW_NS;
}

/** A container's id, or a process of the host. */
type Actor = string | Thread;

function actorOf(thread: Thread, state: ProcessState): Actor {
  if (thread.container.id !== HOST.id) return thread.container.id;
  let at = state.leader(thread);
  for (let depth = 0; depth < LINEAGE_DEPTH; depth++) {
    const parent = at.forkedBy ?? state.parent(at);
    if (parent === undefined || parent.pid === 1) return at;
    at = state.leader(parent);
  }
  return at;
}
