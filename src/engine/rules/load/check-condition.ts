import type { Check, Expr } from '#engine/rules/ast.ts';
import type { CheckProblem } from './check-types.ts';
import { checkProblem } from './check-types.ts';
import { warningsOf } from './check-warnings.ts';
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
  /** By source: the first problem of its own checks and those of its macros. */
  readonly checked: Map<string, PlacedProblem | undefined>;
}

export interface PlacedProblem {
  readonly problem: CheckProblem;
  readonly place: Place;
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
  firstProblem(
    { expr, text }: Parsed,
    context: { source: string; item: string; macros: ReadonlyMap<string, CompiledMacro> },
  ): PlacedProblem | undefined {
    const { source, item, macros } = context;
    switch (expr.kind) {
      case 'not':
        return this.firstProblem({ expr: expr.child, text }, context);
      case 'and':
      case 'or':
        for (const child of expr.children) {
          const problem = this.firstProblem({ expr: child, text }, context);
          if (problem !== undefined) return problem;
        }
        return undefined;
      case 'macro': {
        const macro = macros.get(expr.name);
        if (macro?.parsed === undefined) return undefined;
        if (!macro.checked.has(source)) {
          const inner = { source, item: macro.entry.name, macros };
          macro.checked.set(source, this.firstProblem(macro.parsed, inner));
        }
        return macro.checked.get(source);
      }
      case 'check':
        return this.look(expr, text, { source, item });
    }
  }

  private look(
    check: Check,
    text: ConditionText,
    { source, item }: { source: string; item: string },
  ): PlacedProblem | undefined {
    const problem = checkProblem(check, this.lookup, source);
    const placeAt = (offset: number): Place =>
      text.placeAt(offset) ?? { file: '', line: 1, column: 1 };
    if (problem !== undefined) {
      const { position, value } = problem;
      const found = value === undefined ? -1 : text.text.indexOf(value, position);
      return { problem, place: placeAt(found === -1 ? position : found) };
    }
    const warnings = warningsOf(check, this.lookup, source);
    const lints = this.lints ? lintCheck(check, this.lookup, source) : [];
    for (const { code, message } of [...warnings, ...lints]) {
      this.report.warn(code, message, { place: placeAt(check.position), item });
    }
    return undefined;
  }
}

export interface CheckerOptions {
  readonly lookup: FieldLookup;
  readonly report: Report;
  /** Whether to warn of the language's traps. */
  readonly lints: boolean;
}
