import { REDACT_TEXT_CHARS, REDACT_VALUES_MAX } from '#model/limits.ts';
import { REDACTED, SECRET_PATTERNS } from './secret-patterns.ts';
import { isSecretValue, SecretWords } from './secret-words.ts';

/**
 * Takes secrets out of everything that one finding says, before it is printed or sent. Feed it the
 * arguments first: a secret that only its place among the arguments gave away is then found in the
 * sentence and the fields as well.
 *
 * Known imperfection: a secret given to a program of its own, in a place of its own, that looks
 * like an ordinary word stays. What is taken out is always a value, never the command around it.
 */
export class Redactor {
  /** How many were taken out. */
  count = 0;
  private readonly values = new Set<string>();
  private readonly found = (value: string): void => {
    this.count++;
    // A short one may be an ordinary word elsewhere: `root`.
    if (value.length >= 8 && this.values.size < REDACT_VALUES_MAX) this.values.add(value);
  };

  /**
   * Arguments as the program got them, without the program. A process keeps its arguments, and its
   * children have the same array: what became of one is remembered for as long as it lives.
   */
  args(program: string, args: readonly string[]): readonly string[] {
    const known = clean.get(args);
    if (known !== undefined && known.program === program) return known.result;
    const before = this.count;
    const result = this.cutArgs(program, args);
    if (this.count === before) clean.set(args, { program, result });
    return result;
  }

  private cutArgs(program: string, args: readonly string[]): string[] {
    const words = new SecretWords(this.found);
    words.next(program);
    return args.map((arg) => {
      const cut = words.next(arg);
      return cut === arg ? this.text(arg) : cut;
    });
  }

  /** Any text: a sentence, a path, a command line, an environment. */
  text(text: string): string {
    if (text.length < SHORTEST || PLAIN.test(text)) return text;
    if (text.length > REDACT_TEXT_CHARS)
      return `${this.text(text.slice(0, REDACT_TEXT_CHARS))} [cut]`;
    let result = this.known(text);
    for (const { pattern, replace } of SECRET_PATTERNS) {
      result = result.replace(pattern, (match: string, ...rest: unknown[]) => {
        const replacement = replace(match, groupsOf(rest));
        if (replacement === undefined || replacement === match) return match;
        this.count++;
        return replacement;
      });
    }
    return this.words(this.pairs(result), 0);
  }

  /** What was found elsewhere in this finding. */
  private known(text: string): string {
    let result = text;
    for (const value of this.values) {
      if (result.includes(value)) result = result.replaceAll(value, REDACTED);
    }
    return result;
  }

  /** `key=value`, `key: value`, `"key": "value"` anywhere. */
  private pairs(text: string): string {
    return text.replace(PAIR, (match: string, ...rest: unknown[]) => {
      const [key = '', separator = '', value = ''] = rest.map(String).slice(1, 4);
      const bare = value.replace(/^["']|["']$/g, '');
      const isProse = /:\s/.test(separator) && bare.includes('=');
      if (isProse || !isSecretValue(key, bare)) return match;
      this.found(bare);
      const quote = bare.length < value.length ? value.slice(0, 1) : '';
      return match.slice(0, match.length - value.length) + quote + REDACTED + quote;
    });
  }

  /** Flags and their values; a quoted word with spaces is a command line within a command line. */
  private words(text: string, depth: number): string {
    if (!text.includes(' ')) return text;
    const words = new SecretWords(this.found);
    return text.replace(WORD, (word) => {
      const cut = words.next(word);
      if (cut !== word || depth >= DEEPEST || !/^(["']).*\s.*\1$/s.test(word)) return cut;
      return word.slice(0, 1) + this.words(word.slice(1, -1), depth + 1) + word.slice(-1);
    });
  }
}

/** Arguments without a secret; those with one are looked at each time, for what is found counts. */
const clean = new WeakMap<readonly string[], Clean>();

interface Clean {
  readonly program: string;
  readonly result: readonly string[];
}

/** No secret with what names it is shorter. */
const SHORTEST = 6;
/** A word or a path with no part that is long enough for a token: most texts of most findings. */
const PLAIN = /^(?:[\w.+-]{0,15}\/)*[\w.+-]{0,15}$/;
/** sh -c "ssh host 'mysql …'" */
const DEEPEST = 4;
// Each starts at the start of a word and reads it once; what follows a `=` is read once more.
const PAIR =
  /(?<![\w.-])(["']?)([A-Za-z_][\w.-]{0,128})\1(\s{0,4}[:=]\s{0,4})("[^"\n]*"|'[^'\n]*'|[^\s"'&;,|)}\]<>]+)/g;
const WORD = /(?:[^\s"']|"[^"]*"|'[^']*')+|["']/g;

/** What `replace` gives after the match: the groups, then the offset and the whole text. */
function groupsOf(rest: readonly unknown[]): (string | undefined)[] {
  return rest.slice(0, -2).map((group) => (typeof group === 'string' ? group : undefined));
}
