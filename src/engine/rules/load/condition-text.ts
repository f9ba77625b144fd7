import { Scalar } from 'yaml';
import type { Located } from './item.ts';
import type { Place } from './source-file.ts';
import type { Edit } from './substitute-list.ts';

/**
 * A condition's text as it is put together: pieces from the files, words in between, then lists in
 * place of their names. It remembers just enough to say where in a file an offset came from.
 */
export class ConditionText {
  text = '';
  private readonly pieces: { readonly start: number; readonly from: Located }[] = [];
  private readonly passes: (readonly Edit[])[] = [];

  add(piece: string | Located): void {
    if (typeof piece === 'string') {
      this.text += piece;
      return;
    }
    this.pieces.push({ start: this.text.length, from: piece });
    this.text += piece.text;
  }

  /** Notes that lists were put in; `text` is what came out. */
  replaced(text: string, edits: readonly Edit[]): void {
    this.text = text;
    this.passes.push(edits);
  }

  placeAt(offset: number): Place | undefined {
    let at = offset;
    for (const edits of this.passes.toReversed()) at = undo(edits, at);
    const piece = this.pieces.findLast(({ start }) => start <= at) ?? this.pieces[0];
    if (piece === undefined) return undefined;
    return placeInText(piece.from, at - piece.start);
  }
}

/** The place in the file of a character of a text's value. */
export function placeInText(from: Located, offset: number): Place {
  const within = Math.min(Math.max(offset, 0), from.text.length);
  return from.file.source.placeAt(sourceOffset(from, within));
}

function undo(edits: readonly Edit[], offset: number): number {
  const edit = edits.findLast(({ newStart }) => newStart <= offset);
  if (edit === undefined) return offset;
  const past = offset - (edit.newStart + edit.newLength);
  // Inside of what was put in there is no place of its own: it is where the name stood.
  return past < 0 ? edit.nameStart : edit.oldEnd + past;
}

/**
 * Where in the file the character at `within` of a scalar's value stands. Folding, indentation and
 * escapes make the value shorter than its source, so both are walked together: blanks in the
 * source are skipped freely, any other character must be met again.
 */
function sourceOffset({ file, node, text }: Located, within: number): number {
  const [start, end] = node.range ?? [0, 0];
  const source = file.source.text;
  let at = firstOfValue(source, start, node.type);
  for (let i = 0; i < within; i++) {
    const char = text[i] ?? '';
    if (isBlank(char)) {
      if (isBlank(source[at] ?? '')) at++;
      continue;
    }
    const found = source.indexOf(char, at);
    if (found === -1 || found >= end) return at;
    at = found + 1;
  }
  while (at < end - 1 && isBlank(source[at] ?? '')) at++;
  return at;
}

function firstOfValue(source: string, start: number, type: string | undefined): number {
  if (type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE) return start + 1;
  if (type !== Scalar.BLOCK_FOLDED && type !== Scalar.BLOCK_LITERAL) return start;
  const lineEnd = source.indexOf('\n', start);
  return lineEnd === -1 ? start : lineEnd + 1;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r';
}
