import type { Expr, Operand } from '#engine/rules/ast.ts';
import { CONDITION_NESTING, CONDITION_TREE_DEPTH } from '#model/limits.ts';
import { ConditionError } from './condition-error.ts';
import { Cursor, PATTERNS } from './cursor.ts';
import { expectedTerm, takeCheck, takeMacroName } from './parse-check.ts';
import { takeField, takeTransform } from './parse-operand.ts';

/**
 * Conditions: `and` binds tighter than `or`, `not` tightest; a check is a field with a comparison,
 * a bare name is a macro. Groups can be nested as deep as somebody's generator writes them, so they
 * are kept on a stack of our own, not on the machine's.
 *
 * A group right behind `or(` is a whole operand of that `or`: `a or(b) and c` is an error, as it is
 * in Falco, while `a or (b) and c` is not.
 */
interface Group {
  readonly or: Sized[];
  and: Sized[];
  negated: boolean;
  /** Where it belongs in the group around it. */
  readonly place: 'root' | 'term' | 'and' | 'or';
}

/** An expression with the depth of its tree, so that consumers may recurse over what we return. */
interface Sized {
  readonly expr: Expr;
  readonly depth: number;
}

/** The tree of a condition; throws ConditionError. */
export function parseCondition(text: string): Expr {
  const cursor = new Cursor(text);
  if (text === '') throw new ConditionError('expected a condition, found an empty text', 0);
  const groups: Group[] = [newGroup('root')];
  for (;;) {
    const group = groups.at(-1);
    if (group === undefined) throw new ConditionError('the parser lost its groups', cursor.at);
    const term = parseTerm(cursor, group);
    if (term === 'group') {
      open(cursor, groups, 'term');
      continue;
    }
    finishTerm(cursor, group, term);
    const whole = closeGroups(cursor, groups);
    if (whole !== undefined) return whole;
  }
}

function newGroup(place: Group['place']): Group {
  return { or: [], and: [], negated: false, place };
}

function open(cursor: Cursor, groups: Group[], place: Group['place']): void {
  if (groups.length > CONDITION_NESTING) {
    throw new ConditionError(
      `expected at most ${CONDITION_NESTING} groups inside one another`,
      cursor.at,
    );
  }
  groups.push(newGroup(place));
}

/** A check or macro, or the news that a group begins; `not` before it is noted in the group. */
function parseTerm(cursor: Cursor, group: Group): Expr | 'group' {
  cursor.skipBlanks();
  group.negated = false;
  while (cursor.takePattern(PATTERNS.notAndBlank) !== undefined) group.negated = !group.negated;
  if (cursor.take('not(')) {
    group.negated = !group.negated;
    return 'group';
  }
  cursor.skipBlanks();
  if (cursor.take('(')) return 'group';
  const check = takeCheck(cursor);
  if (check !== undefined) return check;
  const macro = takeMacroName(cursor);
  if (macro === undefined) throw expectedTerm(cursor);
  return { kind: 'macro', ...macro };
}

function finishTerm(cursor: Cursor, group: Group, term: Expr | Sized): void {
  const sized = 'expr' in term ? term : { expr: term, depth: 1 };
  group.and.push(group.negated ? negate(cursor, sized) : sized);
}

/** After an operand: goes on to the next one (undefined), or ends the condition (its tree). */
function closeGroups(cursor: Cursor, groups: Group[]): Expr | undefined {
  let place: Group['place'] = 'and';
  for (;;) {
    const group = groups.at(-1);
    if (group === undefined) throw new ConditionError('the parser lost its groups', cursor.at);
    if (place !== 'or') {
      const next = takeJoin(cursor, 'and');
      if (next === 'group') open(cursor, groups, 'and');
      if (next !== undefined) return undefined;
      group.or.push(join(cursor, 'and', group.and));
      group.and = [];
    }
    const next = takeJoin(cursor, 'or');
    if (next === 'group') open(cursor, groups, 'or');
    if (next !== undefined) return undefined;
    const whole = join(cursor, 'or', group.or);
    groups.pop();
    const outer = groups.at(-1);
    if (outer === undefined) return end(cursor, whole);
    if (!cursor.take(')')) throw cursor.expected("a ')' token");
    place = group.place;
    if (place === 'term') finishTerm(cursor, outer, whole);
    else outer[place === 'or' ? 'or' : 'and'].push(whole);
  }
}

function end(cursor: Cursor, whole: Sized): Expr {
  if (cursor.atEnd) return whole.expr;
  const after = cursor.last;
  throw new ConditionError(
    `unexpected token after '${after}', expecting 'or', 'and', found ${cursor.found()}`,
    cursor.at,
  );
}

/** `and` or `or`: with a blank the next term follows, with `(` a group that is an operand. */
function takeJoin(cursor: Cursor, word: 'and' | 'or'): 'term' | 'group' | undefined {
  cursor.skipBlanks();
  if (!cursor.take(word)) return undefined;
  if (cursor.skipBlanks()) return 'term';
  if (cursor.take('(')) return 'group';
  throw cursor.expected(`blank or '(' after '${word}'`);
}

function join(cursor: Cursor, kind: 'and' | 'or', parts: readonly Sized[]): Sized {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  const depth = 1 + parts.reduce((most, part) => Math.max(most, part.depth), 0);
  return bounded(cursor, { expr: { kind, children: parts.map((part) => part.expr) }, depth });
}

function negate(cursor: Cursor, { expr, depth }: Sized): Sized {
  return bounded(cursor, { expr: { kind: 'not', child: expr }, depth: depth + 1 });
}

function bounded(cursor: Cursor, sized: Sized): Sized {
  if (sized.depth <= CONDITION_TREE_DEPTH) return sized;
  throw new ConditionError(
    `expected a tree of "and", "or" and "not" at most ${CONDITION_TREE_DEPTH} deep`,
    cursor.at,
  );
}

/** A field or transformer alone, as exceptions name it; undefined for any other text. */
export function parseLeftSide(text: string): Operand | undefined {
  const cursor = new Cursor(text.trim());
  try {
    const operand = takeField(cursor) ?? takeTransform(cursor);
    return cursor.atEnd ? operand : undefined;
  } catch (error) {
    if (error instanceof ConditionError) return undefined;
    throw error;
  }
}
