/**
 * Falco puts lists into conditions as text, before parsing: wherever a list's name stands between
 * blanks, parentheses, commas or "=", whatever it means there. Rule files rely on it, so it is
 * kept, in one pass over the text.
 */
export interface Edit {
  /** In the text before: where the name stood, and where what follows the replacement began. */
  readonly nameStart: number;
  readonly oldEnd: number;
  /** In the text after. */
  readonly newStart: number;
  readonly newLength: number;
}

export interface Substitution {
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** undefined where the name does not stand in the text as a word of its own. */
export function substituteList(
  text: string,
  name: string,
  items: readonly string[],
): Substitution | undefined {
  const replacement = items.map(quoteItem).join(', ');
  const parts: string[] = [];
  const edits: Edit[] = [];
  let done = 0;
  let length = 0;
  const push = (part: string) => {
    parts.push(part);
    length += part.length;
  };
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const nameEnd = at + name.length;
    if (at < done || !isDelimited(text, at, nameEnd)) continue;
    const span = spanToReplace(text, {
      start: at,
      end: nameEnd,
      done,
      isEmpty: replacement === '',
    });
    push(text.slice(done, span.start));
    const put = `${length > 0 ? ' ' : ''}${replacement} `;
    edits.push({ nameStart: at, oldEnd: span.end, newStart: length, newLength: put.length });
    push(put);
    done = span.end;
  }
  if (edits.length === 0) return undefined;
  push(text.slice(done));
  return { text: parts.join(''), edits };
}

/** An item with a blank in it needs quotes; one that begins with a quote is taken to have them. */
export function quoteItem(item: string): string {
  return item.includes(' ') && !/^["']/.test(item) ? `"${item}"` : item;
}

const BLANKS = ' \t\n\r';
const DELIMITERS = `${BLANKS}(),=`;

function isDelimited(text: string, start: number, end: number): boolean {
  const isOpen = start === 0 || DELIMITERS.includes(text.charAt(start - 1));
  return isOpen && (end >= text.length || DELIMITERS.includes(text.charAt(end)));
}

/** The name with the blanks around it; where nothing takes its place, with a comma too. */
function spanToReplace(
  text: string,
  at: { start: number; end: number; done: number; isEmpty: boolean },
): { start: number; end: number } {
  let { start, end } = at;
  while (start > at.done && BLANKS.includes(text.charAt(start - 1))) start--;
  while (end < text.length && BLANKS.includes(text.charAt(end))) end++;
  if (!at.isEmpty) return { start, end };
  if (start > at.done && text[start - 1] === ',') return { start: start - 1, end };
  return text[end] === ',' ? { start, end: end + 1 } : { start, end };
}

/** The words of a text that could be names of lists. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/[ \t\n\r(),=]+/);
}
