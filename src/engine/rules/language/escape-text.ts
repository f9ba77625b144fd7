/** The escapes of quoted text in conditions: \b \f \n \r \t \\ \/ and the quote itself. */
const MEANING: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  // Old rule files write a backslash before a blank where they mean the backslash alone.
  ' ': '\\',
  '\\': '\\',
  '/': '/',
};

const ESCAPE: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
};

/** As the canonical text of a condition writes a value: in quotes only where it must be. */
export function escapeText(text: string): string {
  if (!/[\b\f\n\r\t \\"']/.test(text)) return text;
  return `"${text.replace(/[\b\f\n\r\t\\"]/g, (char) => ESCAPE[char] ?? char)}"`;
}

/** The text between two quotes; where it has an unknown escape, what is wrong with it. */
export function unescapeText(inner: string, quote: string): { text: string } | { wrong: string } {
  if (!inner.includes('\\')) return { text: inner };
  let text = '';
  for (let at = 0; at < inner.length; at++) {
    const char = inner[at] ?? '';
    if (char !== '\\') {
      text += char;
      continue;
    }
    at++;
    // The lexer ends a text at the first quote without a backslash, so one always follows.
    const escaped = inner[at] ?? '';
    const meaning = escaped === quote ? quote : MEANING[escaped];
    if (meaning === undefined) return { wrong: wrongEscape(escaped, quote) };
    text += meaning;
  }
  return { text };
}

function wrongEscape(escaped: string, quote: string): string {
  if (escaped !== '"' && escaped !== "'") return `unsupported string escape sequence: \\${escaped}`;
  return `invalid \\${escaped} escape in ${quote}-quoted string`;
}
