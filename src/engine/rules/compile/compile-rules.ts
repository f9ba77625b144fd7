import { GENERIC } from '#engine/fields/syscall-name.ts';
import type { Rule } from '#engine/rules/rule.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { BoundExpr } from './bind-expr.ts';
import { CheckBinder } from './bind-expr.ts';
import type { RuleCode, RuleRoot } from './emit.ts';
import { emitRules } from './emit.ts';
import { GenericRules } from './generic-rules.ts';
import type { Planned } from './plan.ts';
import { Plan } from './plan.ts';
import { ProcessMemory } from './process-memory.ts';
import { ruleTypes } from './rule-types.ts';

export interface CompileOptions {
  /** Rules of other sources are left out (their indices stay theirs). */
  readonly source?: 'syscall' | 'k8s_audit';
}

/** What became of one rule on one event type, for `rules explain`. */
export interface RuleExplanation {
  readonly eventTypes: readonly {
    readonly type: number;
    readonly name: string;
    readonly costNs: number;
  }[];
  /**
   * The checks that it asks, cheapest first, with the estimate in ns and how many rules share each.
   */
  readonly checks: readonly {
    readonly text: string;
    readonly costNs: number;
    readonly rules: number;
    readonly keptWithProcess: boolean;
  }[];
}

/**
 * A rule set made into code: one function an event type, made when the first event of that type
 * comes (or by `prepare`), holding only the rules that can match it.
 */
export class CompiledRules {
  /** The types of events that any rule can match. */
  readonly eventTypes: ReadonlySet<number>;
  private readonly conditions: readonly (BoundExpr | undefined)[];
  private readonly typesOfRules: readonly ReadonlySet<number>[];
  private readonly memory = new ProcessMemory();
  private readonly first: (RuleCode['first'] | undefined)[] = new Array(EVENTS.length);
  private readonly all: (RuleCode['all'] | undefined)[] = new Array(EVENTS.length);

  constructor(conditions: readonly (BoundExpr | undefined)[], source = 'syscall') {
    this.conditions = conditions;
    this.typesOfRules = conditions.map((condition) =>
      condition === undefined ? new Set<number>() : ruleTypes(condition, source),
    );
    this.eventTypes = new Set(this.typesOfRules.flatMap((types) => [...types]));
  }

  /** Index of the first rule, in their order, that the event matches; -1 for none. */
  matchFirst(ctx: Evaluation): number {
    const code = this.first[ctx.evt.type];
    return code === undefined ? this.prepareFirst(ctx) : code(ctx);
  }

  /** Pushes the indices of all rules that the event matches, in their order; gives how many. */
  matchAll(ctx: Evaluation, out: number[]): number {
    const code = this.all[ctx.evt.type];
    return code === undefined ? this.prepareAll(ctx, out) : code(ctx, out);
  }

  /** Makes the code of the given event types now, so that their first events do not wait for it. */
  prepare(eventTypes: Iterable<number> = this.eventTypes): void {
    for (const type of eventTypes) {
      if (this.first[type] !== undefined) continue;
      const { first, all } =
        type === GENERIC ? new GenericRules((name) => this.make(type, name)) : this.make(type);
      this.first[type] = first;
      this.all[type] = all;
    }
  }

  /** Forgets what was kept about processes: after users or groups changed. */
  forget(): void {
    this.memory.forget();
  }

  /** Which event types a rule is evaluated on, and what it asks there. */
  explain(index: number): RuleExplanation {
    const types = [...(this.typesOfRules[index] ?? [])];
    const condition = this.conditions[index];
    if (condition === undefined) return { eventTypes: [], checks: [] };
    const eventTypes = types.map((type) => ({
      type,
      name: EVENTS[type]?.name ?? '',
      costNs: costOf(new Plan(type).add(condition)),
    }));
    return { eventTypes, checks: this.explainChecks(condition) };
  }

  private explainChecks(condition: BoundExpr): RuleExplanation['checks'] {
    const counts = new Map<string, number>();
    for (const other of this.conditions) {
      if (other === undefined) continue;
      for (const { key } of new Set(checksOf(other))) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...new Set(checksOf(condition))]
      .sort((a, b) => a.cost - b.cost)
      .map((check) => ({
        text: check.text,
        costNs: check.cost,
        rules: counts.get(check.key) ?? 1,
        keptWithProcess: check.isProcess,
      }));
  }

  private prepareFirst(ctx: Evaluation): number {
    this.prepare([ctx.evt.type]);
    return this.first[ctx.evt.type]?.(ctx) ?? -1;
  }

  private prepareAll(ctx: Evaluation, out: number[]): number {
    this.prepare([ctx.evt.type]);
    return this.all[ctx.evt.type]?.(ctx, out) ?? 0;
  }

  private make(eventType: number, genericName?: string): RuleCode {
    const plan = new Plan(eventType, genericName);
    const roots: RuleRoot[] = [];
    this.conditions.forEach((condition, index) => {
      if (condition === undefined || !this.typesOfRules[index]?.has(eventType)) return;
      const node = plan.add(condition);
      if (node !== false) roots.push({ index, node });
    });
    return roots.length === 0 ? NO_RULES : emitRules(roots, this.memory);
  }
}

const NO_RULES: RuleCode = { first: () => -1, all: () => 0 };

function costOf(planned: Planned): number {
  return typeof planned === 'boolean' ? 0 : Math.round(planned.cost);
}

function checksOf(expr: BoundExpr): readonly (BoundExpr & { kind: 'check' })['check'][] {
  if (expr.kind === 'check') return [expr.check];
  return expr.kind === 'not' ? checksOf(expr.child) : expr.children.flatMap(checksOf);
}

/**
 * Binds and compiles; throws CompileError where a condition cannot be. Disabled rules are left out.
 */
export function compileRules(rules: readonly Rule[], options: CompileOptions = {}): CompiledRules {
  const { source = 'syscall' } = options;
  const binder = new CheckBinder();
  return new CompiledRules(
    rules.map((rule) =>
      rule.enabled && rule.source === source ? binder.bind(rule.condition) : undefined,
    ),
    source,
  );
}
