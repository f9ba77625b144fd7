import { RE2JS } from 're2js';
import { buildAutomaton } from './regex-automaton.ts';
import { parseRegex } from './regex-parse.ts';

/**
 * Patterns of rules as RE2's POSIX syntax reads them, matched in time linear in the text whatever
 * the pattern, anchored at both ends. Text is UTF-8: where it holds more than ASCII, its bytes go
 * to RE2 as they are; ASCII goes through an automaton of our own, five times as fast.
 */
export function regexMatcher(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(toText(checkPosix(pattern)));
  const parsed = parseRegex(pattern);
  const ascii = parsed === undefined ? undefined : buildAutomaton(parsed);
  const re2 = (text: string): boolean => compiled.testExact(inputOf(text));
  return ascii === undefined ? re2 : (text) => ascii(text) ?? re2(text);
}

function inputOf(text: string): string | Uint8Array {
  return ASCII.test(text) ? text : new Uint8Array(Buffer.from(text, 'latin1'));
}

/** What is wrong with a pattern; undefined where it is right. */
export function regexProblem(pattern: string): string | undefined {
  try {
    regexMatcher(pattern);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^error parsing regexp: /, '').replaceAll('`', '');
  }
}

const ASCII = /^[\0-\x7f]*$/;

function toText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

// What Perl added and POSIX syntax leaves out: classes such as \d, \b, groups with a question mark,
// and repetitions that want as little as possible.
const PERL = /\\(?:[A-Zbdpswz]|[^\W\dafnrtvx_])|\(\?|[*+?}][?+*]/;

function checkPosix(pattern: string): string {
  const plain = pattern.replace(/\[\]?[^\]]*\]/g, '[]').replace(/\\[^A-Za-z]/g, '..');
  const found = PERL.exec(plain);
  if (found === null) return pattern;
  const kind = found[0].startsWith('\\') ? 'invalid escape sequence' : 'bad repetition operator';
  throw new Error(`${kind}: ${found[0]}`);
}
