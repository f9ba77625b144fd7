import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldLookup } from '#engine/rules/load/field-lookup.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Diagnostic } from '#engine/rules/rule.ts';
import type { Json } from './corpus.ts';
import { asRecord, asRecords, asTexts, readJson, textOf } from './corpus.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, isChosen } from './part-case.ts';
import type { FalcoMessage } from './same-reason.ts';
import { messageDifferences } from './same-reason.ts';

const FILE = 'suite.json';

/** The rule files of every entry of the suite: whether they load, and what is said about them. */
export const suiteLoad: Part = {
  name: 'suite-load',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    const fields = listedFields(folder);
    // Many entries differ in their capture alone, and the default rules take their time.
    const known = new Map<string, readonly Diagnostic[]>();
    for (const entry of asRecords(corpus['entries'])) {
      const name = textOf(entry['id']);
      if (!isChosen(name, only)) continue;
      const rules = asTexts(entry['rules']);
      const missing = rules.find((rule) => !existsSync(join(folder, rule)));
      if (missing !== undefined) {
        yield { name, failures: [], skipped: `the folder has no ${missing}` };
        continue;
      }
      const key = rules.join('\n');
      const diagnostics = known.get(key) ?? loadOneByOne(rules, folder, fields);
      known.set(key, diagnostics);
      yield { name, failures: failuresOf(asRecord(entry['falco_0_44_1']), diagnostics) };
    }
  },
};

/** Falco compiles after each file, and what it warned of then stands; so load every beginning. */
function loadOneByOne(
  rules: readonly string[],
  folder: string,
  fields: FieldLookup,
): readonly Diagnostic[] {
  const said: Diagnostic[] = [];
  const files = rules.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  for (let count = 1; count <= files.length; count++) {
    const loaded = loadRules(files.slice(0, count), { fields });
    said.push(...loaded.diagnostics);
    if (loaded.hasErrors) break;
  }
  return said;
}

function failuresOf(falco: Json, diagnostics: readonly Diagnostic[]): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const expected = falco['exit_code'] === 0;
  if (expected !== (errors.length === 0)) {
    const shown = errors.map(({ message }) => message).join('; ');
    return [`loads: expected ${expected}, found ${!expected}: ${shown}`];
  }
  if (!('errors' in falco)) return [];
  // What stops Falco as a whole leaves it without a word.
  if (!expected && asRecords(falco['errors']).length === 0) return [];
  return [
    ...messageDifferences('error', messagesOf(falco['errors']), diagnostics),
    ...messageDifferences('warning', messagesOf(falco['warnings']), diagnostics),
  ];
}

function messagesOf(value: unknown): readonly FalcoMessage[] {
  return asRecords(value).map((entry) => {
    const [code, message, item] = ['code', 'message', 'item_name'].map((key) => textOf(entry[key]));
    const isNamed = item !== '' && ['rule', 'macro', 'list'].includes(textOf(entry['item_type']));
    return { code: code ?? '', message: message ?? '', ...(isNamed ? { item: item ?? '' } : {}) };
  });
}
