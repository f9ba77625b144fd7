import type { Priority } from '#engine/rules/rule.ts';
import { PRIORITIES } from '#engine/rules/rule.ts';
import { sortedTags } from './collection.ts';
import type { RuleUpdate } from './entries.ts';
import type { Item } from './item.ts';
import { didYouMean } from './item.ts';
import type { ReadContext } from './read-context.ts';
import { APPEND_AND_OVERRIDE, APPEND_IS_DEPRECATED, warnOfUnknownKeys } from './read-context.ts';
import { readExceptions } from './read-exceptions.ts';
import { readMidwatch } from './read-midwatch.ts';
import type { Overridable, Overrides } from './read-overrides.ts';
import { readOverrides } from './read-overrides.ts';

const KEYS = [
  'rule',
  'condition',
  'output',
  'desc',
  'priority',
  'source',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
  'tags',
  'exceptions',
  'append',
  'override',
  'capture',
  'capture_duration',
  'midwatch',
] as const;

const OVERRIDABLE: Overridable = {
  append: ['condition', 'output', 'desc', 'tags', 'exceptions'],
  replace: [
    'condition',
    'output',
    'desc',
    'priority',
    'tags',
    'exceptions',
    'enabled',
    'warn_evttypes',
    'skip-if-unknown-filter',
    'capture',
    'capture_duration',
    'midwatch',
  ],
};

const ENABLED_IS_DEPRECATED =
  "The standalone 'enabled' key usage is deprecated. The correct approach requires also a " +
  "'replace' entry under the 'override' key (i.e. 'enabled: replace').";

export function readRule(unnamed: Item, context: ReadContext): void {
  const name = unnamed.text('rule').text;
  const item = unnamed.named(name);
  const append = item.flag('append') ?? false;
  if (append) {
    const at = { place: item.place, item: name };
    context.report.warn('LOAD_DEPRECATED_ITEM', APPEND_IS_DEPRECATED, at);
  }
  const overrides = readOverrides(item, OVERRIDABLE);
  const hasOverrides = overrides.append.size + overrides.replace.size > 0;
  if (append && hasOverrides) item.fail(APPEND_AND_OVERRIDE);
  warnOfUnknownKeys(item, context, KEYS);
  if (hasOverrides) overrideRule(item, overrides, context);
  else if (append) appendRule(item, context);
  else if (isToggle(item)) toggleRule(item, context);
  else defineRule(item, context);
}

/** A rule with nothing but `enabled` switches an earlier one. */
function isToggle(item: Item): boolean {
  return ['condition', 'output', 'desc', 'priority'].every((key) => !item.has(key));
}

function toggleRule(item: Item, { report, collection }: ReadContext): void {
  const { place, name = '' } = item;
  const enabled = item.flag('enabled') ?? item.fail("Item has no mapping for key 'enabled'");
  report.warn('LOAD_DEPRECATED_ITEM', ENABLED_IS_DEPRECATED, { place, item: name });
  collection.enableRule(name, enabled, place);
}

function defineRule(item: Item, { report, collection, sources }: ReadContext): void {
  const { place, name = '' } = item;
  const condition = item.text('condition');
  const written = item.text('output');
  const output = { ...written, text: written.text.trim() };
  const description = item.text('desc');
  const priority = readPriority(item);
  const source = readSource(item) ?? 'syscall';
  const enabled = item.flag('enabled') ?? true;
  const warnEventTypes = item.flag('warn_evttypes') ?? true;
  const skipIfUnknownFilter = item.flag('skip-if-unknown-filter') ?? false;
  checkCapture(item);
  const tags = readTags(item) ?? [];
  const exceptions = readExceptions(item, report, false);
  const midwatch = readMidwatch(item);
  const hasKnownSource = sources.includes(source);
  const rule = {
    name,
    place,
    condition: [condition],
    output: [output],
    description: [description],
    priority,
    source,
    enabled,
    warnEventTypes,
    skipIfUnknownFilter,
    tags,
    exceptions,
    midwatch,
    hasKnownSource,
  };
  if (!hasKnownSource) {
    const message = `Unknown source ${source}, skipping${didYouMean(source, sources)}`;
    report.warn('LOAD_UNKNOWN_SOURCE', message, { place, item: name });
  }
  collection.defineRule(rule);
}

function appendRule(item: Item, { report, collection }: ReadContext): void {
  collection.appendRule({
    ...identityOf(item),
    ...(item.has('condition') ? { condition: item.text('condition') } : {}),
    ...(item.has('exceptions') ? { exceptions: readExceptions(item, report, true) } : {}),
  });
}

function identityOf(item: Item): Pick<RuleUpdate, 'name' | 'source' | 'place'> {
  return { name: item.name ?? '', source: readSource(item), place: item.place };
}

function overrideRule(item: Item, overrides: Overrides, context: ReadContext): void {
  const unused = new Set(OVERRIDABLE.replace.filter((key) => item.has(key)));
  for (const [operation, keys] of Object.entries(overrides)) {
    for (const key of keys) {
      if (unused.delete(key)) continue;
      item.fail(`An ${operation} override for '${key}' was specified but '${key}' is not defined`);
    }
  }
  const { append, replace } = overrides;
  if (append.size > 0) {
    context.collection.appendRule(readUpdate(item, append, { ...context, isAppend: true }));
  }
  if (replace.size > 0) {
    context.collection.replaceInRule(readUpdate(item, replace, { ...context, isAppend: false }));
  }
  for (const key of unused) {
    const message = `Unexpected key '${key}': no corresponding entry under 'override' is defined.`;
    item.fail(message, { place: item.placeOf(key) });
  }
}

function readUpdate(
  item: Item,
  keys: ReadonlySet<string>,
  { report, isAppend }: ReadContext & { readonly isAppend: boolean },
): RuleUpdate {
  const take = <T>(key: string, read: () => T): T | undefined =>
    keys.has(key) ? read() : undefined;
  const parts = {
    condition: take('condition', () => item.text('condition')),
    exceptions: take('exceptions', () => readExceptions(item, report, isAppend)),
    output: take('output', () => item.text('output')),
    description: take('desc', () => item.text('desc')),
    tags: take('tags', () => readTags(item)),
    priority: take('priority', () => readPriority(item)),
    enabled: take('enabled', () => item.flag('enabled')),
    warnEventTypes: take('warn_evttypes', () => item.flag('warn_evttypes')),
    skipIfUnknownFilter: take('skip-if-unknown-filter', () => item.flag('skip-if-unknown-filter')),
    capture:
      take('capture', () => checkCapture(item)) ??
      take('capture_duration', () => checkCapture(item)),
    midwatch: take('midwatch', () => readMidwatch(item)),
  };
  return { ...identityOf(item), ...withoutUndefined(parts) };
}

function withoutUndefined<T extends object>(
  parts: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  // fromEntries forgets the keys' names; they are those of `parts`.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Captures as Falco makes them are not made here; their keys must be right all the same. */
function checkCapture(item: Item): true {
  item.flag('capture');
  item.number('capture_duration');
  return true;
}

function readSource(item: Item): string | undefined {
  return item.value('source') === undefined ? undefined : item.text('source').text;
}

function readTags(item: Item): readonly string[] | undefined {
  return item.has('tags') ? sortedTags(item.texts('tags').map(({ text }) => text)) : undefined;
}

function readPriority(item: Item): Priority {
  const text = item.text('priority').text;
  const lower = text.toLowerCase() === 'info' ? 'informational' : text.toLowerCase();
  const priority = PRIORITIES.find((known) => known.toLowerCase() === lower);
  if (priority !== undefined) return priority;
  const message = `Invalid priority: expected one of ${PRIORITIES.join(', ')}, found "${text}"`;
  return item.fail(`${message}${didYouMean(text, PRIORITIES)}`, {
    place: item.placeOf('priority'),
  });
}
