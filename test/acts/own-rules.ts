import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { FIELDS } from '#engine/fields/table.ts';
import type { LoadedRules, RuleFile } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';

const DIR = join(import.meta.dirname, '../../content/rules');

/** The files of content/rules, in the order in which they are loaded. */
export function ownRuleFiles(): readonly RuleFile[] {
  const names = readdirSync(DIR).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => ({ name, text: readFileSync(join(DIR, name), 'utf8') }));
}

const fields = new Map(FIELDS.map((field) => [field.name, field]));

export function loadFiles(files: readonly RuleFile[]): LoadedRules {
  return loadRules(files, {
    fields: { find: (name) => fields.get(name), names: () => [...fields.keys()] },
  });
}

/** The `midwatch` keys that each rule has itself, for a default would be nobody's decision. */
export function saidKeys(files: readonly RuleFile[]): ReadonlyMap<string, readonly string[]> {
  const items = files.flatMap(({ text }) => parseDocument(text).toJS() ?? []);
  return new Map(
    items
      .filter((item: { rule?: string }) => item.rule !== undefined)
      .map((item: { rule: string; midwatch?: object }) => [
        item.rule,
        Object.keys(item.midwatch ?? {}),
      ]),
  );
}
