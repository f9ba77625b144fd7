import type { ExceptionEntry, ExceptionPart } from './entries.ts';
import type { Item } from './item.ts';
import { didYouMean } from './item.ts';
import type { Report } from './report.ts';
import type { Value } from './yaml-file.ts';
import { isMap, isScalar, isSeq } from './yaml-file.ts';

const KEYS = ['name', 'fields', 'comps', 'values'] as const;

// values: rows: fields: alternatives. What nests deeper means nothing, or is an alias of itself.
const PART_DEPTH = 4;

/** A rule's `exceptions`; undefined where it has none. In an append, `fields` may be left out. */
export function readExceptions(item: Item, report: Report, isAppend: boolean): ExceptionEntry[] {
  const value = item.value('exceptions');
  if (value === undefined) return [];
  const place = item.placeOf('exceptions');
  if (!isSeq(value)) item.fail('Rule exceptions must be a sequence', { place });
  const entries: ExceptionEntry[] = [];
  for (const node of value.items) {
    const map = item.file.resolve(item.document, node);
    const at = item.file.placeOf(node);
    if (!isMap(map)) item.fail('Rule exception must be a mapping', { place: at });
    const unnamed = item.itemOf(map);
    const name = unnamed.text('name').text;
    if (entries.some((entry) => entry.name === name)) {
      const message = `Multiple definitions of exception '${name}' in the same rule`;
      report.warn('LOAD_EXCEPTION_NAME_NOT_UNIQUE', message, { place: at, item: item.name });
    }
    entries.push(readException(item.itemOf(map), name, { report, isAppend }));
  }
  return entries;
}

function readException(
  item: Item,
  name: string,
  { report, isAppend }: { report: Report; isAppend: boolean },
): ExceptionEntry {
  for (const key of item.keys()) {
    if (KEYS.some((known) => known === key.text)) continue;
    const message = `Unknown key '${key.text}' of exception '${name}'${didYouMean(key.text, KEYS)}`;
    report.warn('LOAD_UNKNOWN_KEY', message, {
      place: item.file.placeOf(key.node),
      item: item.name,
    });
  }
  if (!isAppend && !item.has('fields')) item.fail("Item has no mapping for key 'fields'");
  if (!item.has('values') && isAppend) {
    const message = 'Overriding/appending exception with no values';
    report.warn('LOAD_APPEND_NO_VALUES', message, { place: item.place, item: item.name });
  }
  return {
    name,
    place: item.place,
    fields: readPart(item, item.value('fields'), 0),
    comparisons: withSingleBlanks(readPart(item, item.value('comps'), 0)),
    values: readValues(item),
  };
}

/** Comparisons may have blanks around them and, before a modifier, several. */
function withSingleBlanks(part: ExceptionPart | undefined): ExceptionPart | undefined {
  if (part === undefined) return undefined;
  if ('text' in part) return { ...part, text: part.text.trim().replace(/\s+/g, ' ') };
  return part.flatMap((inner) => withSingleBlanks(inner) ?? []);
}

function readValues(item: Item): readonly ExceptionPart[] {
  if (!item.has('values')) return [];
  const place = item.placeOf('values');
  const value = item.value('values');
  if (!isSeq(value)) return item.fail('Rule exception values must be a sequence', { place });
  return value.items.map((node) => {
    const part = readPart(item, item.file.resolve(item.document, node), 1);
    return (
      part ?? item.fail('Expected a value or a list of values', { place: item.file.placeOf(node) })
    );
  });
}

function readPart(item: Item, value: Value | undefined, depth: number): ExceptionPart | undefined {
  if (value === undefined) return undefined;
  const place = item.file.placeOf(value);
  if (depth > PART_DEPTH) item.fail('Exceptions nest too deeply', { place });
  if (isScalar(value)) {
    const text = item.located(value);
    return text.text === '' ? item.fail('Value must be non-empty', { place }) : text;
  }
  if (!isSeq(value)) return item.fail('Expected a value or a list of values', { place });
  return value.items.map((node) => {
    const part = readPart(item, item.file.resolve(item.document, node), depth + 1);
    return part ?? item.fail('Value must be non-empty', { place: item.file.placeOf(node) });
  });
}
