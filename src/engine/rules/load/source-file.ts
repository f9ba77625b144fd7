/** A rule file as given: its text, and where in it an offset is. */
export class SourceFile {
  readonly name: string;
  readonly text: string;
  private lineStarts: readonly number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Line and column of an offset, both from 1; columns count characters, as editors do. */
  placeAt(offset: number): Place {
    this.lineStarts ??= lineStartsOf(this.text);
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.name, line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
