import { OWN_FIELDS } from '#engine/fields/own-fields.ts';
import type { LoadedRules, RuleFile } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Diagnostic } from '#engine/rules/rule.ts';
import { listFiles } from '#lib/list-files.ts';
import { readTextFile } from '#lib/read-text-file.ts';
import { UserError } from '#lib/user-error.ts';
import { RULE_FILE_BYTES, RULE_FILES_MAX } from '#model/limits.ts';

export interface OpenedRules extends LoadedRules {
  readonly files: readonly RuleFile[];
}

/** Reads and loads rule files and folders of them; what is wrong with them is in `diagnostics`. */
export function openRules(paths: readonly string[]): OpenedRules {
  const names = listFiles(paths, {
    what: 'rules',
    extensions: ['.yaml', '.yml'],
    most: RULE_FILES_MAX,
  });
  const files = names.map((name) => ({
    name,
    text: readTextFile(name, { what: 'rules', most: RULE_FILE_BYTES }),
  }));
  return { ...loadRules(files, { fields: OWN_FIELDS }), files };
}

/** The same, where the rules are to be used: throws UserError on the first error. */
export function openSoundRules(paths: readonly string[]): OpenedRules {
  const opened = openRules(paths);
  const error = opened.diagnostics.find(({ severity }) => severity === 'error');
  if (error === undefined) return opened;
  throw new UserError(`Cannot load rules: ${placeOf(error)}: ${error.message}`);
}

/** `file:line:column`, as editors and compilers understand it. */
export function placeOf({ file, line, column }: Diagnostic): string {
  return `${file}:${line}:${column}`;
}
