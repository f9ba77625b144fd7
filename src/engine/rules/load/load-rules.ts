import type { Expr } from '#engine/rules/ast.ts';
import type { Diagnostic, Priority, Rule } from '#engine/rules/rule.ts';
import { RULE_FILES_MAX } from '#model/limits.ts';
import type { AppendedOutput } from './append-output.ts';
import { Collection } from './collection.ts';
import type { Compiled } from './compiler.ts';
import { Compiler, macroNamesOf } from './compiler.ts';
import type { FieldLookup } from './field-lookup.ts';
import { textOf } from './finish-rule.ts';
import { Item } from './item.ts';
import { readItem } from './read-item.ts';
import type { Plugin } from './read-versions.ts';
import { unmetRequirement } from './read-versions.ts';
import { LoadError, Report } from './report.ts';
import type { Selection } from './select-rules.ts';
import { selectRules } from './select-rules.ts';
import { SourceFile } from './source-file.ts';
import { wordsOf } from './substitute-list.ts';
import { printVersion } from './version.ts';
import { isMap, isSeq, YamlFile } from './yaml-file.ts';

export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

export interface LoadOptions {
  readonly fields: FieldLookup;
  /** Less severe rules are left out. */
  readonly minimumPriority?: Priority;
  readonly selection?: readonly Selection[];
  /** Sources that are at hand; rules of others are skipped with a warning. */
  readonly sources?: readonly string[];
  /** What `required_plugin_versions` is held against. */
  readonly plugins?: readonly Plugin[];
  /** What rules tell on top of their own output. */
  readonly appendOutput?: readonly AppendedOutput[];
  /** Warnings about the language's traps (LINT_…); on unless said otherwise. */
  readonly lints?: boolean;
}

export interface LoadedList {
  readonly name: string;
  /** As written, names of other lists left out; then what it comes to. */
  readonly items: readonly string[];
  readonly lists: readonly string[];
  readonly itemsCompiled: readonly string[];
  readonly used: boolean;
}

export interface LoadedMacro {
  readonly name: string;
  readonly conditionText: string;
  readonly condition: Expr;
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  readonly used: boolean;
}

export interface LoadedRules {
  /** In the order of first definition; none where there is an error. */
  readonly rules: readonly Rule[];
  readonly diagnostics: readonly Diagnostic[];
  /** Diagnostics left out because there were too many. */
  readonly diagnosticsDropped: number;
  readonly hasErrors: boolean;
  readonly lists: readonly LoadedList[];
  readonly macros: readonly LoadedMacro[];
  readonly requiredEngineVersion: string | undefined;
  readonly requiredPlugins: readonly (Plugin & { readonly alternatives: readonly Plugin[] })[];
}

const SOURCES = ['syscall', 'k8s_audit'] as const;

/** What Falco needs plugins for is built in; the versions are those whose fields we have. */
const BUILT_IN_PLUGINS: readonly Plugin[] = [
  { name: 'container', version: '0.7.1' },
  { name: 'k8saudit', version: '0.18.0' },
  { name: 'json', version: '0.7.4' },
];

/**
 * Loads rule files in their order, each on top of those before it. All or nothing: with an error in
 * any file there are no rules, and every error of the first bad file is told, so that whoever keeps
 * a last good set can go on with it.
 */
export function loadRules(files: readonly RuleFile[], options: LoadOptions): LoadedRules {
  const report = new Report();
  const { fields: lookup, lints = true, appendOutput: appended = [] } = options;
  const collection = new Collection(lookup);
  const compiler = new Compiler(collection, { lookup, report, lints, appended });
  let compiled: Compiled = { rules: [], macros: new Map(), lists: new Map() };
  checkCount(files, report);
  for (const [index, file] of files.entries()) {
    if (report.errorCount > 0) break;
    const since = collection.size;
    readFile(file, { report, collection, sources: options.sources ?? SOURCES });
    if (report.errorCount > 0) break;
    compiled = compiler.compile(index === files.length - 1 ? 0 : since);
  }
  checkPlugins(collection, options.plugins ?? BUILT_IN_PLUGINS, report);
  const hasErrors = report.errorCount > 0;
  if (!hasErrors) warnOfUnused(compiled, collection, report);
  return {
    rules: hasErrors ? [] : selectRules(compiled.rules, options),
    diagnostics: report.diagnostics,
    diagnosticsDropped: report.dropped,
    hasErrors,
    lists: hasErrors ? [] : describeLists(compiled, collection),
    macros: hasErrors ? [] : describeMacros(compiled),
    requiredEngineVersion:
      collection.requiredEngineVersion && printVersion(collection.requiredEngineVersion),
    requiredPlugins: collection.requiredPlugins,
  };
}

function checkCount(files: readonly RuleFile[], report: Report): void {
  if (files.length <= RULE_FILES_MAX) return;
  const place = { file: files[RULE_FILES_MAX]?.name ?? '', line: 1, column: 1 };
  const message = `expected at most ${RULE_FILES_MAX} rule files, found ${files.length}`;
  report.error(new LoadError('MIDWATCH_ERR_LIMIT', message, { place }));
}

function readFile(
  { name, text }: RuleFile,
  context: { report: Report; collection: Collection; sources: readonly string[] },
): void {
  const { report } = context;
  const source = new SourceFile(name, text);
  report.attempt(() => {
    const file = new YamlFile(source);
    for (const document of file.documents) {
      const place = source.placeAt(Number(document.contents?.range?.[0] ?? 0));
      const contents = file.resolve(document, document.contents);
      if (contents === undefined) continue;
      if (!isSeq(contents)) {
        const what = isMap(contents)
          ? 'Rules content is not yaml array of objects'
          : 'Rules content is not yaml';
        throw new LoadError('LOAD_ERR_YAML_VALIDATE', what, { place });
      }
      for (const node of contents.items) {
        report.attempt(() => {
          const map = file.resolve(document, node);
          if (map === undefined) return;
          if (!isMap(map)) {
            const message =
              'Unexpected element type. Each element should be a yaml associative array.';
            throw new LoadError('LOAD_ERR_YAML_VALIDATE', message, { place: file.placeOf(node) });
          }
          readItem(new Item({ file, document }, map), context);
        });
      }
    }
  });
}

function checkPlugins(
  { requiredPlugins }: Collection,
  plugins: readonly Plugin[],
  report: Report,
): void {
  for (const required of requiredPlugins) {
    const message = unmetRequirement(required, plugins);
    if (message === undefined) continue;
    report.error(new LoadError('LOAD_ERR_VALIDATE', message, { place: required.place }));
  }
}

function warnOfUnused({ macros, lists }: Compiled, collection: Collection, report: Report): void {
  for (const { entry, used } of macros.values()) {
    if (used) continue;
    const message = 'Macro not referred to by any other rule/macro';
    report.warn('LOAD_UNUSED_MACRO', message, { place: entry.place, item: entry.name });
  }
  for (const { name, used } of lists.values()) {
    const place = collection.lists.get(name)?.place;
    if (used || place === undefined) continue;
    const message = 'List not referred to by any other rule/macro';
    report.warn('LOAD_UNUSED_LIST', message, { place, item: name });
  }
}

function describeLists({ lists }: Compiled, collection: Collection): readonly LoadedList[] {
  return [...lists.values()].map(({ name, items, used }) => {
    const written = collection.lists.get(name)?.items.map(({ text }) => text) ?? [];
    return {
      name,
      items: written.filter((item) => !lists.has(item)),
      lists: written.filter((item) => lists.has(item)),
      itemsCompiled: items,
      used,
    };
  });
}

function describeMacros({ macros, lists }: Compiled): readonly LoadedMacro[] {
  return [...macros.values()].flatMap(({ entry, parsed, resolved, used }) => {
    if (parsed === undefined || resolved === undefined || resolved === 'refused') return [];
    const conditionText = textOf(entry.condition);
    return [
      {
        name: entry.name,
        conditionText,
        condition: resolved.expr,
        macros: macroNamesOf(parsed.expr),
        lists: [...new Set(wordsOf(conditionText).filter((word) => lists.has(word)))],
        used,
      },
    ];
  });
}
