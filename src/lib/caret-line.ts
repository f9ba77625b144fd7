/**
 * The part of a text's line around an offset, with a caret below it: for errors in what somebody
 * typed. At most `width` columns; the line is cut at both ends where it is longer.
 */
export function caretLine(text: string, offset: number, width = 78): string {
  const at = Math.min(Math.max(offset, 0), text.length);
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const line = text.slice(start, newline < 0 ? text.length : newline);
  const column = at - start;
  const from = Math.max(0, Math.min(column - Math.floor(width / 2), line.length - width));
  const shown = line.slice(from, from + width).replace(/\p{Cc}/gu, ' ');
  return `  ${shown}\n  ${' '.repeat(column - from)}^`;
}
