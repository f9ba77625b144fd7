/** Conditions as text, for tests: bound, compiled, and held against an event both ways. */
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import type { Rule } from '#engine/rules/rule.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { BoundExpr } from './bind-expr.ts';
import { CheckBinder } from './bind-expr.ts';
import { CompiledRules } from './compile-rules.ts';
import { interpret } from './interpret.ts';

export function bound(condition: string): BoundExpr {
  return new CheckBinder().bind(parseCondition(condition));
}

/** What generated code says, where the interpreter agrees. */
export function holds(condition: string, ctx: Evaluation): boolean {
  const expr = bound(condition);
  const found = new CompiledRules([expr]).matchFirst(ctx) === 0;
  if (found === interpret(expr, ctx)) return found;
  throw new Error(`compiled code says ${found} to "${condition}", the interpreter does not`);
}

export function rule(name: string, condition: string, more: Partial<Rule> = {}): Rule {
  return {
    name,
    description: '',
    source: 'syscall',
    priority: 'Notice',
    tags: [],
    enabled: true,
    output: '',
    condition: parseCondition(condition),
    conditionText: condition,
    macros: [],
    lists: [],
    file: 'test.yaml',
    line: 1,
    tier: 'log',
    runbook: undefined,
    holdable: true,
    ...more,
  };
}
