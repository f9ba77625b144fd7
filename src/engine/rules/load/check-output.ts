import { Cursor } from '#engine/rules/language/cursor.ts';
import type { OutputNames } from '#engine/rules/language/take-output-operand.ts';
import { takeOutputOperand, tooWide } from '#engine/rules/language/take-output-operand.ts';
import { OUTPUT_WIDTH_MAX } from '#model/limits.ts';
import { operandProblem } from './check-types.ts';
import type { FieldLookup } from './field-lookup.ts';
import { resolveField } from './field-lookup.ts';

export interface OutputProblem {
  readonly message: string;
  readonly offset: number;
  /** Whether `skip-if-unknown-filter` may look past it. */
  readonly isUnknownName: boolean;
}

function incomplete(what: string, offset: number): OutputProblem {
  const message = `invalid formatting syntax: formatting ${what}`;
  return { message, offset, isUnknownName: false };
}

/** What is wrong with a rule's output format: every `%` must begin a known field or transformer. */
export function outputProblem(
  output: string,
  lookup: FieldLookup,
  source: string,
): OutputProblem | undefined {
  if (output === '') return { message: 'empty formatting token', offset: 0, isUnknownName: false };
  const cursor = new Cursor(output);
  const names = outputNames(lookup, source);
  for (let at = output.indexOf('%'); at !== -1; at = output.indexOf('%', cursor.at)) {
    cursor.at = at + 1;
    const width = cursor.takePattern(/[0-9]+/y);
    if (cursor.atEnd)
      return incomplete(`cannot end with a ${width === undefined ? '%' : 'number'}`, at);
    if (Number(width ?? 0) > OUTPUT_WIDTH_MAX) {
      return { message: tooWide(Number(width)), offset: at, isUnknownName: false };
    }
    const token = takeOutputOperand(cursor, names);
    if ('problem' in token) return { message: token.problem, offset: at, isUnknownName: true };
  }
  return undefined;
}

function outputNames(lookup: FieldLookup, source: string): OutputNames {
  return {
    problemOf(operand) {
      if (operand.kind === 'field' && resolveField(lookup, operand, source)?.facts.filterOnly) {
        return `field "${operand.name}" can be used in conditions only`;
      }
      return operandProblem(operand, lookup, source);
    },
    has(name) {
      const resolved = resolveField(lookup, { kind: 'field', name, position: 0 }, source);
      return resolved !== undefined && resolved.wrong === undefined && !resolved.facts.filterOnly;
    },
  };
}
