import { RULE_LIST_ITEMS } from '#model/limits.ts';
import type { CompiledList, Lists } from './build-condition.ts';
import type { Collection } from './collection.ts';
import { LoadError } from './report.ts';
import { wordsOf } from './substitute-list.ts';

/** Lists with earlier lists put in, one level deep: what they bring in is text from then on. */
export function compileLists({ lists }: Collection): Lists {
  const compiled = new Map<string, CompiledList>();
  const used = new Set<string>();
  let count = 0;
  for (const list of lists.values()) {
    const items: string[] = [];
    for (const { text } of list.items) {
      const other = lists.get(text);
      const isBefore = other !== undefined && other.index < list.visibility;
      if (isBefore) used.add(other.name);
      for (const item of isBefore ? other.items : [{ text }]) items.push(item.text);
      if (count + items.length <= RULE_LIST_ITEMS) continue;
      const message = `expected at most ${RULE_LIST_ITEMS} items in all lists, found more`;
      throw new LoadError('MIDWATCH_ERR_LIMIT', message, { place: list.place, item: list.name });
    }
    count += items.length;
    compiled.set(list.name, { name: list.name, order: compiled.size, items, used: false });
  }
  for (const name of used) {
    const list = compiled.get(name);
    if (list !== undefined) list.used = true;
  }
  const oddLists = [...compiled.values()].filter(({ name }) => wordsOf(name).length > 1);
  return { lists: compiled, oddLists };
}
