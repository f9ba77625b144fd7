import { CONDITION_CHARS } from '#model/limits.ts';
import { isText, takesList } from './check-exception.ts';
import { ConditionText } from './condition-text.ts';
import type { ExceptionEntry, ExceptionPart } from './entries.ts';
import type { Located } from './item.ts';
import { LoadError } from './report.ts';
import type { Place } from './source-file.ts';
import { quoteItem, substituteList, wordsOf } from './substitute-list.ts';

/** A list with its own lists put in, one level deep, as Falco does. */
export interface CompiledList {
  readonly name: string;
  readonly order: number;
  readonly items: readonly string[];
  used: boolean;
}

/** `cond1 cond2 …` or, with exceptions, `(cond1 cond2) and not (…)`. */
export function buildCondition(
  condition: readonly Located[],
  exceptions: readonly ExceptionEntry[],
  rule: string,
): ConditionText {
  const built = new ConditionText();
  if (exceptions.length > 0) built.add('(');
  condition.forEach((piece, index) => {
    if (index > 0) built.add(' ');
    built.add(piece);
  });
  if (exceptions.length > 0) built.add(')');
  for (const exception of exceptions) addException(built, exception, rule);
  return built;
}

function addException(built: ConditionText, exception: ExceptionEntry, rule: string): void {
  const fail = (message: string): never => {
    throw new LoadError('LOAD_ERR_VALIDATE', message, { place: exception.place, item: rule });
  };
  if (exception.values.length === 0 || exception.fields === undefined) return;
  built.add(' and not ');
  if (isText(exception.fields))
    addScalarException(built, { ...exception, fields: exception.fields }, fail);
  else addListException(built, { ...exception, fields: exception.fields }, fail);
}

function addScalarException(
  built: ConditionText,
  exception: ExceptionEntry & { readonly fields: Located },
  fail: (message: string) => never,
): void {
  const { fields, comparisons, values } = exception;
  built.add('(');
  built.add(fields);
  built.add(` ${isText(comparisons) ? comparisons.text : 'in'} (`);
  for (const [index, value] of values.entries()) {
    if (!isText(value)) fail('Expected values array to contain a list of strings');
    else {
      built.add(index === 0 ? '' : ', ');
      built.add({ ...value, text: quoteItem(value.text) });
    }
  }
  built.add('))');
}

function addListException(
  built: ConditionText,
  exception: ExceptionEntry & { readonly fields: readonly ExceptionPart[] },
  fail: (message: string) => never,
): void {
  const { fields, comparisons, values } = exception;
  built.add('(');
  values.forEach((row, index) => {
    const cells = isText(row) ? [] : row;
    if (cells.length !== fields.length) fail('Fields and values lists must have equal length');
    built.add(index === 0 ? '(' : ' or (');
    fields.forEach((field, column) => {
      const chosen =
        comparisons === undefined || isText(comparisons) ? undefined : comparisons[column];
      const comparison = isText(chosen) ? chosen.text : '=';
      built.add(column === 0 ? ' ' : ' and  ');
      if (isText(field)) built.add(field);
      built.add(` ${comparison} `);
      addCell(built, cells[column], comparison);
    });
    built.add(')');
  });
  built.add(')');
}

function addCell(built: ConditionText, cell: ExceptionPart | undefined, comparison: string): void {
  if (cell === undefined) return;
  if (isText(cell)) {
    built.add({
      ...cell,
      text: takesList(comparison) ? inParentheses(cell.text) : quoteItem(cell.text),
    });
    return;
  }
  built.add('(');
  cell.forEach((item, index) => {
    built.add(index === 0 ? '' : ', ');
    if (isText(item)) built.add({ ...item, text: quoteItem(item.text) });
  });
  built.add(')');
}

function inParentheses(text: string): string {
  return text.startsWith('(') ? text : `(${text})`;
}

/** All lists, and those whose name has a delimiter in it: no word of a text, yet Falco finds it. */
export interface Lists {
  readonly lists: ReadonlyMap<string, CompiledList>;
  readonly oddLists: readonly CompiledList[];
}

/** What came of putting lists in: those used, and where one stood inside of a quoted text. */
export interface PutIn {
  readonly used: readonly CompiledList[];
  readonly quoted: readonly { readonly list: string; readonly place: Place }[];
}

/**
 * Puts the lists in, in the order of their definition, each once: a list's name that a later list
 * brings in is replaced, one that an earlier list would have replaced stays.
 */
export function putListsIn(
  built: ConditionText,
  { lists, oddLists }: Lists,
  at: { readonly place: Place; readonly item: string },
): PutIn {
  const used: CompiledList[] = [];
  const quoted: { list: string; place: Place }[] = [];
  const waiting = new Map<number, CompiledList>();
  for (const word of wordsOf(built.text)) addWaiting(waiting, lists.get(word), -1);
  for (const list of oddLists) waiting.set(list.order, list);
  while (waiting.size > 0) {
    const order = Math.min(...waiting.keys());
    const list = waiting.get(order);
    waiting.delete(order);
    if (list === undefined) continue;
    const substitution = substituteList(built.text, list.name, list.items);
    if (substitution === undefined) continue;
    if (substitution.text.length > CONDITION_CHARS) {
      const most = `${CONDITION_CHARS} characters with its lists`;
      const message = `expected a condition of at most ${most}, found more`;
      throw new LoadError('MIDWATCH_ERR_LIMIT', message, at);
    }
    const inQuotes = substitution.edits.find((edit) => isInQuotes(built.text, edit.nameStart));
    const place = inQuotes && built.placeAt(inQuotes.nameStart);
    if (place !== undefined) quoted.push({ list: list.name, place });
    built.replaced(substitution.text, substitution.edits);
    used.push(list);
    for (const word of list.items.flatMap(wordsOf)) addWaiting(waiting, lists.get(word), order);
  }
  return { used, quoted };
}

function addWaiting(
  waiting: Map<number, CompiledList>,
  list: CompiledList | undefined,
  after: number,
): void {
  if (list !== undefined && list.order > after) waiting.set(list.order, list);
}

/** Whether an offset lies between quotes; only looked at in texts that people write. */
function isInQuotes(text: string, offset: number): boolean {
  if (offset > QUOTES_LOOKED_AT || !/["']/.test(text.slice(0, offset))) return false;
  let open = '';
  for (let i = 0; i < offset; i++) {
    const char = text[i] ?? '';
    if (open !== '') open = char === open && text[i - 1] !== '\\' ? '' : open;
    else if (char === '"' || char === "'") open = char;
  }
  return open !== '';
}

const QUOTES_LOOKED_AT = 10_000;
