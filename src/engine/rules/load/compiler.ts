import type { Expr } from '#engine/rules/ast.ts';
import { ConditionError } from '#engine/rules/language/condition-error.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { MACRO_CHAIN, RULE_SET_CHARS, RULE_SET_NODES } from '#model/limits.ts';
import type { AppendedOutput } from './append-output.ts';
import { appendOutput } from './append-output.ts';
import type { CompiledList, Lists } from './build-condition.ts';
import { buildCondition, putListsIn } from './build-condition.ts';
import type { CheckerOptions, CompiledMacro, Parsed, PlacedProblem } from './check-condition.ts';
import { ConditionChecker } from './check-condition.ts';
import { outputProblem } from './check-output.ts';
import type { Collection } from './collection.ts';
import { compileLists } from './compile-lists.ts';
import { placeInText } from './condition-text.ts';
import type { ExceptionEntry, MacroEntry, RuleEntry } from './entries.ts';
import { eventTypesOf } from './event-types.ts';
import type { FieldLookup } from './field-lookup.ts';
import { ruleOf, textOf } from './finish-rule.ts';
import { lintCondition } from './lint-condition.ts';
import type { Report } from './report.ts';
import { LoadError } from './report.ts';
import type { Resolved } from './resolve-macros.ts';
import { resolveMacros } from './resolve-macros.ts';
import type { Place } from './source-file.ts';
import { wordsOf } from './substitute-list.ts';

export interface Compiled {
  readonly rules: readonly Rule[];
  readonly macros: ReadonlyMap<string, CompiledMacro>;
  readonly lists: ReadonlyMap<string, CompiledList>;
}

/**
 * From what the files define to rules: lists, then macros, then rules, each in the order of first
 * definition, as Falco does after each file. What was parsed before is kept, for most of it is the
 * same after the next file.
 */
export class Compiler {
  private readonly collection: Collection;
  private readonly lookup: FieldLookup;
  private readonly report: Report;
  private readonly lints: boolean;
  private readonly appended: readonly AppendedOutput[];
  private readonly checker: ConditionChecker;
  private readonly parsed = new Map<string, Parsed>();
  /** Of all conditions that were parsed, for their bound. */
  private chars = 0;
  /** Of all rules of one pass, with their macros written out. */
  private nodes = 0;

  constructor(
    collection: Collection,
    options: CheckerOptions & { readonly appended: readonly AppendedOutput[] },
  ) {
    this.checker = new ConditionChecker(options);
    this.collection = collection;
    this.lookup = options.lookup;
    this.report = options.report;
    this.lints = options.lints;
    this.appended = options.appended;
  }

  /**
   * Everything, or with `since` only the rules that were defined or changed since then: what a file
   * may rely on is what it and the files before it define.
   */
  compile(since = 0): Compiled {
    let lists: Lists = { lists: new Map(), oddLists: [] };
    this.report.attempt(() => {
      lists = compileLists(this.collection);
    });
    const macros = this.compileMacros(lists);
    const rules: Rule[] = [];
    this.nodes = 0;
    for (const entry of this.collection.rules.values()) {
      if (!entry.hasKnownSource || entry.visibility < since) continue;
      this.report.attempt(() => {
        const rule = this.compileRule(entry, macros, lists);
        if (rule !== undefined) rules.push(rule);
      });
    }
    return { rules, macros, lists: lists.lists };
  }

  private compileMacros(lists: Lists): ReadonlyMap<string, CompiledMacro> {
    const macros = new Map<string, CompiledMacro>();
    for (const entry of this.collection.macros.values()) {
      let parsed: Parsed | undefined;
      this.report.attempt(() => {
        parsed = this.parse(entry, { kind: 'macro', exceptions: [], lists });
      });
      macros.set(entry.name, {
        entry,
        parsed,
        resolved: undefined,
        used: false,
        checked: new Map(),
      });
    }
    for (const macro of macros.values()) {
      this.report.attempt(() => this.resolveMacro(macro, macros, new Set()));
    }
    return macros;
  }

  private resolveMacro(
    macro: CompiledMacro,
    macros: ReadonlyMap<string, CompiledMacro>,
    path: Set<string>,
  ): Resolved | 'refused' {
    if (macro.resolved !== undefined) return macro.resolved;
    const { entry, parsed } = macro;
    macro.resolved = 'refused';
    if (parsed === undefined) return 'refused';
    path.add(entry.name);
    const result = resolveMacros(parsed.expr, (name) => {
      const other = macros.get(name);
      if (other === undefined || other.entry.index >= entry.visibility) return undefined;
      if (path.has(name)) throw this.loop(name, path, macros);
      if (path.size > MACRO_CHAIN) throw this.tooLong(entry);
      other.used = true;
      return this.resolveMacro(other, macros, path);
    });
    path.delete(entry.name);
    if ('message' in result) {
      if (result.message === undefined) return 'refused';
      const at = { place: placeIn(parsed, result.position, entry), item: entry.name };
      throw new LoadError('LOAD_ERR_VALIDATE', result.message, at);
    }
    macro.resolved = result;
    return result;
  }

  private tooLong({ place, name: item }: MacroEntry): LoadError {
    const message = `expected at most ${MACRO_CHAIN} macros on top of one another, found more`;
    return new LoadError('MIDWATCH_ERR_LIMIT', message, { place, item });
  }

  /** Falco's way starts behind the macro it begins with, and ends where it meets one again. */
  private loop(
    name: string,
    path: ReadonlySet<string>,
    macros: ReadonlyMap<string, CompiledMacro>,
  ): LoadError {
    const [first = name, second = name] = path;
    const message = `reference loop in macro '${name === first ? second : name}'`;
    const place = macros.get(first)?.entry.place ?? { file: '', line: 1, column: 1 };
    return new LoadError('LOAD_ERR_VALIDATE', message, { place, item: first });
  }

  private compileRule(
    entry: RuleEntry,
    macros: ReadonlyMap<string, CompiledMacro>,
    lists: Lists,
  ): Rule | undefined {
    const { name, place, source } = entry;
    const condition = { kind: 'rule', exceptions: entry.exceptions, lists } as const;
    // Exceptions are looked at before the output, and the output before the condition, so that the
    // first error is the one that Falco gives.
    buildCondition(entry.condition, entry.exceptions, name);
    const output = this.compileOutput(entry);
    if (output === undefined) return undefined;
    const parsed = this.parse(entry, condition);
    const resolved = this.resolveRule(entry, parsed, macros);
    if (resolved === undefined) return undefined;
    const problem = this.checker.firstProblem(parsed, { source, item: name, macros });
    if (problem !== undefined) return this.skipOrFail(entry, problem);
    const types = source === 'syscall' ? eventTypesOf(resolved.expr).size : 1;
    if ((types === 0 || types > MANY_EVENT_TYPES) && entry.warnEventTypes) {
      this.report.warn('LOAD_NO_EVTTYPE', TOO_MANY_EVENT_TYPES, { place, item: name });
    }
    if (this.lints) {
      for (const { code, message } of lintCondition(entry, parsed.expr)) {
        const last = entry.condition.at(-1);
        const at = last === undefined ? place : placeInText(last, 0);
        this.report.warn(code, message, { place: at, item: name });
      }
    }
    return ruleOf(entry, {
      ...output,
      condition: resolved.expr,
      macros: macroNamesOf(parsed.expr),
      lists: [...new Set(wordsOf(textOf(entry.condition)).filter((word) => lists.lists.has(word)))],
    });
  }

  private resolveRule(
    entry: RuleEntry,
    parsed: Parsed,
    macros: ReadonlyMap<string, CompiledMacro>,
  ): Resolved | undefined {
    const result = resolveMacros(parsed.expr, (name) => {
      const macro = macros.get(name);
      if (macro !== undefined) macro.used = true;
      return macro === undefined ? undefined : (macro.resolved ?? 'refused');
    });
    if (!('message' in result)) {
      this.nodes += result.nodes;
      if (this.nodes <= RULE_SET_NODES) return result;
      const message = `expected at most ${RULE_SET_NODES} checks in all rules with their macros`;
      const at = { place: entry.place, item: entry.name };
      throw new LoadError('MIDWATCH_ERR_LIMIT', `${message}, found more`, at);
    }
    if (result.message === undefined) return undefined;
    const at = { place: placeIn(parsed, result.position, entry), item: entry.name };
    throw new LoadError('LOAD_ERR_VALIDATE', result.message, at);
  }

  private compileOutput(entry: RuleEntry): Pick<Rule, 'output' | 'extraFields'> | undefined {
    const { place, name } = entry;
    const written = { ...entry, output: textOf(entry.output) };
    const { extraFields, ...whole } = appendOutput(written, this.appended, this.lookup);
    let { output } = whole;
    if (output.includes('%container.info')) {
      this.report.warn('LOAD_DEPRECATED_ITEM', CONTAINER_INFO, { place, item: name });
      output = output.replaceAll('%container.info', '');
    }
    for (const format of [output, ...extraFields.map((field) => field.format)]) {
      const problem = outputProblem(format, this.lookup, entry.source);
      const [located] = entry.output;
      const offset = format === output ? (problem?.offset ?? 0) : 0;
      const at = located === undefined ? place : placeInText(located, offset);
      if (problem?.isUnknownName && entry.skipIfUnknownFilter && format === output) {
        this.report.warn('LOAD_UNKNOWN_FILTER', problem.message, { place: at, item: name });
        return undefined;
      }
      if (problem !== undefined) {
        throw new LoadError('LOAD_ERR_COMPILE_OUTPUT', problem.message, { place: at, item: name });
      }
      if (format.includes('evt.dir')) {
        const message = "usage of deprecated field 'evt.dir' has been detected in the rule output";
        this.report.warn('LOAD_DEPRECATED_ITEM', message, { place: at, item: name });
      }
    }
    return extraFields.length === 0 ? { output } : { output, extraFields };
  }

  private skipOrFail(entry: RuleEntry, { problem, place }: PlacedProblem): undefined {
    const at = { place, item: entry.name };
    if (!problem.isUnknownName || !entry.skipIfUnknownFilter) {
      throw new LoadError('LOAD_ERR_COMPILE_CONDITION', problem.message, at);
    }
    this.report.warn('LOAD_UNKNOWN_FILTER', problem.message, at);
    return undefined;
  }

  private parse(
    entry: RuleEntry | MacroEntry,
    {
      kind,
      exceptions,
      lists,
    }: {
      kind: 'macro' | 'rule';
      exceptions: readonly ExceptionEntry[];
      lists: Lists;
    },
  ): Parsed {
    const text = buildCondition(entry.condition, exceptions, entry.name);
    const at = { place: entry.place, item: entry.name };
    const { used, quoted } = putListsIn(text, lists, at);
    for (const list of used) list.used = true;
    for (const { list, place } of this.lints ? quoted : []) {
      const message =
        `the name of the list "${list}" inside of a quoted text is replaced by its items, ` +
        'for lists are put in as text';
      this.report.warn('LINT_LIST_IN_TEXT', message, { place, item: entry.name });
    }
    const key = `${kind} ${entry.name}\n${text.text}`;
    const known = this.parsed.get(key);
    if (known !== undefined) return known;
    this.chars += text.text.length;
    if (this.chars > RULE_SET_CHARS) {
      const most = `${RULE_SET_CHARS} characters in all conditions with their lists`;
      throw new LoadError('MIDWATCH_ERR_LIMIT', `expected at most ${most}, found more`, at);
    }
    try {
      const parsed = { text, expr: parseCondition(text.text) };
      this.parsed.set(key, parsed);
      return parsed;
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      const place = text.placeAt(error.offset) ?? entry.place;
      throw new LoadError('LOAD_ERR_COMPILE_CONDITION', error.message, { place, item: entry.name });
    }
  }
}

// Falco's own figure for "too many".
const MANY_EVENT_TYPES = 100;
const TOO_MANY_EVENT_TYPES =
  'Rule matches too many evt.type values. This has a significant performance penalty.';
const CONTAINER_INFO =
  '%container.info is deprecated and no more useful, and will be dropped by Falco 1.0.0. The ' +
  'container plugin will automatically add required fields to the output message.';

function placeIn({ text }: Parsed, offset: number, entry: { place: Place }): Place {
  return text.placeAt(offset) ?? entry.place;
}

export function macroNamesOf(expr: Expr): readonly string[] {
  const names = new Set<string>();
  const walk = (part: Expr): void => {
    if (part.kind === 'macro') names.add(part.name);
    else if (part.kind === 'not') walk(part.child);
    else if (part.kind !== 'check') part.children.forEach(walk);
  };
  walk(expr);
  return [...names];
}
