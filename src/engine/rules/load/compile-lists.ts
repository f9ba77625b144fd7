import type { CompiledList } from './build-condition.ts';
import type { Collection } from './collection.ts';

/** Lists with earlier lists put in, one level deep: what they bring in is text from then on. */
export function compileLists({ lists }: Collection): ReadonlyMap<string, CompiledList> {
  const compiled = new Map<string, CompiledList>();
  const used = new Set<string>();
  let order = 0;
  for (const list of lists.values()) {
    const items = list.items.flatMap(({ text }) => {
      const other = lists.get(text);
      if (other === undefined || other.index >= list.visibility) return [text];
      used.add(other.name);
      return other.items.map((item) => item.text);
    });
    compiled.set(list.name, { name: list.name, order: order++, items, used: false });
  }
  for (const name of used) {
    const list = compiled.get(name);
    if (list !== undefined) list.used = true;
  }
  return compiled;
}
