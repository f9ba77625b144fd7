import type { Check, Expr } from '#engine/rules/ast.ts';
import type { CheckProblem } from './check-types.ts';
import { checkProblem } from './check-types.ts';
import type { Warning } from './check-warnings.ts';
import { unsafeWarningsOf, warningsOf } from './check-warnings.ts';
import type { ConditionText } from './condition-text.ts';
import type { MacroEntry } from './entries.ts';
import type { FieldLookup } from './field-lookup.ts';
import { lintCheck } from './lint-check.ts';
import type { Report } from './report.ts';
import type { Resolved } from './resolve-macros.ts';
import type { Place } from './source-file.ts';

/** A condition with its lists put in, parsed; its macros are still names. */
export interface Parsed {
  readonly text: ConditionText;
  readonly expr: Expr;
}

export interface CompiledMacro {
  readonly entry: MacroEntry;
  /** undefined: it was refused, which is said where it stands. */
  readonly parsed: Parsed | undefined;
  resolved: Resolved | 'refused' | undefined;
  used: boolean;
  /** By source: what came of its own checks and those of its macros. */
  readonly checked: Map<string, Looked>;
}

export interface PlacedProblem {
  readonly problem: CheckProblem;
  readonly place: Place;
}

/** What came of looking at a condition: its first problem, and what is said if there is none. */
export interface Looked {
  problem: PlacedProblem | undefined;
  /** A set, for a macro is looked at once and may be used a thousand times. */
  readonly warnings: Set<PlacedWarning>;
}

interface PlacedWarning extends Warning {
  readonly at: { readonly place: Place; readonly item: string };
}

interface Context {
  readonly source: string;
  readonly item: string;
  readonly macros: ReadonlyMap<string, CompiledMacro>;
}

/** Holds conditions against the table of fields: errors one by one, warnings on the way. */
export class ConditionChecker {
  private readonly lookup: FieldLookup;
  private readonly report: Report;
  private readonly lints: boolean;

  constructor({ lookup, report, lints }: CheckerOptions) {
    this.lookup = lookup;
    this.report = report;
    this.lints = lints;
  }

  /** Looks at every check of a condition and of its macros, in the order of the text. */
  firstProblem(parsed: Parsed, context: Context): PlacedProblem | undefined {
    const looked = this.look(parsed, context);
    if (looked.problem !== undefined) return looked.problem;
    for (const { code, message, at } of looked.warnings) this.report.warn(code, message, at);
    return undefined;
  }

  private look({ expr, text }: Parsed, context: Context): Looked {
    const looked: Looked = { problem: undefined, warnings: new Set() };
    const walk = (part: Expr): void => {
      if (part.kind === 'not') walk(part.child);
      else if (part.kind === 'and' || part.kind === 'or') part.children.forEach(walk);
      else if (part.kind === 'check') this.lookAtCheck(part, text, { ...context, looked });
      else {
        const { problem, warnings } = this.lookAtMacro(part.name, context);
        looked.problem ??= problem;
        for (const warning of warnings) looked.warnings.add(warning);
      }
    };
    walk(expr);
    return looked;
  }

  private lookAtMacro(name: string, { source, macros }: Context): Looked {
    const macro = macros.get(name);
    if (macro?.parsed === undefined) return { problem: undefined, warnings: new Set() };
    const known = macro.checked.get(source);
    if (known !== undefined) return known;
    const looked = this.look(macro.parsed, { source, item: macro.entry.name, macros });
    macro.checked.set(source, looked);
    return looked;
  }

  private lookAtCheck(
    check: Check,
    text: ConditionText,
    { source, item, looked }: Context & { readonly looked: Looked },
  ): void {
    const placeAt = (offset: number): Place =>
      text.placeAt(offset) ?? { file: '', line: 1, column: 1 };
    const unsafe = unsafeWarningsOf(check);
    for (const { code, message } of unsafe) {
      this.report.warn(code, message, { place: placeAt(check.position), item });
    }
    if (looked.problem !== undefined) return;
    const problem = checkProblem(check, this.lookup, source);
    if (problem !== undefined) {
      const { position, value } = problem;
      const found = value === undefined ? -1 : text.text.indexOf(value, position);
      looked.problem = { problem, place: placeAt(found === -1 ? position : found) };
      return;
    }
    const lints = this.lints ? lintCheck(check, this.lookup, source) : [];
    for (const warning of [...warningsOf(check, this.lookup, source), ...lints]) {
      looked.warnings.add({ ...warning, at: { place: placeAt(check.position), item } });
    }
  }
}

export interface CheckerOptions {
  readonly lookup: FieldLookup;
  readonly report: Report;
  /** Whether to warn of the language's traps. */
  readonly lints: boolean;
}
