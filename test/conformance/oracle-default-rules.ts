import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from './corpus.ts';
import { asRecord, asRecords, asTexts, textOf } from './corpus.ts';
import { parseExact } from './json-numbers.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, isChosen } from './part-case.ts';
import type { Alert } from './trace-alerts.ts';
import { alertsOf, loadRuleSet } from './trace-alerts.ts';
import { linesOf, oracleName } from './traces.ts';

const INDEX = 'oracle/index.json';

/**
 * Falco's default, incubating and sandbox rules over every capture: the same alerts, with their
 * fields.
 */
export const oracleDefaultRules: Part = {
  name: 'oracle-default-rules',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    if (!existsSync(join(folder, INDEX))) return void (yield absent(INDEX));
    const runs = asRecords(JSON.parse(readFileSync(join(folder, INDEX), 'utf8')));
    for (const run of runs) {
      const trace = textOf(run['trace']);
      if (!trace.endsWith('.scap') || !isChosen(oracleName(trace), only)) continue;
      for (const matching of ['first', 'all'] as const) {
        yield await runTrace(folder, run, matching);
      }
    }
  },
};

async function runTrace(folder: string, run: Json, matching: 'first' | 'all'): Promise<CaseResult> {
  const trace = textOf(run['trace']);
  const name = `${oracleName(trace)} ${matching}`;
  const files = asTexts(run['rules']);
  const missing = [trace, ...files].find((file) => !existsSync(join(folder, file)));
  if (missing !== undefined) {
    return { name, failures: [], skipped: `the folder has no ${missing}` };
  }
  const { rules, problems } = loadRuleSet(folder, files, { fields: listedFields(folder) });
  if (problems.length > 0) return { name, failures: problems };
  const lines = linesOf(folder, `oracle/default-rules/${oracleName(trace)}.${matching}.jsonl`);
  const expected = (lines ?? []).map((line) => asRecord(parseExact(line)));
  const found = await alertsOf(folder, trace, rules, { matching, fields: true });
  return { name, failures: compareAlerts(expected, found) };
}

/** Alert by alert: the rule, and every field that Falco gave. */
function compareAlerts(expected: readonly Json[], found: readonly Alert[]): readonly string[] {
  const failures: string[] = [];
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    const [theirs, ours] = [expected[i], found[i]];
    const name = textOf(theirs?.['rule']);
    if (name !== (ours?.rule.name ?? '')) {
      const number = ours === undefined ? '' : ` on evt ${ours.number}`;
      failures.push(
        `alert ${i + 1}: expected "${name}", found "${ours?.rule.name ?? ''}"${number}`,
      );
      continue;
    }
    const fields = asRecord(theirs?.['output_fields']);
    const wanted = { ...fields, output: theirs?.['output'] };
    for (const [field, value] of Object.entries(wanted)) {
      const got = field === 'output' ? ours?.output : ours?.fields?.[field];
      if (!isSame(value, got)) {
        failures.push(
          `alert ${i + 1} "${name}" ${field}: expected ${show(value)}, found ${show(got)}`,
        );
      }
    }
  }
  return failures;
}

function isSame(theirs: unknown, ours: unknown): boolean {
  if (typeof ours === 'bigint' || typeof theirs === 'bigint')
    return String(theirs) === String(ours);
  if (typeof theirs === 'string' && typeof ours === 'string') {
    return theirs === Buffer.from(ours, 'latin1').toString('utf8');
  }
  return JSON.stringify(theirs) === JSON.stringify(ours);
}

function show(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'nothing');
}
