/**
 * Fuzzes the reader of audit logs and the fields of its events. Whatever bytes come, in whatever
 * chunks: nothing is thrown, the chunks make no difference, every fault has a place in the log, and
 * the untouched last line is read.
 */
import assert from 'node:assert/strict';
import { auditEvaluation, showAuditEvent } from '#engine/fields/audit/audit-evaluation.ts';
import { AUDIT_FIELDS } from '#engine/fields/audit/audit-fields.ts';
import type { AuditItem } from '#model/audit-stream.ts';
import { AuditStream, auditProblemText } from '#model/audit-stream.ts';
import { Random } from './random.ts';

const LAST = '{"kind":"Event","auditID":"last","stageTimestamp":"2026-01-02T03:04:05Z"}\n';

const NAMES = [
  'kind',
  'items',
  'auditID',
  'stageTimestamp',
  'requestURI',
  'requestObject',
  'objectRef',
  'resource',
  'spec',
  'containers',
  'initContainers',
  'securityContext',
  'privileged',
  'capabilities',
  'command',
  'ports',
  'hostPort',
  'volumes',
  'hostPath',
  'path',
  'rules',
  'verbs',
  'subjects',
  'name',
  'a\\u0062',
  '',
] as const;

const SCALARS = [
  '"Event"',
  '"EventList"',
  '"2026-01-02T03:04:05.000006Z"',
  '"/api?x=%41&y=%zz;#"',
  '"pods"',
  '"\\ud83d\\ude00 \\ud83d \\x \\u0000"',
  '"\u00ff"',
  'true',
  'null',
  '-0.5e+3',
  '{}',
  '[]',
] as const;

const BENDS = [
  '',
  '\n',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '\r\n',
  '\0',
  '\xef\xbb\xbf',
];

/** One input; whether it had an event besides the last. */
export function fuzzAuditOnce(seed: number): boolean {
  const random = new Random(seed);
  let log = '';
  for (let left = 1 + random.below(4); left > 0; left--) log += `${eventOf(random)}\n`;
  for (let left = random.below(4); left > 0; left--) {
    const at = random.below(log.length + 1);
    log = log.slice(0, at) + random.pick(BENDS) + log.slice(at + random.below(4));
  }
  const bytes = Buffer.from(`${log}\n${LAST}`, 'latin1');
  const whole = read(bytes, bytes.length);
  assert.deepEqual(read(bytes, 1 + random.below(60)), whole);
  checkPlaces(whole, bytes);
  assert.equal(whole.at(-1)?.kind, 'event', 'the last line is lost');
  readFields(whole);
  return whole.filter(({ kind }) => kind === 'event').length > 1;
}

function eventOf(random: Random): string {
  const head = '"auditID":"a","stageTimestamp":"2026-01-02T03:04:05Z"';
  const event = `{"kind":"Event",${head},"requestObject":${valueIn(random, 5)}}`;
  switch (random.below(6)) {
    case 0:
      return `[${event},\n${event}]`;
    case 1:
      return `{"kind":"EventList","items":[${event}, ${valueIn(random, 3)}]}`;
    case 2:
      return valueIn(random, 6);
    default:
      return event;
  }
}

function valueIn(random: Random, depth: number): string {
  const kind = depth === 0 ? 3 : random.below(4);
  const parts = random.below(4);
  if (kind < 2) {
    const members = Array.from(
      { length: parts },
      () => `"${random.pick(NAMES)}":${valueIn(random, depth - 1)}`,
    );
    return `{${members.join(random.below(9) === 0 ? ',\n ' : ',')}}`;
  }
  if (kind === 2) {
    return `[${Array.from({ length: parts }, () => valueIn(random, depth - 1)).join(',')}]`;
  }
  return random.pick(SCALARS);
}

function read(bytes: Buffer, chunk: number): readonly AuditItem[] {
  const stream = new AuditStream();
  const items: AuditItem[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    for (const item of stream.push(bytes.subarray(at, at + chunk))) items.push(item);
  }
  for (const item of stream.end()) items.push(item);
  return items;
}

function checkPlaces(items: readonly AuditItem[], bytes: Buffer): void {
  const lines = bytes.latin1Slice().split('\n');
  for (const item of items) {
    if (item.kind === 'event') continue;
    const { line, column } = item.problem;
    const text = lines[line - 1];
    assert.ok(text !== undefined && column >= 1 && column <= text.length + 4, `${line}:${column}`);
    assert.match(auditProblemText('log', item.problem), /^[^\p{Cc}]+$/u);
  }
}

function readFields(items: readonly AuditItem[]): void {
  const ctx = auditEvaluation('vm');
  for (const item of items) {
    if (item.kind === 'problem') continue;
    showAuditEvent(ctx, item.event);
    for (const { name, arg, argKind, isList = false, extract } of AUDIT_FIELDS) {
      const value = extract(ctx, arg === 'required' ? 'x' : argKind === 'index' ? '0' : '');
      const right = isList ? Array.isArray(value) && value.length > 0 : typeof value === 'string';
      assert.ok(value === undefined || right, name);
    }
  }
}
