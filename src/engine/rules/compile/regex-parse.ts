/**
 * Regular expressions over ASCII, parsed for our own automaton: what POSIX syntax has, as RE2 reads
 * it. Whether a pattern is right is RE2's to say, before; here anything unusual (a boundary inside,
 * a letter outside ASCII, more repetitions than are worth it) gives undefined, and RE2 matches.
 */
export type RegexNode =
  | { readonly kind: 'set'; readonly has: Uint8Array }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly part: RegexNode;
      readonly least: number;
      readonly most: number;
    };

const ASCII = 128;
const NEWLINE = 10;

export function parseRegex(pattern: string): RegexNode | undefined {
  const parser = new RegexParser(pattern);
  try {
    return parser.whole();
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

/** What this parser leaves to RE2: never an error, only slower. */
class Unusual extends Error {}

class RegexParser {
  private readonly pattern: string;
  private at = 0;
  private depth = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  whole(): RegexNode {
    const node = this.choice();
    if (this.at < this.pattern.length) throw new Unusual();
    return node;
  }

  private get char(): string {
    return this.pattern.charAt(this.at);
  }

  private choice(): RegexNode {
    const parts = [this.sequence()];
    while (this.char === '|') {
      this.at++;
      parts.push(this.sequence());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = [];
    // Anchored at both ends as a whole, so these say nothing where they stand at the very ends.
    if (this.char === '^' && this.depth === 0) this.at++;
    while (this.at < this.pattern.length && this.char !== '|' && this.char !== ')') {
      if (this.endsHere()) {
        this.at++;
        break;
      }
      parts.push(this.repeated());
    }
    return { kind: 'sequence', parts };
  }

  private endsHere(): boolean {
    const after = this.pattern.charAt(this.at + 1);
    return this.char === '$' && this.depth === 0 && (after === '' || after === '|');
  }

  private repeated(): RegexNode {
    let part = this.atom();
    for (;;) {
      const bounds = this.repetition();
      if (bounds === undefined) return part;
      part = { kind: 'repeat', part, ...bounds };
    }
  }

  /** `*`, `+`, `?` or `{2,3}` at the cursor; a brace that is none of these is itself. */
  private repetition(): { least: number; most: number } | undefined {
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[this.char];
    if (simple !== undefined) {
      this.at++;
      return { least: simple[0] ?? 0, most: simple[1] ?? 0 };
    }
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.pattern.slice(this.at, this.at + 12));
    if (counted === null) return undefined;
    this.at += counted[0].length;
    const least = Number(counted[1]);
    if (counted[2] === undefined) return { least, most: least };
    return { least, most: counted[3] === '' ? Infinity : Number(counted[3]) };
  }

  private atom(): RegexNode {
    const char = this.char;
    this.at++;
    switch (char) {
      case '(':
        return this.group();
      case '[':
        return { kind: 'set', has: this.bracket() };
      case '.':
        return { kind: 'set', has: new Uint8Array(ASCII).fill(1).fill(0, NEWLINE, NEWLINE + 1) };
      case '\\':
        return { kind: 'set', has: only(this.escaped()) };
      case '^':
      case '$':
        throw new Unusual();
      default:
        return { kind: 'set', has: only(codeOf(char)) };
    }
  }

  private group(): RegexNode {
    if (this.char === '?') throw new Unusual();
    this.depth++;
    const node = this.choice();
    this.depth--;
    if (this.char !== ')') throw new Unusual();
    this.at++;
    return node;
  }

  /** The character that an escape stands for; the cursor is behind the backslash. */
  private escaped(): number {
    const char = this.char;
    this.at++;
    const named = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }[char];
    if (named !== undefined) return named;
    if (/[A-Za-z0-9]/.test(char)) throw new Unusual();
    return codeOf(char);
  }

  private bracket(): Uint8Array {
    const has = new Uint8Array(ASCII);
    const negated = this.char === '^';
    if (negated) this.at++;
    for (let first = true; first || this.char !== ']'; first = false) {
      if (this.at >= this.pattern.length) throw new Unusual();
      if (this.pattern.startsWith('[:', this.at)) this.namedClass(has);
      else this.range(has);
    }
    this.at++;
    return negated ? has.map((bit) => 1 - bit) : has;
  }

  private namedClass(has: Uint8Array): void {
    const named = /^\[:(\^?)(\w+):\]/.exec(this.pattern.slice(this.at, this.at + 14));
    const chars = CLASSES[named?.[2] ?? ''];
    if (named === null || chars === undefined) throw new Unusual();
    this.at += named[0].length;
    const wanted = named[1] === '';
    for (let code = 0; code < ASCII; code++) {
      if (chars.test(String.fromCharCode(code)) === wanted) has[code] = 1;
    }
  }

  /** One character, or all from one to another. */
  private range(has: Uint8Array): void {
    const from = this.bracketChar();
    let to = from;
    if (this.char === '-' && this.pattern.charAt(this.at + 1) !== ']') {
      this.at++;
      to = this.bracketChar();
    }
    for (let code = from; code <= to; code++) has[code] = 1;
  }

  private bracketChar(): number {
    const char = this.char;
    this.at++;
    return char === '\\' ? this.escaped() : codeOf(char);
  }
}

function codeOf(char: string): number {
  const code = char.charCodeAt(0);
  if (!(code < ASCII)) throw new Unusual();
  return code;
}

function only(code: number): Uint8Array {
  const has = new Uint8Array(ASCII);
  has[code] = 1;
  return has;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  ascii: /^/,
  blank: /[\t ]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  word: /[0-9A-Za-z_]/,
  xdigit: /[0-9A-Fa-f]/,
};
