import { GENERIC_NAMES } from '#engine/fields/syscall-name.ts';
import type { Check, Expr, Operand } from '#engine/rules/ast.ts';
import { EVENTS, eventId } from '#model/event-schema.ts';
import { GENERIC_EVENT_NAMES } from './generic-event-names.ts';

/**
 * Which event types a condition can hold on, read off its tree: `and` intersects, `or` unites,
 * `not` is pushed down to the checks. Only checks of evt.type say anything; all others allow every
 * type.
 */
export function eventTypesOf(expr: Expr): ReadonlySet<number> {
  return typesOf(expr, false, BY_ID);
}

/** As eventTypesOf, by the names that rules use: of syscalls without a type of their own too. */
export function eventNamesOf(expr: Expr): ReadonlySet<string> {
  return typesOf(expr, false, BY_NAME);
}

/** The event types on which a rule of a source is evaluated. */
export function ruleEventTypes(rule: { source: string; condition: Expr }): ReadonlySet<number> {
  if (rule.source !== 'syscall') return new Set([PLUGIN_EVENT, ASYNC_EVENT]);
  return new Set([...eventTypesOf(rule.condition), ASYNC_EVENT]);
}

/** What stops the search for event types: in Falco this refuses the rule. */
export function eventTypeProblem(check: Check): string | undefined {
  const isRead = check.operator === 'exists' || TYPE_OPERATORS.has(check.operator);
  if (!isRead) return undefined;
  if (check.left.kind === 'transform' && usesEventType(check.left)) {
    return 'event code search does not support `evt.type` checks with transformers';
  }
  if (!isEventType(check.left) || check.right.kind !== 'operand') return undefined;
  return 'right-hand field comparisons on `evt.type` checks are not supported by event code search';
}

interface Universe<T> {
  readonly all: ReadonlySet<T>;
  readonly named: (name: string) => readonly T[];
}

const ASYNC_EVENT = eventId('asyncevent_e');
const PLUGIN_EVENT = eventId('pluginevent_e');
const GENERIC_IDS = [eventId('generic_e'), eventId('generic_x')];

const idsByName = Map.groupBy(EVENTS, (event) => event.name);
const genericNames = new Set(GENERIC_EVENT_NAMES.trim().split(/\s+/));
const aliases = [...GENERIC_NAMES].filter((name) => name !== '-' && name !== 'unknown');

/** Every name that evt.type can be compared with: syscalls by all their names (getuid32) too. */
export const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...idsByName.keys(),
  ...genericNames,
  ...aliases,
]);

const BY_ID: Universe<number> = {
  all: new Set(EVENTS.map((event) => event.id)),
  named: (name) =>
    idsByName.get(name)?.map((event) => event.id) ?? (EVENT_NAMES.has(name) ? GENERIC_IDS : []),
};

const namesOfTypes = new Set([...idsByName.keys(), ...genericNames]);
namesOfTypes.delete('syscall');

const BY_NAME: Universe<string> = {
  all: namesOfTypes,
  named: (name) => (namesOfTypes.has(name) ? [name] : []),
};

const TYPE_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', 'in']);

function isEventType(operand: Operand): boolean {
  if (operand.kind !== 'field' || (operand.arg ?? '') !== '') return false;
  return operand.name === 'evt.type' || operand.name === 'syscall.type';
}

function usesEventType(operand: Operand): boolean {
  if (operand.kind === 'field') return isEventType(operand);
  return operand.args.some(
    (arg) => (arg.kind === 'field' || arg.kind === 'transform') && usesEventType(arg),
  );
}

function typesOf<T>(expr: Expr, negated: boolean, universe: Universe<T>): ReadonlySet<T> {
  switch (expr.kind) {
    case 'not':
      return typesOf(expr.child, !negated, universe);
    case 'and':
    case 'or': {
      const sets = expr.children.map((child) => typesOf(child, negated, universe));
      return (expr.kind === 'and') === negated ? unite(sets, universe) : intersect(sets, universe);
    }
    case 'macro':
      return universe.all;
    case 'check':
      return typesOfCheck(expr, negated, universe);
  }
}

function typesOfCheck<T>(check: Check, negated: boolean, universe: Universe<T>): ReadonlySet<T> {
  if (!isEventType(check.left)) return universe.all;
  if (check.operator === 'exists') return negated ? new Set() : universe.all;
  if (!TYPE_OPERATORS.has(check.operator) || check.right.kind === 'operand') return universe.all;
  const names = check.right.kind === 'list' ? check.right.values : constantOf(check);
  const named = new Set(names.flatMap(universe.named));
  if ((check.operator === '!=') === negated) return named;
  return universe.all.difference(named);
}

function constantOf({ right }: Check): readonly string[] {
  return right.kind === 'value' ? [right.value] : [];
}

// The set of everything is shared, so that a rule without event types costs no copies.
function intersect<T>(sets: readonly ReadonlySet<T>[], { all }: Universe<T>): ReadonlySet<T> {
  const telling = sets.filter((set) => set !== all);
  const [first, ...rest] = telling;
  if (first === undefined) return all;
  return rest.reduce((sum, set) => sum.intersection(set), first);
}

function unite<T>(sets: readonly ReadonlySet<T>[], { all }: Universe<T>): ReadonlySet<T> {
  if (sets.some((set) => set === all)) return all;
  const sum = new Set<T>();
  for (const set of sets) for (const value of set) sum.add(value);
  return sum;
}
