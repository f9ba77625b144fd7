import type { JsonMember, JsonNode } from './json-tree.ts';

export type JsonResult =
  | { readonly ok: true; readonly node: JsonNode; readonly end: number }
  | JsonFault;

export interface JsonFault {
  readonly ok: false;
  /** Offset of what is wrong. */
  readonly at: number;
  readonly expected: string;
  /** The text ended within the value: more of it may make it whole. */
  readonly unfinished: boolean;
}

/**
 * The value that starts at or after `start`, and where it ends; what follows is not looked at.
 * `depth` bounds how many lists and objects may be within one another.
 */
export function parseJsonTree(text: string, start: number, depth: number): JsonResult {
  const parser = new TreeParser(text, start, depth);
  const node = parser.value();
  if (node !== undefined) return { ok: true, node, end: parser.at };
  const unfinished = parser.faultAt >= text.length;
  return { ok: false, at: parser.faultAt, expected: parser.expected, unfinished };
}

/** Any value or part that fails gives undefined, with `faultAt` and `expected` set by the first. */
class TreeParser {
  at: number;
  faultAt = 0;
  expected = '';
  readonly #text: string;
  #depth: number;

  constructor(text: string, start: number, depth: number) {
    this.#text = text;
    this.at = start;
    this.#depth = depth;
  }

  value(expected = 'a JSON value'): JsonNode | undefined {
    this.#skipBlanks();
    const code = this.#text.charCodeAt(this.at);
    if (code === QUOTE) {
      const raw = this.#string();
      return raw === undefined ? undefined : { kind: 'string', raw };
    }
    if (code === OPEN_OBJECT) return this.#nested(() => this.#object());
    if (code === OPEN_LIST) return this.#nested(() => this.#list());
    return this.#atom(expected);
  }

  #nested(read: () => JsonNode | undefined): JsonNode | undefined {
    if (this.#depth === 0) return this.#fail(this.at, 'no deeper nesting');
    this.#depth--;
    this.at++;
    const node = read();
    this.#depth++;
    return node;
  }

  #object(): JsonNode | undefined {
    const members: JsonMember[] = [];
    if (this.#closes(CLOSE_OBJECT)) return { kind: 'object', members };
    for (;;) {
      this.#skipBlanks();
      if (this.#text.charCodeAt(this.at) !== QUOTE) return this.#fail(this.at, 'a name in quotes');
      const rawName = this.#string();
      if (rawName === undefined) return undefined;
      this.#skipBlanks();
      if (this.#text.charCodeAt(this.at) !== COLON) return this.#fail(this.at, '":"');
      this.at++;
      const value = this.value();
      if (value === undefined) return undefined;
      members.push({ rawName, value });
      if (this.#closes(CLOSE_OBJECT)) return { kind: 'object', members };
      if (!this.#comma('}')) return undefined;
    }
  }

  #list(): JsonNode | undefined {
    const items: JsonNode[] = [];
    if (this.#closes(CLOSE_LIST)) return { kind: 'list', items };
    for (;;) {
      const item = this.value();
      if (item === undefined) return undefined;
      items.push(item);
      if (this.#closes(CLOSE_LIST)) return { kind: 'list', items };
      if (!this.#comma(']')) return undefined;
    }
  }

  #closes(close: number): boolean {
    this.#skipBlanks();
    if (this.#text.charCodeAt(this.at) !== close) return false;
    this.at++;
    return true;
  }

  #comma(close: string): boolean {
    if (this.#text.charCodeAt(this.at) !== COMMA) {
      this.#fail(this.at, `"," or "${close}"`);
      return false;
    }
    this.at++;
    return true;
  }

  /** What stands between the quotes; a line break ends the search. */
  #string(): string | undefined {
    const start = this.at + 1;
    for (let at = start; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return this.#text.slice(start, at);
      }
      // An escape hides a quote, not a line break: that is seen in the next round.
      if (code === BACKSLASH && this.#text.charCodeAt(at + 1) !== NEWLINE) at++;
      else if (code === NEWLINE) return this.#fail(at, 'the end of the string');
    }
    return this.#fail(this.#text.length, 'the end of the string');
  }

  #atom(expected: string): JsonNode | undefined {
    ATOM.lastIndex = this.at;
    const raw = ATOM.exec(this.#text)?.[0];
    if (raw === undefined) return this.#fail(this.#wordEnd(), expected);
    this.at += raw.length;
    if (raw === 'null') return { kind: 'null', raw };
    return { kind: raw === 'true' || raw === 'false' ? 'boolean' : 'number', raw };
  }

  /** Where the text ends within a word or number, the fault is there: it may go on. */
  #wordEnd(): number {
    WORD.lastIndex = this.at;
    const end = this.at + (WORD.exec(this.#text)?.[0].length ?? 0);
    return end >= this.#text.length ? this.#text.length : this.at;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.at);
      if (code !== 0x20 && code !== NEWLINE && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  #fail(at: number, expected: string): undefined {
    this.faultAt = at;
    this.expected = expected;
    return undefined;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const ATOM = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const WORD = /[\w.+-]*/y;
