import type { Read } from '#engine/fields/field.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { BoundCheck, TextLookup } from './bind-check.ts';
import type { PlanCheck, PlanNode } from './plan.ts';
import { childrenOf, runCheck } from './plan.ts';
import type { ProcessMemory } from './process-memory.ts';
import { buildTextIndex, NULL_OUTCOME } from './text-index.ts';

/**
 * Generates the code that evaluates all rules of one event type. Compared with walking the trees
 * (interpret.ts) it is 20 to 60 times faster, see test/bench/engine.ts; the ugliness stays here.
 *
 * Every event gets a number E. Whatever may be needed twice while one event is evaluated is a
 * function that keeps its result with the number it was made for: values (V), look-ups of strings
 * (X), shared parts of conditions (N). Answers about the process (P) are kept with the process.
 * Nothing is computed before it is asked for, nothing is allocated.
 */
export interface RuleCode {
  /** Index of the first rule that holds, or -1. */
  readonly first: (ctx: Evaluation) => number;
  /** Pushes the index of each rule that holds; gives how many. */
  readonly all: (ctx: Evaluation, out: number[]) => number;
}

/** A rule's place in the set and its condition on this event type (true: always holds). */
export interface RuleRoot {
  readonly index: number;
  readonly node: PlanNode | true;
}

export function emitRules(roots: readonly RuleRoot[], memory: ProcessMemory): RuleCode {
  return new Emitter(roots, memory).build();
}

// Conditions that are nested deeper than this become functions of their own: the JavaScript parser
// is recursive. Rules of one function are few enough for the optimising compiler.
const INLINE_DEPTH = 20;
const RULES_A_FUNCTION = 100;
/** Strings of one field that are worth a common look-up. */
const INDEX_MIN_CONSTANTS = 3;
/** Conditions on the process cheaper than this are computed anew: keeping costs as much. */
const KEEP_MIN_NS = 8;

/** Reading a value that costs no more is as cheap as asking whether it has been read. */
const CHEAP_READ_NS = 3;

/** What is emitted for the values of one field. */
interface ValueUse {
  readonly read: Read;
  readonly checks: PlanCheck[];
  name: string;
}

class Emitter {
  private readonly roots: readonly RuleRoot[];
  private readonly memory: ProcessMemory;
  /** Objects that the code refers to, as K[i]. */
  private readonly constants: unknown[] = [];
  private readonly lines: string[] = [];
  private readonly stamps: string[] = [];
  private readonly values = new Map<string, ValueUse>();
  /** Expressions of checks that go through a common look-up. */
  private readonly indexed = new Map<PlanCheck, string>();
  private readonly functions = new Map<PlanNode, string>();
  private readonly depths = new Map<PlanNode, number>();
  private readonly keys = new Map<PlanNode, string>();

  constructor(roots: readonly RuleRoot[], memory: ProcessMemory) {
    this.roots = roots;
    this.memory = memory;
  }

  build(): RuleCode {
    this.collectValues();
    for (const use of this.values.values()) this.emitValue(use);
    const groups = chunk(this.roots, RULES_A_FUNCTION);
    const firsts = groups.map((group, i) => this.emitGroup(group, `first${i}`, firstStep));
    const alls = groups.map((group, i) => this.emitGroup(group, `all${i}`, allStep));
    const source = this.moduleSource(firsts, alls);
    // The code is made of numbers and of JSON of strings alone, never of a rule's text as it
    // stands.
    const make = new Function('K', 'A', source);
    return make(this.constants, (ctx: Evaluation) => this.memory.answersOf(ctx.thread));
  }

  private moduleSource(firsts: readonly string[], alls: readonly string[]): string {
    const firstBody = firsts.map((name) => `r = ${name}(c); if (r >= 0) return r;`).join(' ');
    const allBody = alls.map((name) => `${name}(c, out);`).join(' ');
    const reset = this.stamps.map((stamp) => `${stamp} = 0;`).join(' ');
    return `'use strict'; let E = 0, pe = 0, p;
${HELPERS}
${this.lines.join('\n')}
function next() { if (++E < 1000000000) return; ${reset} pe = 0; E = 1; }
function first(c) { next(); let r = -1; ${firstBody} return -1; }
function all(c, out) { next(); const before = out.length; ${allBody} return out.length - before; }
return { first, all };`;
  }

  /** A name for an object that the code refers to. */
  private constant(value: unknown): string {
    const name = `k${this.constants.length}`;
    this.lines.push(`const ${name} = K[${this.constants.length}];`);
    this.constants.push(value);
    return name;
  }

  private collectValues(): void {
    const seen = new Set<PlanNode>();
    const visit = (node: PlanNode): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (node.kind === 'check' && node.check.right === undefined) this.noteValue(node);
      for (const child of childrenOf(node)) visit(child);
    };
    for (const { node } of this.roots) if (node !== true) visit(node);
  }

  private noteValue(node: PlanCheck): void {
    const { key } = node.check.left;
    const use = this.values.get(key) ?? { read: node.read, checks: [], name: '' };
    use.checks.push(node);
    this.values.set(key, use);
  }

  private emitValue(use: ValueUse): void {
    const read = this.constant(use.read);
    use.name = read;
    if (use.checks.length > 1 && costOfReading(use) > CHEAP_READ_NS) {
      const id = this.stamps.length;
      use.name = `V${id}`;
      this.stamp(
        `v${id}`,
        `let w${id};
function V${id}(c) { if (v${id} === E) return w${id}; v${id} = E; return w${id} = ${read}(c); }`,
      );
    }
    // Checks of the process are asked once a process: a look-up would not pay.
    const lookups = use.checks.filter((node) => node.check.lookup && !node.isProcess);
    this.emitIndex(
      use,
      lookups.filter((node) => node.check.lookup?.how !== 'suffix'),
    );
    this.emitIndex(
      use,
      lookups.filter((node) => node.check.lookup?.how === 'suffix'),
    );
  }

  /** `let stamp = 0; code`, with the stamp reset when E starts again. */
  private stamp(name: string, code: string): void {
    this.stamps.push(name);
    this.lines.push(`let ${name} = 0; ${code}`);
  }

  private emitIndex(use: ValueUse, nodes: readonly PlanCheck[]): void {
    const lookups = nodes.flatMap(({ check }) => (check.lookup ? [check.lookup] : []));
    const constants = lookups.reduce((sum, lookup) => sum + lookup.values.length, 0);
    if (constants < INDEX_MIN_CONSTANTS) return;
    const { find, answers } = buildTextIndex(lookups);
    const id = this.stamps.length;
    const look = this.lookExpression(use, nodes, this.constant(find));
    this.stamp(
      `x${id}`,
      `let o${id} = 0;
function X${id}(c) { if (x${id} === E) return o${id}; x${id} = E; ${look} }`.replaceAll(
        'OUT',
        `o${id}`,
      ),
    );
    nodes.forEach((node, i) => {
      this.indexed.set(node, `${this.constant(answers[i])}[X${id}(c)] === 1`);
    });
  }

  /** Sets OUT to the outcome of the value, read in its place where it is part of a longer one. */
  private lookExpression(use: ValueUse, nodes: readonly PlanCheck[], find: string): string {
    const value = `const v = ${use.name}(c);
return OUT = v === undefined ? ${NULL_OUTCOME} : ${find}(v, 0, v.length);`;
    const part = nodes[0]?.check.left.field?.def.part;
    if (part === undefined) return value;
    const [whole, start, end] = [part.whole, part.start, part.end].map((f) => this.constant(f));
    return `const t = ${whole}(c); if (t === undefined) return OUT = ${NULL_OUTCOME};
const e = ${end}(t, c); if (e >= 0) return OUT = ${find}(t, ${start}(t), e); ${value}`;
  }

  private emitGroup(group: readonly RuleRoot[], name: string, step: RuleStep): string {
    const guards = this.hoistGuards(group);
    const lets = [...guards].map(([node, local]) => `const ${local} = ${this.expression(node)};`);
    const steps = group.map(({ index, node }) =>
      step(node === true ? 'true' : this.rootExpression(node, guards), index),
    );
    this.lines.push(
      `function ${name}(c, out) { ${lets.join(' ')}\n${steps.join('\n')}\nreturn -1; }`,
    );
    return name;
  }

  /** Conditions that several rules begin with are computed once, before the first of them. */
  private hoistGuards(group: readonly RuleRoot[]): ReadonlyMap<PlanNode, string> {
    const counts = new Map<PlanNode, number>();
    for (const { node } of group) {
      const guard = node === true ? undefined : firstOf(node);
      if (guard !== undefined) counts.set(guard, (counts.get(guard) ?? 0) + 1);
    }
    const guards = new Map<PlanNode, string>();
    for (const [guard, count] of counts) {
      if (count > 1) guards.set(guard, `g${guards.size}`);
    }
    return guards;
  }

  private rootExpression(node: PlanNode, guards: ReadonlyMap<PlanNode, string>): string {
    const whole = guards.get(node);
    if (whole !== undefined) return whole;
    if (node.kind !== 'and' || this.isKept(node)) return this.expression(node);
    const parts = node.children.map((child) => guards.get(child) ?? `(${this.expression(child)})`);
    return parts.join(' && ');
  }

  private expression(node: PlanNode): string {
    const known = this.functions.get(node);
    if (known !== undefined) return `${known}(c)`;
    if (this.isKept(node)) return `${this.emitKept(node)}(c)`;
    if (node.uses > 1 && !isTrivial(node, this.indexed)) return `${this.emitShared(node)}(c)`;
    const code = this.inline(node);
    return this.depth(node) % INLINE_DEPTH === INLINE_DEPTH - 1
      ? `${this.emitFunction(node, code)}(c)`
      : code;
  }

  private isKept(node: PlanNode): boolean {
    return node.isProcess && node.cost > KEEP_MIN_NS;
  }

  private depth(node: PlanNode): number {
    const known = this.depths.get(node);
    if (known !== undefined) return known;
    const depth = 1 + Math.max(0, ...childrenOf(node).map((child) => this.depth(child)));
    this.depths.set(node, depth);
    return depth;
  }

  private emitFunction(node: PlanNode, code: string): string {
    const name = `F${node.id}`;
    this.functions.set(node, name);
    this.lines.push(`function ${name}(c) { return ${code}; }`);
    return name;
  }

  private emitShared(node: PlanNode): string {
    const name = `N${node.id}`;
    this.functions.set(node, name);
    const code = this.inline(node);
    this.stamp(
      `s${node.id}`,
      `let b${node.id} = false;
function ${name}(c) {
  if (s${node.id} === E) return b${node.id};
  s${node.id} = E;
  return b${node.id} = ${code};
}`,
    );
    return name;
  }

  /** An answer about the process, kept with it. */
  private emitKept(node: PlanNode): string {
    const name = `P${node.id}`;
    this.functions.set(node, name);
    const slot = this.memory.slot(this.structuralKey(node));
    const code = this.inline(node);
    this.lines.push(`function ${name}(c) { if (pe !== E) { pe = E; p = A(c); } const k = p[${slot}];
if (k !== 0) return k === 1; const q = p; const r = ${code}; q[${slot}] = r ? 1 : 2; return r; }`);
    return name;
  }

  private structuralKey(node: PlanNode): string {
    const known = this.keys.get(node);
    if (known !== undefined) return known;
    const children = childrenOf(node).map((child) => this.structuralKey(child));
    const key =
      node.kind === 'check' ? node.check.key : `${node.kind}(${children.sort().join('\u0001')})`;
    this.keys.set(node, key);
    return key;
  }

  private inline(node: PlanNode): string {
    if (node.kind === 'check') return this.checkExpression(node);
    if (node.kind === 'not') return `!(${this.partExpression(node, node.child)})`;
    const operator = node.kind === 'and' ? ' && ' : ' || ';
    return node.children.map((child) => `(${this.partExpression(node, child)})`).join(operator);
  }

  /** Inside a kept answer nothing else is kept: the whole is asked once. */
  private partExpression(parent: PlanNode, child: PlanNode): string {
    if (!this.isKept(parent)) return this.expression(child);
    const known = this.functions.get(child);
    if (known !== undefined) return `${known}(c)`;
    const code = this.inlineKept(child);
    return this.depth(child) % INLINE_DEPTH === INLINE_DEPTH - 1
      ? `${this.emitFunction(child, code)}(c)`
      : code;
  }

  private inlineKept(node: PlanNode): string {
    if (node.kind === 'check') return this.checkExpression(node);
    const parts = childrenOf(node).map((child) => `(${this.inlineKept(child)})`);
    if (node.kind === 'not') return `!${parts[0]}`;
    return parts.join(node.kind === 'and' ? ' && ' : ' || ');
  }

  private checkExpression(node: PlanCheck): string {
    const indexed = this.indexed.get(node);
    if (indexed !== undefined) return indexed;
    const { check } = node;
    if (check.right !== undefined) return `${this.constant(runCheck(node))}(c)`;
    const use = this.values.get(check.left.key);
    const value = `${use?.name ?? this.constant(node.read)}(c)`;
    return directTest(check, value) ?? `${this.constant(check.test)}(${value})`;
  }
}

function costOfReading(use: ValueUse): number {
  return use.checks[0]?.check.left.cost ?? 0;
}

type RuleStep = (condition: string, index: number) => string;

const firstStep: RuleStep = (condition, index) => `if (${condition}) return ${index};`;
const allStep: RuleStep = (condition, index) => `if (${condition}) out.push(${index});`;

function chunk(roots: readonly RuleRoot[], size: number): readonly (readonly RuleRoot[])[] {
  const groups: RuleRoot[][] = [];
  for (let i = 0; i < roots.length; i += size) groups.push(roots.slice(i, i + size));
  return groups;
}

function firstOf(node: PlanNode): PlanNode | undefined {
  return node.kind === 'and' ? node.children[0] : node;
}

/** Keeping the result of a single comparison costs as much as making it. */
function isTrivial(node: PlanNode, indexed: ReadonlyMap<PlanCheck, string>): boolean {
  if (node.kind === 'not') return isTrivial(node.child, indexed);
  return node.kind === 'check' && (indexed.has(node) || node.cost <= 8);
}

const HELPERS = `
const ne = (v, k) => v !== undefined && v !== k;
const sw = (v, k) => v !== undefined && v.startsWith(k);
const ew = (v, k) => v !== undefined && v.endsWith(k);
const has = (v, k) => v !== undefined && v.includes(k);`;

/** Comparisons that JavaScript does itself; undefined for those that need a function. */
function directTest(check: BoundCheck, value: string): string | undefined {
  const { left, operator, constants, modifier, lookup } = check;
  if (left.isList || left.several !== undefined || left.type === 'net') return undefined;
  if (lookup !== undefined) return lookupTest(lookup, value);
  const [constant] = constants;
  if (constants.length !== 1 || constant === undefined || modifier !== undefined) return undefined;
  const literal = literalOf(constant);
  if (literal === undefined) return undefined;
  if (operator === '=' || operator === 'in' || operator === 'intersects')
    return `${value} === ${literal}`;
  if (operator === '!=') return `ne(${value}, ${literal})`;
  if (operator === 'contains') return `has(${value}, ${literal})`;
  const isOrder = operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
  return isOrder && typeof constant !== 'string' ? `${value} ${operator} ${literal}` : undefined;
}

function lookupTest({ how, values, negated }: TextLookup, value: string): string | undefined {
  const [text] = values;
  if (values.length !== 1 || text === undefined) return undefined;
  const literal = JSON.stringify(text);
  if (how === 'prefix') return `sw(${value}, ${literal})`;
  if (how === 'suffix') return `ew(${value}, ${literal})`;
  return negated ? `ne(${value}, ${literal})` : `${value} === ${literal}`;
}

function literalOf(constant: BoundCheck['constants'][number]): string | undefined {
  if (typeof constant === 'bigint') return `${constant}n`;
  return typeof constant === 'number' && !Number.isFinite(constant)
    ? undefined
    : JSON.stringify(constant);
}
