/**
 * JSON read without losing how it was written: numbers and strings keep their text, members their
 * order, and of two members with one name the first counts. `JSON.parse` would turn 1.0 into 1,
 * sort members that look like numbers, and round large ones.
 *
 * The text is a byte string (lib/byte-string.ts), and so are all strings that come out of it. A
 * line break within a string is refused, so that a line cut short cannot swallow the next.
 */
export type JsonNode = JsonString | JsonAtom | JsonList | JsonObject;

export interface JsonString {
  readonly kind: 'string';
  /** Between the quotes, escapes as written. */
  readonly raw: string;
}

/** A number, true, false or null, as written. */
export interface JsonAtom {
  readonly kind: 'number' | 'boolean' | 'null';
  readonly raw: string;
}

export interface JsonList {
  readonly kind: 'list';
  readonly items: readonly JsonNode[];
}

export interface JsonObject {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  /** Between the quotes, escapes as written. */
  readonly rawName: string;
  readonly value: JsonNode;
}

/** What stands between two members or items is dropped; all else is as it was written. */
export function compactJson(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return `"${node.raw}"`;
    case 'list':
      return `[${node.items.map(compactJson).join(',')}]`;
    case 'object':
      return `{${node.members.map(compactMember).join(',')}}`;
    default:
      return node.raw;
  }
}

function compactMember({ rawName, value }: JsonMember): string {
  return `"${rawName}":${compactJson(value)}`;
}

/** With line breaks and two blanks a level; empty lists and objects stay on their line. */
export function indentJson(node: JsonNode, margin = ''): string {
  const inner = `${margin}  `;
  if (node.kind === 'list' && node.items.length > 0) {
    const items = node.items.map((item) => `${inner}${indentJson(item, inner)}`);
    return `[\n${items.join(',\n')}\n${margin}]`;
  }
  if (node.kind === 'object' && node.members.length > 0) {
    const members = node.members.map(
      ({ rawName, value }) => `${inner}"${rawName}": ${indentJson(value, inner)}`,
    );
    return `{\n${members.join(',\n')}\n${margin}}`;
  }
  return compactJson(node);
}

/**
 * The member of that name, or of a list the item at that position; undefined where there is none.
 */
export function jsonChild(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'list') {
    return POSITION.test(name) ? node.items[Number(name)] : undefined;
  }
  if (node.kind !== 'object') return undefined;
  for (const member of node.members) {
    const { rawName } = member;
    if (rawName === name && !rawName.includes('\\')) return member.value;
    if (rawName.includes('\\') && unescapeJson(rawName) === name) return member.value;
  }
  return undefined;
}

const POSITION = /^\d{1,15}$/;

/** A string's bytes. An escape that means nothing, and half a surrogate pair, stay as written. */
export function unescapeJson(raw: string): string {
  return raw.includes('\\') ? raw.replace(ESCAPE, unescapeOne) : raw;
}

// A pair of surrogates is one character.
const ESCAPE =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])/g;

const SHORT: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The bytes of `\n`, `\u00e9` or `\ud83d\ude00`. */
function unescapeOne(written: string): string {
  const sign = written.charAt(1);
  if (sign !== 'u') return SHORT[sign] ?? sign;
  const units = [2, 8].filter((at) => at < written.length);
  const character = String.fromCharCode(
    ...units.map((at) => Number.parseInt(written.slice(at, at + 4), 16)),
  );
  if (!character.isWellFormed()) return written;
  return character < '\x80' ? character : Buffer.from(character, 'utf8').toString('latin1');
}
