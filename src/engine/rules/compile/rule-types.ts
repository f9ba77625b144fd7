import { EVENTS, eventId } from '#model/event-schema.ts';
import type { BoundCheck } from './bind-check.ts';
import type { BoundExpr } from './bind-expr.ts';

/**
 * The event types that a condition can hold on: each check is asked what the type alone says, and
 * the answers go up the tree. Enter events, types that are no longer written and old versions that
 * are converted are never evaluated.
 */
export function ruleTypes(condition: BoundExpr, source: string): ReadonlySet<number> {
  const types = source === 'syscall' ? SYSCALL_TYPES : [PLUGIN_EVENT];
  return new Set(types.filter((type) => canHold(condition, type) !== false));
}

/** Every source but the kernel's hands its events over in this type. */
const PLUGIN_EVENT = eventId('pluginevent_e');

const SYSCALL_TYPES: readonly number[] = EVENTS.filter(
  ({ id, isEnter, flags }) =>
    id !== PLUGIN_EVENT &&
    !isEnter &&
    !flags.has('unused') &&
    !(flags.has('old') && flags.has('converted')),
).map((event) => event.id);

/** true: always holds on this type · false: never · undefined: the event decides. */
function canHold(expr: BoundExpr, type: number): boolean | undefined {
  switch (expr.kind) {
    case 'check':
      return checkOnType(expr.check, type);
    case 'not': {
      const child = canHold(expr.child, type);
      return child === undefined ? undefined : !child;
    }
    default:
      return groupOnType(expr.kind === 'or', expr.children, type);
  }
}

function groupOnType(
  deciding: boolean,
  children: readonly BoundExpr[],
  type: number,
): boolean | undefined {
  let sure = true;
  for (const child of children) {
    const value = canHold(child, type);
    if (value === deciding) return deciding;
    if (value === undefined) sure = false;
  }
  return sure ? !deciding : undefined;
}

// The same check stands in many rules: what each type says to it is worked out once.
const known = new WeakMap<BoundCheck, Map<number, boolean | undefined>>();

function checkOnType(check: BoundCheck, type: number): boolean | undefined {
  const answers = known.get(check) ?? new Map<number, boolean | undefined>();
  known.set(check, answers);
  if (answers.has(type)) return answers.get(type);
  const view = check.left.forType(type);
  const isConstant = view !== undefined && 'constant' in view;
  const isNull = isConstant && view.constant === undefined;
  const answer = isNull
    ? false
    : isConstant && check.right === undefined
      ? check.test(view.constant)
      : undefined;
  answers.set(type, answer);
  return answer;
}
