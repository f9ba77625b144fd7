import { OWN_FIELDS } from '#engine/fields/own-fields.ts';
import type { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import type { RuleFile } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { CompiledOutput } from '#engine/rules/output/compile-output.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { Prefilter } from '#engine/rules/prefilter.ts';
import { derivePrefilter } from '#engine/rules/prefilter.ts';
import type { Diagnostic, Rule } from '#engine/rules/rule.ts';
import { listFiles } from '#lib/list-files.ts';
import { readTextFile } from '#lib/read-text-file.ts';
import { UserError } from '#lib/user-error.ts';
import { EVENTS } from '#model/event-schema.ts';
import { RULE_FILE_BYTES, RULE_FILES_MAX } from '#model/limits.ts';

/** Rules in force: loaded whole, or not at all. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly compiled: CompiledRules;
  /** One a rule, at its place. */
  readonly outputs: readonly CompiledOutput[];
  readonly files: readonly string[];
  readonly loadedAt: Date;
  readonly warnings: readonly Diagnostic[];
}

/** What the kernel has to tell for them. */
export function wantedBy({ rules, compiled }: RuleSet): WantedEvents {
  return { eventTypes: compiled.eventTypes, prefilter: derivePrefilter(rules) };
}

interface WantedEvents {
  readonly eventTypes: ReadonlySet<number>;
  readonly prefilter: Prefilter;
}

/** Reads, loads and compiles rule files and folders of them; throws UserError with its place. */
export function openRuleSet(paths: readonly string[]): RuleSet {
  return loadRuleSet(readRuleFiles(paths));
}

export function readRuleFiles(paths: readonly string[]): RuleFile[] {
  const files = listFiles(paths, {
    what: 'rules',
    extensions: ['.yaml', '.yml'],
    most: RULE_FILES_MAX,
  });
  return files.map((name) => ({
    name,
    text: readTextFile(name, { what: 'rules', most: RULE_FILE_BYTES }),
  }));
}

/** The event types whose names stand in rule files: a guess at what the rules will want. */
export function guessEventTypes(files: readonly RuleFile[]): ReadonlySet<number> {
  const words = new Set(files.flatMap(({ text }) => text.match(/[a-z_][a-z_0-9]+/g) ?? []));
  return new Set(EVENTS.filter(({ name }) => words.has(name)).map(({ id }) => id));
}

export function loadRuleSet(files: readonly RuleFile[]): RuleSet {
  const { rules, diagnostics, hasErrors } = loadRules(files, {
    fields: OWN_FIELDS,
    sources: ['syscall'],
    lints: false,
  });
  if (hasErrors) throw new UserError(describeErrors(diagnostics));
  return {
    rules,
    compiled: compileRules(rules),
    outputs: rules.map(outputOf),
    files: files.map(({ name }) => name),
    loadedAt: new Date(),
    warnings: diagnostics,
  };
}

/** The loader has refused what cannot be compiled. */
function outputOf(rule: Rule): CompiledOutput {
  const result = compileOutput(rule.output, rule.extraFields);
  if (result.ok) return result.output;
  throw new UserError(
    `Cannot load rules: ${rule.file}:${rule.line}: rule "${rule.name}": output: ${result.error}`,
  );
}

/** One sentence: the first error with its place, and how many there are besides. */
function describeErrors(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return 'Cannot load rules';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `Cannot load rules: ${placeOf(first)}: ${first.message}${more}`;
}

function placeOf({ file, line, column }: Diagnostic): string {
  return `${file}:${line}:${column}`;
}
