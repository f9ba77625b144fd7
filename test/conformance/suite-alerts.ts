import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Selection } from '#engine/rules/load/select-rules.ts';
import type { Priority } from '#engine/rules/rule.ts';
import { PRIORITIES } from '#engine/rules/rule.ts';
import type { Json } from './corpus.ts';
import { asRecord, asRecords, asTexts, readJson, textOf } from './corpus.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, difference, isChosen } from './part-case.ts';
import { alertsOf, loadRuleSet } from './trace-alerts.ts';

const FILE = 'suite.json';

/** Entries of the suite that replay a capture: how often each rule matched. */
export const suiteAlerts: Part = {
  name: 'suite-alerts',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    for (const entry of asRecords(corpus['entries'])) {
      const name = textOf(entry['id']);
      if (!textOf(entry['trace']).endsWith('.scap') || !isChosen(name, only)) continue;
      yield { name, ...(await runEntry(folder, entry)) };
    }
  },
};

async function runEntry(folder: string, entry: Json): Promise<Omit<CaseResult, 'name'>> {
  const trace = textOf(entry['trace']);
  const files = asTexts(entry['rules']);
  const missing = [trace, ...files].find((file) => !existsSync(join(folder, file)));
  if (missing !== undefined) return { failures: [], skipped: `the folder has no ${missing}` };
  const falco = asRecord(entry['falco_0_44_1']);
  const { rules, problems } = loadRuleSet(folder, files, {
    fields: listedFields(folder),
    ...selectionOf(asRecord(entry['options'])),
  });
  const loads = problems.length === 0;
  if ((falco['exit_code'] === 0) !== loads) {
    return { failures: [`loads: expected ${!loads}, found ${loads}: ${problems.join('; ')}`] };
  }
  if (!loads || !('by_rule' in falco)) return { failures: [] };
  const counts: Record<string, number> = {};
  for (const { rule } of await alertsOf(folder, trace, rules, { matching: 'first' })) {
    counts[rule.name] = (counts[rule.name] ?? 0) + 1;
  }
  return {
    failures: difference('alerts by rule', sorted(asRecord(falco['by_rule'])), sorted(counts)),
  };
}

function sorted(counts: Json): Json {
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The suite's options under both of their names. Naming tags to run turns off all the others. */
function selectionOf(options: Json): {
  readonly selection: readonly Selection[];
  readonly minimumPriority?: Priority;
} {
  const list = (...names: readonly string[]) => names.flatMap((name) => asTexts(options[name]));
  const enabled = list('run_tags', 'EnabledTags');
  const selection: Selection[] = [
    ...(enabled.length > 0 ? [{ action: 'disable' as const, rule: '*' }] : []),
    ...enabled.map((tag) => ({ action: 'enable' as const, tag })),
    ...list('disabled_rules', 'DisabledRules').map((rule) => ({
      action: 'disable' as const,
      rule,
    })),
    ...list('disable_tags', 'DisabledTags').map((tag) => ({ action: 'disable' as const, tag })),
  ];
  const priority = textOf(options['priority']).toLowerCase();
  const minimum = PRIORITIES.find((name) => name.toLowerCase() === priority);
  return { selection, ...(minimum === undefined ? {} : { minimumPriority: minimum }) };
}
