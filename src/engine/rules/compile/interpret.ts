import type { Evaluation } from '#model/evaluation.ts';
import { evaluateCheck } from './bind-check.ts';
import type { BoundExpr } from './bind-expr.ts';

/**
 * The plain meaning of a condition, one node after the other: what generated code is compared with
 * in tests. Never used where speed matters.
 */
export function interpret(expr: BoundExpr, ctx: Evaluation): boolean {
  switch (expr.kind) {
    case 'and':
      return expr.children.every((child) => interpret(child, ctx));
    case 'or':
      return expr.children.some((child) => interpret(child, ctx));
    case 'not':
      return !interpret(expr.child, ctx);
    case 'check':
      return evaluateCheck(expr.check, expr.check.left.read)(ctx) === true;
  }
}
