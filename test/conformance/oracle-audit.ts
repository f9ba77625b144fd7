import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { replayAudit } from '#cli/replay-audit.ts';
import { auditEvaluation } from '#engine/fields/audit/audit-evaluation.ts';
import { FIELDS } from '#engine/fields/table.ts';
import type { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import { tableLookup } from '#engine/rules/load/table-lookup.ts';
import type { CompiledOutput } from '#engine/rules/output/compile-output.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { Rule } from '#engine/rules/rule.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { Json } from './corpus.ts';
import { asList, asRecord, asRecords, asTexts, textOf } from './corpus.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, difference, isChosen } from './part-case.ts';

const INDEX = 'oracle/index.json';
const ALERTS = 'oracle/k8s-audit-rules';
const SUITE = 'suite.json';
const MATCHINGS = ['first', 'all'] as const;
type Matching = (typeof MATCHINGS)[number];

/** Rules over an audit log: the same alerts, event by event, with the same values and words. */
export const oracleAudit: Part = {
  name: 'oracle-k8s-audit-rules',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const entries = readEntries(folder, INDEX);
    if (entries === undefined) return void (yield absent(INDEX));
    for (const entry of entries) {
      const { trace, rules, missing } = partsOf(entry, folder);
      if (!isAudit(trace)) continue;
      for (const matching of MATCHINGS) {
        const name = `${caseName(trace)}.${matching}`;
        if (!isChosen(name, only)) continue;
        if (missing !== undefined) yield { ...absent(missing), name };
        else yield await compare({ name, folder, trace, rules, matching }, entry);
      }
    }
  },
};

/** The suite's entries about audit logs: how many alerts each rule and each priority give. */
export const suiteAudit: Part = {
  name: 'suite-k8s-audit',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const entries = readEntries(folder, SUITE);
    if (entries === undefined) return void (yield absent(SUITE));
    for (const entry of entries) {
      const name = textOf(entry['id']);
      const { trace, rules, missing } = partsOf(entry, folder);
      if (!isAudit(trace) || !isChosen(name, only)) continue;
      if (missing !== undefined) yield { ...absent(missing), name };
      else yield { name, failures: await suiteFailures({ folder, trace, rules }, entry) };
    }
  },
};

interface AuditCase {
  readonly folder: string;
  readonly trace: string;
  readonly rules: readonly string[];
}

interface Alert {
  readonly rule: Rule;
  readonly timeNs: bigint;
  readonly text: string;
  readonly fields: Json;
}

async function compare(
  test: AuditCase & { readonly name: string; readonly matching: Matching },
  entry: Json,
): Promise<CaseResult> {
  const { name, folder, matching } = test;
  const file = join(folder, ALERTS, `${name}.jsonl`);
  const count = Number(asRecord(entry[matching])['count']);
  if (count > 0 && !existsSync(file)) return { ...absent(`${ALERTS}/${name}.jsonl`), name };
  const expected = count > 0 ? readLines(file) : [];
  const found = await alertsOf(test, matching);
  if (found === undefined) return { name, failures: ['rules: expected to load, found errors'] };
  const longer = Math.max(expected.length, found.length);
  const failures = Array.from({ length: longer }, (_, i) =>
    alertFailures(expected[i], found[i], i),
  );
  return { name, checks: Math.max(1, longer), failures: failures.flat() };
}

function alertFailures(expected: Json | undefined, found: Alert | undefined, index: number) {
  const what = `alert ${index + 1}`;
  if (expected === undefined) return [`${what}: expected none, found ${found?.rule.name}`];
  if (found === undefined) return [`${what}: expected ${textOf(expected['rule'])}, found none`];
  const { rule, timeNs, text, fields } = found;
  const output = textOf(expected['output']);
  const message = output.slice(output.indexOf(': ') + 2);
  const values = Object.entries(asRecord(expected['output_fields'])).filter(
    ([name]) => !name.startsWith('evt.time'),
  );
  return [
    ...difference(`${what}: rule`, expected['rule'], rule.name),
    ...difference(`${what}: time`, expected['time'], isoTime(timeNs)),
    ...difference(`${what}: priority`, expected['priority'], rule.priority),
    ...difference(`${what}: tags`, expected['tags'], rule.tags.toSorted()),
    ...difference(`${what}: output`, message, `${rule.priority} ${text}`),
    ...difference(
      `${what}: names`,
      values.map(([name]) => name),
      Object.keys(fields).toSorted(),
    ),
    ...values.flatMap(([name, value]) => difference(`${what}: ${name}`, value, fields[name])),
  ];
}

function isoTime(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(timeNs % 1_000_000_000n).padStart(9, '0')}Z`;
}

async function suiteFailures(test: AuditCase, entry: Json): Promise<readonly string[]> {
  const falco = asRecord(entry['falco_0_44_1']);
  const found = await alertsOf(test, 'first');
  const loads = difference('loads', falco['exit_code'] === 0, found !== undefined);
  if (loads.length > 0 || found === undefined) return loads;
  return [
    ...difference('events', falco['events_detected'], found.length),
    ...difference(
      'rules',
      sorted(falco['by_rule']),
      counted(found, (a) => a.rule.name),
    ),
    ...difference(
      'priorities',
      sorted(falco['by_priority']),
      counted(found, (a) => a.rule.priority.toUpperCase()),
    ),
  ];
}

/** Every alert in order; undefined where the rules do not load. */
async function alertsOf(test: AuditCase, matching: Matching): Promise<Alert[] | undefined> {
  const { folder, trace } = test;
  const files = test.rules.map((name) => ({
    name,
    text: readFileSync(join(folder, name), 'utf8'),
  }));
  const { rules, hasErrors } = loadRules(files, { fields: tableLookup(FIELDS), lints: false });
  if (hasErrors) return undefined;
  const compiled = compileRules(rules, { source: 'k8s_audit' });
  const outputs = new Map<number, CompiledOutput>();
  const alerts: Alert[] = [];
  const visit = (ctx: Evaluation) => {
    for (const index of matches(compiled, ctx, matching)) {
      const rule = rules[index];
      if (rule === undefined) continue;
      const output = outputs.get(index) ?? outputOf(rule);
      outputs.set(index, output);
      const fields = asRecord(parsed(output.fields(ctx)));
      alerts.push({ rule, timeNs: ctx.timeNs, text: asText(output.render(ctx)), fields });
    }
  };
  await replayAudit({ path: join(folder, trace), ctx: auditEvaluation('vm'), visit });
  return alerts;
}

function matches(compiled: CompiledRules, ctx: Evaluation, matching: Matching): readonly number[] {
  const indices: number[] = [];
  if (matching === 'all') compiled.matchAll(ctx, indices);
  else indices.push(compiled.matchFirst(ctx));
  return indices;
}

function outputOf(rule: Rule): CompiledOutput {
  const result = compileOutput(rule.output);
  if (!result.ok) throw new Error(`Cannot compile the output of "${rule.name}": ${result.error}`);
  return result.output;
}

/** Through JSON and UTF-8, as an alert goes. */
function parsed(fields: Json): unknown {
  return JSON.parse(asText(JSON.stringify(fields)));
}

function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function isAudit(trace: string): boolean {
  return trace.endsWith('.json');
}

function partsOf(entry: Json, folder: string) {
  const trace = textOf(entry['trace']);
  const rules = asTexts(entry['rules']);
  const missing = [trace, ...rules].find((file) => !existsSync(join(folder, file)));
  return { trace, rules, missing };
}

/** `traces/falco/k8s_audit/exec_pod.json` is `falco__k8s_audit__exec_pod`. */
function caseName(trace: string): string {
  const folders = trace.split('/').slice(1, -1);
  return [...folders, basename(trace, '.json')].join('__');
}

function readEntries(folder: string, file: string): readonly Json[] | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return asRecords(Array.isArray(content) ? asList(content) : asRecord(content)['entries']);
}

function readLines(file: string): readonly Json[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => asRecord(JSON.parse(line)));
}

function sorted(counts: unknown): unknown {
  return Object.entries(asRecord(counts)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function counted(alerts: readonly Alert[], keyOf: (alert: Alert) => string): unknown {
  const counts = Map.groupBy(alerts, keyOf);
  return [...counts]
    .map(([key, group]) => [key, group.length] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
