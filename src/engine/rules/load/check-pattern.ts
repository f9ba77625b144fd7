import { RE2JS, RE2JSSyntaxException } from 're2js';

/**
 * What is wrong with a pattern of `regex`: RE2 in POSIX syntax, that is without Perl's additions,
 * which RE2JS itself takes.
 */
export function patternProblem(pattern: string): string | undefined {
  const perl = perlConstruct(pattern);
  if (perl !== undefined) {
    return `invalid regex pattern: found "${perl}", which POSIX syntax does not have: ${pattern}`;
  }
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return `invalid regex pattern: ${error.message.replace('error parsing regexp: ', '')}`;
  }
}

// Perl's classes, boundaries, quotes and Unicode groups; in POSIX only punctuation may be escaped.
const PERL_ESCAPES = /[dDsSwWbBAzZCQEpPGKRXhHvV]/;

function perlConstruct(pattern: string): string | undefined {
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') {
      const escaped = pattern[++at] ?? '';
      if (PERL_ESCAPES.test(escaped) && escaped !== 'v') return `\\${escaped}`;
    } else if (inClass) {
      if (char === '[' && pattern[at + 1] === ':') at = Math.max(at, pattern.indexOf(':]', at) + 1);
      else if (char === ']') inClass = false;
    } else if (char === '[') {
      inClass = true;
      // A bracket that stands first, after ^ too, is one of the class.
      if (pattern[at + 1] === '^') at++;
      if (pattern[at + 1] === ']') at++;
    } else if (char === '(' && pattern[at + 1] === '?') {
      return '(?';
    }
  }
  return undefined;
}
