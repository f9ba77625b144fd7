/**
 * The query of a URI as Go's net/url reads it: a fragment is cut off first, `+` is a blank, and one
 * wrong escape or one semicolon makes all of it unreadable. Byte strings. The first value of a name
 * counts; undefined where there is none.
 */
export function queryParameter(uri: string, name: string): string | undefined {
  const [address = '', fragment = ''] = cut(uri, '#');
  const [path = '', query = ''] = cut(address, '?');
  if (CONTROL.test(uri) || unescapePercent(path) === undefined) return undefined;
  if (unescapePercent(fragment) === undefined) return undefined;
  let found: string | undefined;
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [writtenKey = '', writtenValue = ''] = cut(pair, '=');
    const key = unescapePlus(writtenKey);
    const value = unescapePlus(writtenValue);
    if (pair.includes(';') || key === undefined || value === undefined) return undefined;
    if (key === name) found ??= value;
  }
  return found;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what Go refuses in a URI.
const CONTROL = /[\x00-\x1f\x7f]/;

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function unescapePlus(text: string): string | undefined {
  return unescapePercent(text.replaceAll('+', ' '));
}

/** undefined where an escape is wrong. */
function unescapePercent(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return text.replace(/%(..)/g, (_escape, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
