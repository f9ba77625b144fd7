import type { Expr } from '#engine/rules/ast.ts';
import { CONDITION_NODES, CONDITION_TREE_DEPTH, MACRO_CHAIN } from '#model/limits.ts';

/** A condition with its macros put in, and how large it is when every macro is written out. */
export interface Resolved {
  readonly expr: Expr;
  readonly nodes: number;
  readonly depth: number;
  /** Macros that stand on one another in it. */
  readonly chain: number;
}

/** What a name stands for: a condition, one that was refused before, or nothing. */
export type MacroLookup = (name: string) => Resolved | 'refused' | undefined;

export interface MacroProblem {
  /** undefined: a macro that is wrong itself, which is said where it is defined. */
  readonly message: string | undefined;
  readonly position: number;
}

/**
 * Puts macros in by reference: a subtree is shared by all who use it, so that macros of macros of
 * macros cost their number, not the size they unfold to (which is counted and bounded).
 * The problem is the first in the order of the text.
 */
export function resolveMacros(expr: Expr, lookup: MacroLookup): Resolved | MacroProblem {
  try {
    return resolve(expr, lookup);
  } catch (error) {
    if (error instanceof Unresolved) return error.problem;
    throw error;
  }
}

class Unresolved extends Error {
  readonly problem: MacroProblem;

  constructor(problem: MacroProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

function resolve(expr: Expr, lookup: MacroLookup): Resolved {
  switch (expr.kind) {
    case 'check':
      return { expr, nodes: 1, depth: 1, chain: 0 };
    case 'macro':
      return resolveName(expr, lookup);
    case 'not': {
      const child = resolve(expr.child, lookup);
      const same = child.expr === expr.child;
      return bounded(expr, same ? expr : { kind: 'not', child: child.expr }, [child]);
    }
    default: {
      const children = expr.children.map((child) => resolve(child, lookup));
      const same = children.every((child, index) => child.expr === expr.children[index]);
      const kind = expr.kind;
      return bounded(
        expr,
        same ? expr : { kind, children: children.map((child) => child.expr) },
        children,
      );
    }
  }
}

function resolveName(
  { name, position }: Extract<Expr, { kind: 'macro' }>,
  lookup: MacroLookup,
): Resolved {
  const found = lookup(name);
  if (found === 'refused') throw new Unresolved({ message: undefined, position });
  if (found === undefined) {
    throw new Unresolved({ message: `Undefined macro '${name}' used in filter.`, position });
  }
  const chain = found.chain + 1;
  if (chain <= MACRO_CHAIN) return { ...found, chain };
  const message = `expected at most ${MACRO_CHAIN} macros on top of one another, found more`;
  throw new Unresolved({ message, position });
}

function bounded(written: Expr, expr: Expr, parts: readonly Resolved[]): Resolved {
  let nodes = 1;
  let depth = 0;
  let chain = 0;
  for (const part of parts) {
    chain = Math.max(chain, part.chain);
    nodes += part.nodes;
    depth = Math.max(depth, part.depth);
  }
  if (nodes <= CONDITION_NODES && depth < CONDITION_TREE_DEPTH)
    return { expr, nodes, depth: depth + 1, chain };
  const message =
    nodes > CONDITION_NODES
      ? `expected a condition of at most ${CONDITION_NODES} checks with its macros, found more`
      : `expected a condition at most ${CONDITION_TREE_DEPTH} deep with its macros, found deeper`;
  throw new Unresolved({ message, position: positionOf(written) });
}

/** Where an expression begins: at its first check or name. */
function positionOf(expr: Expr): number {
  let first: Expr | undefined = expr;
  for (;;) {
    if (first === undefined) return 0;
    if (first.kind === 'not') first = first.child;
    else if (first.kind === 'and' || first.kind === 'or') first = first.children[0];
    else return first.position;
  }
}
