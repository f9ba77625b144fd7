import type { Expr } from '#engine/rules/ast.ts';
import type { Warning } from './check-warnings.ts';
import type { RuleEntry } from './entries.ts';

/** Traps of a whole condition, rather than of one check in it. */
export function lintCondition(entry: RuleEntry, expr: Expr): readonly Warning[] {
  const appended = entry.condition.slice(1).map(({ text }) => text.trim());
  const first = entry.condition[0]?.text ?? '';
  // Pieces are joined as text: an `and` that is appended to `a or b` belongs to b alone.
  const bindsToLast = appended.some((text) => /^and\b/.test(text)) && expr.kind === 'or';
  if (!bindsToLast || !/\bor\b/.test(first)) return [];
  return [
    {
      code: 'LINT_APPEND_PRECEDENCE',
      message:
        'the appended "and" belongs to the last operand of the "or" before it, not to the whole ' +
        'condition: put the first condition in parentheses',
    },
  ];
}
