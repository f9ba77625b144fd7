/** How many columns a terminal needs for a text without control characters. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/**
 * The longest start of a text that fits `columns`, with `…` at its end where something is missing.
 */
export function fitWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let width = 0;
  let end = 0;
  for (const char of text) {
    width += charWidth(char);
    if (width > columns - 1) break;
    end += char.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/** `text` and as many spaces as fill `columns`. */
export function padWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/**
 * The lines of a text broken at spaces; a word longer than a line is broken where the line ends.
 */
export function wrapWidth(text: string, columns: number): string[] {
  const width = Math.max(1, columns);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (textWidth(line) > width) {
      const [head, rest] = breakAt(line, width);
      lines.push(head);
      line = rest;
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

function breakAt(text: string, columns: number): [head: string, rest: string] {
  let width = 0;
  let end = 0;
  for (const char of text) {
    width += charWidth(char);
    // At least one, or a wide character in one column would never end.
    if (width > columns && end > 0) break;
    end += char.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
// East Asian wide and full-width blocks (UAX 11), and emoji that are shown as pictures.
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}$/u;

function charWidth(char: string): 0 | 1 | 2 {
  if (char <= '~') return 1;
  if (ZERO.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}
