import type { AuditEvent } from '#model/audit-event.ts';
import type { ProcessState } from '#model/evaluation.ts';
import { Evaluation } from '#model/evaluation.ts';
import { EVENT_HEADER_SIZE } from '#model/event-view.ts';

/** The schema's type of an event that is not the kernel's. */
const PLUGIN_EVENT = 322;

/**
 * An evaluation that audit events are put into, one after another. For the engine each is a
 * pluginevent without parameters, at the audit event's time; its content hangs beside it.
 */
export function auditEvaluation(hostname: string): Evaluation {
  const ctx = new Evaluation(NO_PROCESSES);
  ctx.hostname = hostname;
  const bytes = Buffer.alloc(EVENT_HEADER_SIZE);
  bytes.writeBigInt64LE(NO_THREAD, 8);
  bytes.writeUInt32LE(EVENT_HEADER_SIZE, 16);
  bytes.writeUInt16LE(PLUGIN_EVENT, 20);
  ctx.evt.over(bytes).at(0, true);
  return ctx;
}

/** Puts the next event into an `auditEvaluation`. */
export function showAuditEvent(ctx: Evaluation, event: AuditEvent): void {
  if (ctx.evtNum === 0) ctx.firstTimeNs = event.timeNs;
  else ctx.leaveEvent();
  ctx.evtNum++;
  ctx.audit = event;
  ctx.evt.data.setBigUint64(0, event.timeNs, true);
}

const NO_THREAD = -1n;

/** The API server's events are no process's. */
const NO_PROCESSES: ProcessState = {
  spread: { ports: 0, hosts: 0 },
  thread: () => undefined,
  parent: () => undefined,
  leader: (thread) => thread,
  threadCount: () => 0,
  userName: () => undefined,
  groupName: () => undefined,
  userHome: () => undefined,
  userShell: () => undefined,
  isLocalAddress: () => false,
};
