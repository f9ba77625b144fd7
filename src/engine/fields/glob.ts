/**
 * Shell patterns as fnmatch(3) without flags reads them: `*` and `?` match `/` too, a leading dot
 * is nothing special, a backslash takes the next character's meaning away, `[a-z]`, `[!a]` and
 * `[[:alpha:]]` match one character. Going back to the last star alone bounds the work by the
 * product of both lengths; patterns with one star at most, the usual ones, are compared directly.
 */

type Token =
  | { readonly kind: 'char'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly has: Uint8Array };

export interface GlobOptions {
  /** ASCII letters match in either case. */
  readonly ignoreCase?: boolean;
}

export function globMatcher(pattern: string, options: GlobOptions = {}): (text: string) => boolean {
  const source = options.ignoreCase ? lowerAscii(pattern) : pattern;
  const tokens = tokenize(source);
  const match = directMatcher(tokens) ?? gatedMatcher(tokens);
  return options.ignoreCase ? (text) => match(lowerAscii(text)) : match;
}

/** Lower case of A to Z alone: bytes above 127 are left as they are. */
export function lowerAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text;
}

/** The text that a pattern without any special meaning stands for; undefined where it has some. */
export function literalOf(pattern: string): string | undefined {
  const tokens = tokenize(pattern);
  return tokens.every((token) => token.kind === 'char') ? textOf(tokens) : undefined;
}

/** What every matching text starts with. */
export function globPrefix(pattern: string): string {
  const tokens = tokenize(pattern);
  const end = tokens.findIndex((token) => token.kind !== 'char');
  return textOf(end < 0 ? tokens : tokens.slice(0, end));
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (token.kind === 'char' ? String.fromCharCode(token.code) : ''))
    .join('');
}

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at];
    const set = char === '[' ? parseSet(pattern, at) : undefined;
    if (set !== undefined) {
      tokens.push({ kind: 'set', has: set.has });
      at = set.end;
      continue;
    }
    if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (char === '?') tokens.push({ kind: 'any' });
    else {
      if (char === '\\' && at + 1 < pattern.length) at++;
      tokens.push({ kind: 'char', code: pattern.charCodeAt(at) });
    }
    at++;
  }
  return tokens;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[\t-\r ]/,
  blank: /[\t ]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of control characters
  cntrl: /[\0-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
};

/**
 * The set that starts at `open`; undefined where the bracket is never closed (then it is itself).
 */
function parseSet(
  pattern: string,
  open: number,
): { readonly has: Uint8Array; readonly end: number } | undefined {
  const has = new Uint8Array(256);
  let at = open + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  const first = at;
  for (; at < pattern.length; at++) {
    if (pattern[at] === ']' && at > first) return { has: negated ? invert(has) : has, end: at + 1 };
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at, at + 12));
    if (named !== null) {
      addClass(has, CLASSES[named[1] ?? '']);
      at += named[0].length - 1;
      continue;
    }
    if (pattern[at] === '\\' && at + 1 < pattern.length) at++;
    at = addRange(has, pattern, at);
  }
  return undefined;
}

function addClass(has: Uint8Array, chars: RegExp | undefined): void {
  for (let code = 0; code < 256; code++) {
    if (chars?.test(String.fromCharCode(code))) has[code] = 1;
  }
}

/**
 * Adds the character at `at`, or the range that starts there; gives the place of its last
 * character.
 */
function addRange(has: Uint8Array, pattern: string, at: number): number {
  const from = pattern.charCodeAt(at);
  const isRange = pattern[at + 1] === '-' && at + 2 < pattern.length && pattern[at + 2] !== ']';
  const to = isRange ? pattern.charCodeAt(at + 2) : from;
  for (let code = from; code <= to; code++) has[code] = 1;
  return isRange ? at + 2 : at;
}

function invert(has: Uint8Array): Uint8Array {
  return has.map((bit) => 1 - bit);
}

/** For `abc`, `abc*`, `*abc`, `*abc*` and `abc*def`. */
function directMatcher(tokens: readonly Token[]): ((text: string) => boolean) | undefined {
  if (tokens.some((token) => token.kind === 'any' || token.kind === 'set')) return undefined;
  const stars = tokens.flatMap((token, i) => (token.kind === 'star' ? [i] : []));
  const [star = -1] = stars;
  if (stars.length === 0) {
    const whole = textOf(tokens);
    return (text) => text === whole;
  }
  if (stars.length === 2 && star === 0 && stars[1] === tokens.length - 1) {
    const middle = textOf(tokens);
    return (text) => text.includes(middle);
  }
  if (stars.length > 1) return undefined;
  const head = textOf(tokens.slice(0, star));
  const tail = textOf(tokens.slice(star + 1));
  const shortest = head.length + tail.length;
  return (text) => text.length >= shortest && text.startsWith(head) && text.endsWith(tail);
}

/** What a pattern begins and ends with is compared first: most texts fail there. */
function gatedMatcher(tokens: readonly Token[]): (text: string) => boolean {
  const firstSpecial = tokens.findIndex((token) => token.kind !== 'char');
  const lastSpecial = tokens.findLastIndex((token) => token.kind !== 'char');
  const head = textOf(tokens.slice(0, firstSpecial));
  const tail = textOf(tokens.slice(lastSpecial + 1));
  return (text) => text.startsWith(head) && text.endsWith(tail) && matchTokens(tokens, text);
}

function matchTokens(tokens: readonly Token[], text: string): boolean {
  let at = 0;
  let token = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current?.kind === 'star') {
      starToken = token++;
      starAt = at;
    } else if (current !== undefined && matchesOne(current, text.charCodeAt(at))) {
      token++;
      at++;
    } else if (starToken >= 0) {
      token = starToken + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token]?.kind === 'star') token++;
  return token === tokens.length;
}

function matchesOne(token: Token, code: number): boolean {
  if (token.kind === 'char') return token.code === code;
  return token.kind === 'any' || (token.kind === 'set' && token.has[code] === 1);
}
