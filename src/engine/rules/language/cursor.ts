import { ConditionError } from './condition-error.ts';
import { unescapeText } from './escape-text.ts';

/**
 * The lexer: a position in a condition's text and the tokens that may stand there. Each `take…`
 * moves past its token and gives its text, or stays and gives undefined. There is no token stream,
 * for what a character begins depends on where it stands: `in`, `oneof` and `or` are also values.
 */
export class Cursor {
  readonly text: string;
  at = 0;
  /** The token before `at`, for the message about what follows it. */
  last = '';

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Moves past blanks; whether there were any. */
  skipBlanks(): boolean {
    const start = this.at;
    while (BLANKS.has(this.text.charCodeAt(this.at))) this.at++;
    return this.at > start;
  }

  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.moveOver(token);
    return true;
  }

  takeOneOf<T extends string>(tokens: readonly T[]): T | undefined {
    return tokens.find((token) => this.take(token));
  }

  takePattern(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.text)?.[0];
    if (token === undefined) return undefined;
    this.moveOver(token);
    return token;
  }

  /** A text in quotes, unescaped. A quote after a backslash does not end it, even after two. */
  takeQuoted(): string | undefined {
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") return undefined;
    let end = this.text.indexOf(quote, this.at + 1);
    while (end !== -1 && this.text[end - 1] === '\\') end = this.text.indexOf(quote, end + 1);
    if (end === -1) return undefined;
    const inner = this.text.slice(this.at + 1, end);
    const unescaped = unescapeText(inner, quote);
    this.moveOver(this.text.slice(this.at, end + 1));
    if ('wrong' in unescaped) throw new ConditionError(unescaped.wrong, end);
    return unescaped.text;
  }

  /** What stands here, shortened, for a message. */
  found(): string {
    if (this.atEnd) return 'the end of the condition';
    const rest = this.text.slice(this.at, this.at + FOUND_CHARS).trimStart();
    const word = /^[^\s]+/.exec(rest)?.[0] ?? rest;
    return `"${word}"`;
  }

  expected(what: string): ConditionError {
    return new ConditionError(`expected ${what}, found ${this.found()}`, this.at);
  }

  private moveOver(token: string): void {
    this.at += token.length;
    this.last = token;
  }
}

const FOUND_CHARS = 40;
const BLANKS: ReadonlySet<number> = new Set([...' \t\b\r\n'].map((char) => char.charCodeAt(0)));

// "Space" is ASCII's alone here: \s would also take the no-break space out of a value.
export const PATTERNS = {
  notAndBlank: /not[ \t\n\v\f\r]+/y,
  identifier: /[a-zA-Z]+[a-zA-Z0-9_]*/y,
  fieldName: /[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y,
  fieldArgument: /[^\]["' \t\n\v\f\r]+/y,
  hexNumber: /0[xX][0-9a-fA-F]+/y,
  number: /[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y,
  bareText: /[^()"' \t\n\v\f\r=,]+/y,
} as const;
