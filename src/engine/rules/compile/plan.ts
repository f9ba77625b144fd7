import type { Read, TypeView } from '#engine/fields/field.ts';
import type { BoundCheck } from './bind-check.ts';
import { evaluateCheck } from './bind-check.ts';
import type { BoundExpr } from './bind-expr.ts';

/**
 * What is left of conditions for one event type: checks that the type decides are worked out, `and`
 * and `or` are flat, and equal parts are one node, so that the emitter can compute each once.
 */
export type PlanNode = PlanCheck | PlanGroup | PlanNot;

interface PlanFacts {
  /** Position in the plan; children come before their parents. */
  readonly id: number;
  /** Its value is constant until the process's generation grows. */
  readonly isProcess: boolean;
  readonly cost: number;
  readonly chance: number;
  /** How many places use it. */
  uses: number;
}

export interface PlanCheck extends PlanFacts {
  readonly kind: 'check';
  readonly check: BoundCheck;
  /** Reads the left side in the way made for this event type. */
  readonly read: Read;
}

export interface PlanGroup extends PlanFacts {
  readonly kind: 'and' | 'or';
  readonly children: readonly PlanNode[];
}

export interface PlanNot extends PlanFacts {
  readonly kind: 'not';
  readonly child: PlanNode;
}

/** true and false are not nodes: they never stay inside a plan. */
export type Planned = PlanNode | boolean;

export class Plan {
  readonly nodes: PlanNode[] = [];
  private readonly byKey = new Map<string, PlanNode>();
  private readonly eventType: number;
  private readonly genericName: TypeView | undefined;

  /** For events of one type; of generic ones, for those that carry the name. */
  constructor(eventType: number, genericName?: string) {
    this.eventType = eventType;
    this.genericName = genericName === undefined ? undefined : { constant: genericName };
  }

  /** Adds a condition; gives its node, or what it always is on this event type. */
  add(expr: BoundExpr): Planned {
    const planned = this.plan(expr);
    if (typeof planned !== 'boolean') planned.uses++;
    return planned;
  }

  private plan(expr: BoundExpr): Planned {
    switch (expr.kind) {
      case 'check':
        return this.planCheck(expr.check);
      case 'not':
        return this.planNot(this.plan(expr.child));
      default:
        return this.planGroup(
          expr.kind,
          expr.children.map((child) => this.plan(child)),
        );
    }
  }

  private planCheck(check: BoundCheck): Planned {
    const view = this.viewOf(check);
    if (view !== undefined && 'constant' in view && check.right === undefined) {
      return check.test(view.constant);
    }
    if (view !== undefined && 'constant' in view && view.constant === undefined) return false;
    const known = this.byKey.get(check.key);
    if (known !== undefined) return known;
    const read = readOf(check, view);
    const { isProcess, cost, chance } = check;
    return this.intern(check.key, { kind: 'check', check, read, isProcess, cost, chance });
  }

  private viewOf({ left }: BoundCheck): TypeView | undefined {
    const isName = this.genericName !== undefined && left.field?.def.name === 'evt.type';
    return isName ? this.genericName : left.forType(this.eventType);
  }

  private planNot(child: Planned): Planned {
    if (typeof child === 'boolean') return !child;
    if (child.kind === 'not') return child.child;
    const { isProcess, cost, chance } = child;
    return this.intern(`!${child.id}`, { kind: 'not', child, isProcess, cost, chance: 1 - chance });
  }

  private planGroup(kind: 'and' | 'or', planned: readonly Planned[]): Planned {
    const deciding = kind === 'or';
    if (planned.includes(deciding)) return deciding;
    const flat = planned.flatMap((child) => {
      if (typeof child === 'boolean') return [];
      return child.kind === kind ? child.children : [child];
    });
    const children = this.gatherProcess(kind, [...new Set(flat)]);
    return this.group(kind, children) ?? !deciding;
  }

  /** Parts that only the process decides become one, whose answer is kept with the process. */
  private gatherProcess(kind: 'and' | 'or', children: readonly PlanNode[]): readonly PlanNode[] {
    const ofProcess = children.filter((child) => child.isProcess);
    if (ofProcess.length < 2 || ofProcess.length === children.length) return children;
    const rest = children.filter((child) => !child.isProcess);
    const gathered = this.group(kind, ofProcess);
    return gathered === undefined ? rest : [...rest, gathered];
  }

  private group(kind: 'and' | 'or', children: readonly PlanNode[]): PlanNode | undefined {
    const [only] = children;
    if (only === undefined || children.length === 1) return only;
    const ordered = orderChildren(kind, children);
    const ids = ordered.map((child) => child.id).sort((a, b) => a - b);
    return this.intern(`${kind} ${ids.join(' ')}`, {
      kind,
      children: ordered,
      isProcess: ordered.every((child) => child.isProcess),
      ...estimate(kind, ordered),
    });
  }

  private intern(key: string, facts: NewNode): PlanNode {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const node: PlanNode = { ...facts, id: this.nodes.length, uses: 0 };
    for (const child of childrenOf(node)) child.uses++;
    this.byKey.set(key, node);
    this.nodes.push(node);
    return node;
  }
}

type New<T> = Omit<T, 'id' | 'uses'>;
type NewNode = New<PlanCheck> | New<PlanGroup> | New<PlanNot>;

export function childrenOf(node: PlanNode): readonly PlanNode[] {
  if (node.kind === 'check') return [];
  return node.kind === 'not' ? [node.child] : node.children;
}

function readOf(check: BoundCheck, view: ReturnType<BoundCheck['left']['forType']>): Read {
  if (view === undefined) return check.left.read;
  if ('read' in view) return view.read;
  const { constant } = view;
  return () => constant;
}

/** Reading the answer that is kept with the process costs this, whatever it answers. */
const KEPT_NS = 4;

function price(node: PlanNode): number {
  return node.isProcess ? Math.min(node.cost, KEPT_NS) : node.cost;
}

/** Cheapest first by what it costs to reach a decision: fields are pure, so order means nothing. */
function orderChildren(kind: 'and' | 'or', children: readonly PlanNode[]): readonly PlanNode[] {
  const rank = (node: PlanNode): number => {
    const deciding = kind === 'and' ? 1 - node.chance : node.chance;
    return price(node) / Math.max(deciding, 0.02);
  };
  return children
    .map((node) => ({ node, rank: rank(node) }))
    .sort((a, b) => a.rank - b.rank || a.node.id - b.node.id)
    .map(({ node }) => node);
}

function estimate(
  kind: 'and' | 'or',
  children: readonly PlanNode[],
): { cost: number; chance: number } {
  let reached = 1;
  let cost = 0;
  for (const child of children) {
    cost += reached * price(child);
    reached *= kind === 'and' ? child.chance : 1 - child.chance;
  }
  return { cost, chance: kind === 'and' ? reached : 1 - reached };
}

/** A check as a function of the event, for the event type of its plan. */
export function runCheck(node: PlanCheck): Read {
  return evaluateCheck(node.check, node.read);
}
