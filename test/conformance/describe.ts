import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Expr, FieldRef } from '#engine/rules/ast.ts';
import { printCondition, printField } from '#engine/rules/language/print-condition.ts';
import { eventNamesOf } from '#engine/rules/load/event-types.ts';
import { fieldsOf } from '#engine/rules/load/field-lookup.ts';
import type { LoadedMacro, LoadedRules } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import type { Json } from './corpus.ts';
import { asRecord, asRecords, asTexts, readJson, textOf } from './corpus.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, difference, isChosen, setDifference } from './part-case.ts';

/** Each description with the rule files it describes. */
const SETS: readonly (readonly [string, readonly string[]])[] = [
  [
    'oracle/describe-default-rules.json',
    [
      'rules/falco-default/falco-rules-5.1.0.yaml',
      'rules/falco-default/falco-incubating-rules-6.0.1.yaml',
      'rules/falco-default/falco-sandbox-rules-6.1.0.yaml',
    ],
  ],
  ['oracle/describe-k8s-audit-rules.json', ['rules/k8saudit/k8s_audit_rules-0.18.0.yaml']],
];

/** What each default and audit rule, macro and list came to. */
export const describe: Part = {
  name: 'oracle-describe',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    yield* unknownSets(folder);
    for (const [file, rules] of SETS) {
      const corpus = readJson(folder, file);
      if (corpus === undefined) {
        yield absent(file);
        continue;
      }
      const missing = rules.find((name) => !existsSync(join(folder, name)));
      if (missing !== undefined) {
        yield absent(missing);
        continue;
      }
      const files = rules.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
      const loaded = loadRules(files, { fields: listedFields(folder) });
      const set = basename(file, '.json').replace('describe-', '');
      for (const result of casesOf(corpus, loaded)) {
        const name = `${set} ${result.name}`;
        if (isChosen(name, only)) yield { ...result, name };
      }
    }
  },
};

/** Descriptions of what this run does not know the rule files of. */
function unknownSets(folder: string): readonly CaseResult[] {
  const known = SETS.map(([file]) => file);
  const others = globSync('oracle/describe-*.json', { cwd: folder }).filter(
    (file) => !known.includes(file),
  );
  return others.map((name) => ({
    name,
    failures: [],
    skipped: `whose rules ${name} has is not known`,
  }));
}

function* casesOf(corpus: Json, loaded: LoadedRules): Iterable<CaseResult> {
  const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  const shown = errors.map(
    ({ message, file, line }) => `expected no error, found ${file}:${line}: ${message}`,
  );
  yield { name: 'loads', failures: shown };
  yield {
    name: 'required engine version',
    failures: difference(
      'version',
      corpus['required_engine_version'],
      loaded.requiredEngineVersion,
    ),
  };
  const names = asRecords(corpus['rules']).map(({ info }) => textOf(asRecord(info)['name']));
  yield {
    name: 'order of the rules',
    failures: difference(
      'names',
      names,
      loaded.rules.map(({ name }) => name),
    ),
  };
  for (const entry of asRecords(corpus['rules'])) yield ruleCase(entry, loaded);
  for (const entry of asRecords(corpus['macros'])) yield macroCase(entry, loaded);
  for (const entry of asRecords(corpus['lists'])) yield listCase(entry, loaded);
}

function ruleCase(
  { info: infoValue, details: detailsValue }: Json,
  loaded: LoadedRules,
): CaseResult {
  const info = asRecord(infoValue);
  const details = asRecord(detailsValue);
  const name = `rule ${textOf(info['name'])}`;
  const rule = loaded.rules.find((candidate) => candidate.name === info['name']);
  if (rule === undefined) return { name, failures: ['expected the rule, found none'] };
  return {
    name,
    failures: [
      ...difference('condition', info['condition'], rule.conditionText),
      ...difference('description', info['description'], rule.description),
      ...difference('enabled', info['enabled'], rule.enabled),
      ...difference('output', details['output_compiled'], rule.output),
      ...difference('priority', info['priority'], rule.priority),
      ...difference('source', info['source'], rule.source),
      ...difference('tags', info['tags'], rule.tags),
      ...conditionDifferences(details, rule, rule.source),
    ],
  };
}

function macroCase(
  { info: infoValue, details: detailsValue }: Json,
  loaded: LoadedRules,
): CaseResult {
  const info = asRecord(infoValue);
  const details = asRecord(detailsValue);
  const name = `macro ${textOf(info['name'])}`;
  const macro = loaded.macros.find((candidate) => candidate.name === info['name']);
  if (macro === undefined) return { name, failures: ['expected the macro, found none'] };
  return {
    name,
    failures: [
      ...difference('condition', info['condition'], macro.conditionText),
      ...difference('used', details['used'], macro.used),
      ...conditionDifferences(details, macro, ''),
    ],
  };
}

function conditionDifferences(
  details: Json,
  found: Pick<Rule | LoadedMacro, 'condition' | 'lists' | 'macros'>,
  source: string,
): readonly string[] {
  const { condition } = found;
  const parts = partsOf(condition);
  return [
    ...difference('compiled', details['condition_compiled'], printCondition(condition)),
    ...setDifference('fields', asTexts(details['condition_fields']), parts.fields),
    ...setDifference('operators', asTexts(details['condition_operators']), parts.operators),
    ...setDifference('lists', asTexts(details['lists']), found.lists),
    ...setDifference('macros', asTexts(details['macros']), found.macros),
    ...eventDifferences(asTexts(details['events']), condition, source),
  ];
}

function eventDifferences(expected: readonly string[], condition: Expr, source: string) {
  // A macro has no source of its own; one that only audit rules use is described as theirs.
  const isPlugin = expected.length === 2 && expected.includes('pluginevent');
  if ((source !== 'syscall' && source !== '') || (source === '' && isPlugin)) {
    return setDifference('events', expected, ['asyncevent', 'pluginevent']);
  }
  return setDifference('events', expected, [...eventNamesOf(condition), 'asyncevent']);
}

function listCase(
  { info: infoValue, details: detailsValue }: Json,
  loaded: LoadedRules,
): CaseResult {
  const info = asRecord(infoValue);
  const details = asRecord(detailsValue);
  const name = `list ${textOf(info['name'])}`;
  const list = loaded.lists.find((candidate) => candidate.name === info['name']);
  if (list === undefined) return { name, failures: ['expected the list, found none'] };
  return {
    name,
    failures: [
      ...difference('items', info['items'], list.items),
      ...difference('compiled', details['items_compiled'], list.itemsCompiled),
      ...setDifference('lists', asTexts(details['lists']), list.lists),
      ...difference('used', details['used'], list.used),
    ],
  };
}

function partsOf(expr: Expr): { fields: Set<string>; operators: Set<string> } {
  const fields = new Set<string>();
  const operators = new Set<string>();
  const add = (refs: readonly FieldRef[]) => {
    for (const ref of refs) fields.add(printField(ref));
  };
  const walk = (part: Expr): void => {
    if (part.kind === 'not') walk(part.child);
    else if (part.kind === 'and' || part.kind === 'or') part.children.forEach(walk);
    else if (part.kind === 'check') {
      add(fieldsOf(part.left));
      if (part.right.kind === 'operand') add(fieldsOf(part.right.operand));
      operators.add(part.doubled ? '==' : part.operator);
    }
  };
  walk(expr);
  return { fields, operators };
}
