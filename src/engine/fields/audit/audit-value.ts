import type { FieldValue, Read } from '#engine/fields/field.ts';
import type { JsonNode } from '#lib/json-tree.ts';
import { compactJson, jsonChild, unescapeJson } from '#lib/json-tree.ts';

/**
 * How values are taken from an audit event, as Falco's k8saudit plugin (0.18.0) takes them, for the
 * same rules must see the same values. Everything is text: true, 403 or an object is its JSON. null
 * counts as present (its text is "null"). Whatever has another form than expected is no value.
 */

/** What an event gives for a field; `arg` is worked in. */
export type AuditRead = (body: JsonNode) => FieldValue | undefined;

/** Unrelated JSON, which has no auditID, gives no field anything. */
export function fromAudit(read: AuditRead): Read {
  return (ctx) => {
    const body = ctx.audit?.body;
    return jsonChild(body, 'auditID') === undefined || body === undefined ? undefined : read(body);
  };
}

/** A string's own bytes, up to a NUL, which ends strings in Falco; of anything else its JSON. */
export function textOf(node: JsonNode): string {
  const text = node.kind === 'string' ? unescapeJson(node.raw) : compactJson(node);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

export function child(node: JsonNode | undefined, ...names: readonly string[]): typeof node {
  let found = node;
  for (const name of names) found = jsonChild(found, name);
  return found;
}

/** A field of several values; none of them is no value. */
export function listOf(values: readonly string[] | undefined): readonly string[] | undefined {
  return values === undefined || values.length === 0 ? undefined : values;
}

/** One value, found by the names on the way. */
export function textAt(...names: readonly string[]): AuditRead {
  return (body) => {
    const node = child(body, ...names);
    return node === undefined ? undefined : textOf(node);
  };
}

/** The items of a list, found by the names on the way. */
export function itemsAt(...names: readonly string[]): AuditRead {
  return (body) => {
    const node = child(body, ...names);
    return node?.kind === 'list' ? listOf(node.items.map(textOf)) : undefined;
  };
}

/**
 * What the names lead to, through every item of a list on the way: undefined stands for an item in
 * which they lead nowhere. With an index only that item of each list is followed. undefined as a
 * whole: they lead nowhere at all. A list at the end of the way is one value.
 */
export function spread(
  node: JsonNode,
  names: readonly string[],
  index: number | undefined,
): readonly (JsonNode | undefined)[] | undefined {
  let found: JsonNode | undefined = node;
  for (const [position, name] of names.entries()) {
    if (found.kind === 'list') {
      if (index === undefined) return spreadItems(found.items, names.slice(position));
      found = found.items[index];
    }
    found = jsonChild(found, name);
    if (found === undefined) return undefined;
  }
  return [found];
}

function spreadItems(
  items: readonly JsonNode[],
  names: readonly string[],
): readonly (JsonNode | undefined)[] {
  return items.flatMap((item) => spread(item, names, undefined) ?? [undefined]);
}

/** The values there are, without the gaps. */
export function present(
  nodes: readonly (JsonNode | undefined)[] | undefined,
): readonly string[] | undefined {
  return nodes?.flatMap((node) => (node === undefined ? [] : [textOf(node)]));
}

/** All values, or none where one is missing. */
export function complete(
  nodes: readonly (JsonNode | undefined)[] | undefined,
): readonly string[] | undefined {
  return nodes?.includes(undefined) ? undefined : present(nodes);
}
