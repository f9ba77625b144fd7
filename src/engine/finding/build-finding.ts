import { createHash } from 'node:crypto';
import type { Rule } from '#engine/rules/rule.ts';
import { techniques } from '#engine/rules/rule.ts';
import { toByteString, toPrintable } from '#lib/byte-string.ts';
import { elideMiddle } from '#lib/elide-middle.ts';
import { compactJson } from '#lib/json-tree.ts';
import type { Container } from '#model/container.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type {
  Finding,
  FindingContainer,
  FindingDrops,
  FindingEvent,
  FindingFieldValue,
} from '#model/finding.ts';
import { FINDING_SCHEMA } from '#model/finding.ts';
import { FINDING_TEXT_CHARS } from '#model/limits.ts';
import { isoTime } from './iso-time.ts';
import { processTree } from './process-tree.ts';
import { Redactor } from './redact.ts';

/** A rule's output for one event: the message and the value of each of its fields; byte strings. */
export interface RenderedOutput {
  readonly text: string;
  readonly fields: Readonly<Record<string, FindingFieldValue>>;
}

/** What a finding says that is no part of the event. */
export interface FindingOrigin {
  readonly node: string;
  /** With pid and start it names a process for ever; '' for a capture. */
  readonly bootId: string;
  readonly drops?: FindingDrops;
}

/** Makes the finding once its texts are there; see `draftFinding`. */
export type FinishFinding = (rendered: RenderedOutput, container: Container | undefined) => Finding;

/**
 * The finding that `rule` makes of the event at hand. Pure: the same event gives the same finding,
 * id included. All byte strings become text here, with secrets taken out and lengths bounded.
 */
export function buildFinding(
  ctx: Evaluation,
  rule: Rule,
  rendered: RenderedOutput,
  origin: FindingOrigin,
): Finding {
  return draftFinding(ctx, rule, origin)(rendered, ctx.thread?.container);
}

/**
 * The same in two steps: all that is gone when the next event comes is taken now; the texts and the
 * container can follow when the container's name and image are known.
 */
export function draftFinding(ctx: Evaluation, rule: Rule, origin: FindingOrigin): FinishFinding {
  const redactor = new Redactor();
  // First, for what the arguments give away is then found in the sentence as well.
  const tree = processTree(ctx, redactor);
  const time = isoTime(ctx.timeNs);
  const id = findingId(ctx, rule, origin);
  const timeNs = String(ctx.timeNs);
  const event = findingEvent(ctx);
  return (rendered, container) => ({
    schema: FINDING_SCHEMA,
    id,
    kind: 'rule',
    time,
    timeNs,
    rule: rule.name,
    tier: rule.tier,
    priority: rule.priority,
    tags: rule.tags,
    techniques: techniques(rule),
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
    holdable: rule.holdable,
    source: rule.source,
    sentence: printable(redactor, rendered.text),
    event,
    tree: tree.processes,
    ...(tree.elided > 0 ? { treeElided: tree.elided } : {}),
    ...(container === undefined || container.fullId === ''
      ? {}
      : { container: describeContainer(container) }),
    node: origin.node,
    fields: printableFields(redactor, rendered.fields),
    ...(redactor.count > 0 ? { redacted: redactor.count } : {}),
    repeat: { count: 1, firstTime: time, lastTime: time, distinct: 1 },
    ...(origin.drops === undefined ? {} : { incomplete: origin.drops }),
  });
}

function findingEvent({ evt, evtNum: num, audit }: Evaluation): FindingEvent {
  const type = EVENTS[evt.type]?.name ?? String(evt.type);
  return audit === undefined ? { type, num, tid: evt.tid, cpu: evt.cpu } : { type, num };
}

/**
 * The same act found by the same rule has the same id on every delivery and every replay: the
 * process (boot, pid, start), the thread, the moment on the kernel's clock, the event and the rule.
 * Of the audit log, the event itself.
 */
function findingId(ctx: Evaluation, rule: Rule, { node, bootId }: FindingOrigin): string {
  const { evt, audit } = ctx;
  const process = evt.isLive ? `${evt.pid}/${evt.startNs}` : '';
  const call = `${evt.tid}/${evt.timestampNs}/${evt.type}`;
  const act = audit === undefined ? call : compactJson(audit.body);
  return createHash('sha256')
    .update(`${FINDING_SCHEMA}\n${node}\n${bootId}\n${process}\n${act}\n${rule.name}`)
    .digest('hex')
    .slice(0, 32);
}

function describeContainer(container: Container): FindingContainer {
  const { id, fullId, runtime } = container;
  const image =
    container.imageRepository === undefined
      ? undefined
      : `${container.imageRepository}${container.imageTag ? `:${container.imageTag}` : ''}`;
  const known = {
    name: container.name,
    image,
    digest: container.imageDigest,
    pod: container.podName,
    namespace: container.podNamespace,
    podUid: container.podUid,
  };
  return {
    id,
    fullId,
    runtime,
    ...presentText(known),
    ...(container.privileged === undefined ? {} : { privileged: container.privileged }),
  };
}

/** Without what is unknown; printable, for a container may be called anything. */
function presentText<Key extends string>(
  values: Readonly<Record<Key, string | undefined>>,
): Partial<Record<Key, string>> {
  const present: Partial<Record<Key, string>> = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined && value !== '') present[key] = toPrintable(toByteString(value));
  }
  return present;
}

function printable(redactor: Redactor, bytes: string): string {
  return elideMiddle(toPrintable(redactor.text(bytes)), FINDING_TEXT_CHARS);
}

function printableFields(
  redactor: Redactor,
  fields: Readonly<Record<string, FindingFieldValue>>,
): Record<string, FindingFieldValue> {
  const result: Record<string, FindingFieldValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') result[name] = printable(redactor, value);
    else if (Array.isArray(value)) {
      result[name] = value.map((item) =>
        typeof item === 'string' ? printable(redactor, item) : item,
      );
    } else result[name] = value;
  }
  return result;
}
