import type { JsonNode } from '#lib/json-tree.ts';
import { compactJson, jsonChild, unescapeJson } from '#lib/json-tree.ts';
import { parseRfc3339 } from '#lib/rfc3339.ts';

/** One event of Kubernetes' audit log: audit.k8s.io `Event`. */
export interface AuditEvent {
  /** When the stage was reached: ns since 1970. */
  readonly timeNs: bigint;
  readonly body: JsonNode;
}

/** no-event: JSON of another kind · no-time: no stageTimestamp that can be read. */
export type AuditFault = 'no-event' | 'no-time';

export type AuditResult =
  | { readonly ok: true; readonly event: AuditEvent }
  | {
      readonly ok: false;
      readonly fault: AuditFault;
      readonly expected: string;
      readonly found: string;
    };

/**
 * The events of one JSON value: an Event, an EventList, or a list of these. What is in an EventList
 * need not say its kind, as the API server's batches do not.
 */
export function* auditEvents(node: JsonNode): Iterable<AuditResult> {
  if (node.kind === 'list') {
    for (const item of node.items) yield* auditEvents(item);
    return;
  }
  const kind = textOf(jsonChild(node, 'kind'));
  const items = jsonChild(node, 'items');
  if (kind === 'Event') yield auditEvent(node);
  else if (kind === 'EventList' && items?.kind === 'list') yield* items.items.map(auditEvent);
  else yield notAnEvent(node, kind);
}

function notAnEvent(node: JsonNode, kind: string | undefined): AuditResult {
  if (kind === 'EventList') {
    return refuse('no-event', 'a list "items" in the EventList', 'none');
  }
  const found = kind === undefined ? describe(node) : `kind "${kind.slice(0, FOUND_CHARS)}"`;
  return refuse('no-event', 'an audit Event or EventList', found);
}

function auditEvent(body: JsonNode): AuditResult {
  const written = jsonChild(body, 'stageTimestamp');
  const text = textOf(written);
  const timeNs = text === undefined ? undefined : parseRfc3339(text);
  // Outside these .scap events, Falco's times and ours have no number for it.
  if (timeNs === undefined || timeNs < 0n || timeNs > LATEST_NS) {
    const found = written === undefined ? 'none' : compactJson(written).slice(0, FOUND_CHARS);
    return refuse('no-time', 'an RFC 3339 time as stageTimestamp', found);
  }
  return { ok: true, event: { timeNs, body } };
}

function refuse(fault: AuditFault, expected: string, found: string): AuditResult {
  return { ok: false, fault, expected, found };
}

function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? unescapeJson(node.raw) : undefined;
}

function describe(node: JsonNode): string {
  return node.kind === 'object' ? 'an object of no kind' : `a ${node.kind}`;
}

const LATEST_NS = 2n ** 63n - 1n;
/** Characters of a wrong value that an error shows. */
const FOUND_CHARS = 60;
