import { readFileSync, statSync } from 'node:fs';
import { FIELDS } from '#engine/fields/table.ts';
import type { LoadedRules, LoadOptions } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import { tableLookup } from '#engine/rules/load/table-lookup.ts';
import { listFiles } from '#lib/list-files.ts';
import { UserError } from '#lib/user-error.ts';
import { RULE_FILE_BYTES, RULE_FILES_MAX } from '#model/limits.ts';

/** Loads rule files and folders of them; throws UserError with the place of every error. */
export function loadRuleFiles(
  paths: readonly string[],
  options: Omit<LoadOptions, 'fields'> = {},
): LoadedRules {
  const names = listFiles(paths, {
    what: 'rules',
    extensions: ['.yaml', '.yml'],
    most: RULE_FILES_MAX,
  });
  const files = names.map((name) => ({ name, text: readRuleFile(name) }));
  const loaded = loadRules(files, { fields: tableLookup(FIELDS), ...options });
  if (!loaded.hasErrors) return loaded;
  const errors = loaded.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new UserError(`Cannot load rules: ${errors.join('\n')}`);
}

function readRuleFile(path: string): string {
  const { size } = statSync(path);
  if (size > RULE_FILE_BYTES) {
    const most = RULE_FILE_BYTES / 1024 / 1024;
    throw new UserError(`Cannot load rules from ${path}: expected at most ${most} MiB, found more`);
  }
  return readFileSync(path, 'utf8');
}
