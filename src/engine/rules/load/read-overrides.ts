import type { Item } from './item.ts';
import { didYouMean } from './item.ts';
import { isMap, isScalar } from './yaml-file.ts';

/** Which keys of an item are appended to, and which replace, what an earlier one defined. */
export interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

export interface Overridable {
  readonly append: readonly string[];
  readonly replace: readonly string[];
}

export function readOverrides(item: Item, overridable: Overridable): Overrides {
  const append = new Set<string>();
  const replace = new Set<string>();
  if (!item.has('override')) return { append, replace };
  const map = item.value('override');
  const place = item.placeOf('override');
  if (map === undefined) return { append, replace };
  if (!isMap(map)) item.fail("Value of 'override' must be a mapping", { place });
  for (const { key: keyNode, value: valueNode } of map.items) {
    const key = scalarText(item, keyNode);
    const operation = scalarText(item, valueNode);
    const at = { place: item.file.placeOf(keyNode) };
    if (operation === 'append') {
      if (!overridable.append.includes(key)) {
        item.fail(`Key '${key}' cannot be appended to, use 'replace' instead`, at);
      }
      append.add(key);
    } else if (operation === 'replace') {
      if (!overridable.replace.includes(key)) {
        item.fail(`Key '${key}' cannot be replaced${didYouMean(key, overridable.replace)}`, at);
      }
      replace.add(key);
    } else {
      const allowed = [
        ...(overridable.append.includes(key) ? ['append'] : []),
        ...(overridable.replace.includes(key) ? ['replace'] : []),
      ];
      const message = `Invalid override operation for key '${key}': '${operation}'`;
      item.fail(`${message}. Allowed values are: ${allowed.join(' ')}`, {
        place: item.file.placeOf(valueNode),
      });
    }
  }
  return { append, replace };
}

function scalarText(item: Item, node: unknown): string {
  const value = item.file.resolve(item.document, node);
  return isScalar(value) ? item.located(value).text : '';
}
