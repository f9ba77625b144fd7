import type { Collection } from './collection.ts';
import type { Item } from './item.ts';
import { didYouMean } from './item.ts';
import type { Report } from './report.ts';

export interface ReadContext {
  readonly report: Report;
  readonly collection: Collection;
  /** Sources whose rules are loaded; those of others are skipped with a warning. */
  readonly sources: readonly string[];
}

export const APPEND_IS_DEPRECATED =
  "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' " +
  'instead.';
export const APPEND_AND_OVERRIDE =
  "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. " +
  "'condition: append') under 'override' instead.";

export function warnOfUnknownKeys(
  item: Item,
  { report }: ReadContext,
  known: readonly string[],
): void {
  for (const key of item.keys()) {
    if (known.includes(key.text)) continue;
    const message = `Unknown key '${key.text}'${didYouMean(key.text, known)}`;
    report.warn('LOAD_UNKNOWN_KEY', message, {
      place: item.file.placeOf(key.node),
      item: item.name,
    });
  }
}
