import type { Expr } from '#engine/rules/ast.ts';
import type { BoundCheck } from './bind-check.ts';
import { bindCheck } from './bind-check.ts';
import { CompileError } from './compile-error.ts';

/** A condition whose checks are ready to run. */
export type BoundExpr =
  | { readonly kind: 'and' | 'or'; readonly children: readonly BoundExpr[] }
  | { readonly kind: 'not'; readonly child: BoundExpr }
  | { readonly kind: 'check'; readonly check: BoundCheck };

/**
 * Binds the checks of many conditions; equal ones are bound once. Macros put the same checks into
 * dozens of rules, and binding parses patterns and builds sets.
 */
export class CheckBinder {
  private readonly byText = new Map<string, BoundCheck>();

  bind(expr: Expr): BoundExpr {
    switch (expr.kind) {
      case 'and':
      case 'or':
        return { kind: expr.kind, children: expr.children.map((child) => this.bind(child)) };
      case 'not':
        return { kind: 'not', child: this.bind(expr.child) };
      case 'macro':
        throw new CompileError(`undefined macro '${expr.name}' used in filter`, expr.position);
      case 'check': {
        const { position: _, ...facts } = expr;
        const text = JSON.stringify(facts, withoutPositions);
        const check = this.byText.get(text) ?? bindCheck(expr);
        this.byText.set(text, check);
        return { kind: 'check', check };
      }
    }
  }
}

function withoutPositions(key: string, value: unknown): unknown {
  return key === 'position' ? undefined : value;
}
