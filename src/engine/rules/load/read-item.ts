import type { Item } from './item.ts';
import { didYouMean } from './item.ts';
import type { ReadContext } from './read-context.ts';
import { APPEND_AND_OVERRIDE, APPEND_IS_DEPRECATED, warnOfUnknownKeys } from './read-context.ts';
import { readOverrides } from './read-overrides.ts';
import { readRule } from './read-rule.ts';
import { readEngineVersion, readPluginVersions } from './read-versions.ts';

const KINDS = [
  'rule',
  'macro',
  'list',
  'required_engine_version',
  'required_plugin_versions',
] as const;

/** One element of a rule file's sequence. The first key that fits says what it is. */
export function readItem(item: Item, context: ReadContext): void {
  if (item.has('required_engine_version')) readEngineVersion(item, context.collection);
  else if (item.has('required_plugin_versions')) readPluginVersions(item, context.collection);
  else if (item.has('list')) readList(item, context);
  else if (item.has('macro')) readMacro(item, context);
  else if (item.has('rule')) readRule(item, context);
  else {
    const [first] = item.keys();
    const near = first === undefined ? '' : didYouMean(first.text, KINDS);
    context.report.warn('LOAD_UNKNOWN_ITEM', `Unknown top level item${near}`, item);
  }
}

function readList(unnamed: Item, context: ReadContext): void {
  const name = unnamed.text('list').text;
  const item = unnamed.named(name);
  if (!/^[^()"'\s=,]+$/.test(name)) {
    const pattern = `([^()"'[:space:]=,]+)`;
    const message = `List has an invalid name. List names should match a regular expression: ${pattern}`;
    context.report.warn('LOAD_INVALID_LIST_NAME', message, placeOf(item));
  }
  const items = item.texts('items');
  const append = isAppend(item, context, ['items']);
  warnOfUnknownKeys(item, context, ['list', 'items', 'append', 'override']);
  if (append) context.collection.appendList(name, items, item.place);
  else context.collection.defineList(name, items, item.place);
}

function readMacro(unnamed: Item, context: ReadContext): void {
  const name = unnamed.text('macro').text;
  const item = unnamed.named(name);
  if (!/^[a-zA-Z]+[a-zA-Z0-9_]*$/.test(name)) {
    const pattern = '([a-zA-Z]+[a-zA-Z0-9_]*)';
    const message = `Macro has an invalid name. Macro names should match a regular expression: ${pattern}`;
    context.report.warn('LOAD_INVALID_MACRO_NAME', message, placeOf(item));
  }
  const condition = item.text('condition');
  const append = isAppend(item, context, ['condition']);
  warnOfUnknownKeys(item, context, ['macro', 'condition', 'append', 'override']);
  if (append) context.collection.appendMacro(name, condition, item.place);
  else context.collection.defineMacro(name, condition, item.place);
}

/** Whether a list or macro adds to an earlier one; replacing is the same as defining it anew. */
function isAppend(item: Item, { report }: ReadContext, keys: readonly string[]): boolean {
  const flag = item.flag('append') ?? false;
  if (flag) report.warn('LOAD_DEPRECATED_ITEM', APPEND_IS_DEPRECATED, placeOf(item));
  const overrides = readOverrides(item, { append: keys, replace: keys });
  const hasOverrides = overrides.append.size + overrides.replace.size > 0;
  if (flag && hasOverrides) item.fail(APPEND_AND_OVERRIDE);
  return flag || overrides.append.size > 0;
}

function placeOf(item: Item) {
  return { place: item.place, item: item.name };
}
