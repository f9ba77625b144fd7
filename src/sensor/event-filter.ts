import { CompileError } from '#engine/rules/compile/compile-error.ts';
import type { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import { ConditionError } from '#engine/rules/language/condition-error.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import type { CompiledOutput } from '#engine/rules/output/compile-output.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { Prefilter } from '#engine/rules/prefilter.ts';
import { derivePrefilter } from '#engine/rules/prefilter.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { caretLine } from '#lib/caret-line.ts';
import { UserError } from '#lib/user-error.ts';
import { EVENTS } from '#model/event-schema.ts';

/** A condition typed by somebody, and what the kernel has to tell for it. */
export interface EventFilter {
  /** undefined: every event passes. */
  readonly compiled: CompiledRules | undefined;
  readonly eventTypes: ReadonlySet<number>;
  readonly prefilter: Prefilter;
}

/** The filter of a text in the language of rules, '' for every event; throws UserError. */
export function openEventFilter(text: string): EventFilter {
  if (text === '') {
    return { compiled: undefined, eventTypes: new Set(EVENTS.keys()), prefilter: {} };
  }
  try {
    const rule = ruleOf(text);
    const compiled = compileRules([rule]);
    return { compiled, eventTypes: compiled.eventTypes, prefilter: derivePrefilter([rule]) };
  } catch (error) {
    if (error instanceof ConditionError) {
      const where = `column ${error.offset + 1}: ${error.message}`;
      throw new UserError(`Cannot read the filter: ${where}\n${caretLine(text, error.offset)}`);
    }
    if (!(error instanceof CompileError)) throw error;
    throw new UserError(`Cannot use the filter: ${error.message}`);
  }
}

export function openEventFormat(text: string): CompiledOutput {
  const result = compileOutput(text);
  if (result.ok) return result.output;
  const where = `column ${result.offset + 1}: ${result.error}`;
  throw new UserError(`Cannot read the format: ${where}\n${caretLine(text, result.offset)}`);
}

function ruleOf(condition: string): Rule {
  return {
    name: 'filter',
    description: '',
    source: 'syscall',
    priority: 'Debug',
    tags: [],
    enabled: true,
    output: '',
    condition: parseCondition(condition),
    conditionText: condition,
    macros: [],
    lists: [],
    file: '',
    line: 1,
    tier: 'log',
    runbook: undefined,
    holdable: true,
  };
}
