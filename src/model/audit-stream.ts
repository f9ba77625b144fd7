import { toPrintable } from '#lib/byte-string.ts';
import type { JsonFault, JsonResult } from '#lib/parse-json-tree.ts';
import { parseJsonTree } from '#lib/parse-json-tree.ts';
import type { AuditEvent, AuditFault } from './audit-event.ts';
import { auditEvents } from './audit-event.ts';
import { AUDIT_DOCUMENT_BYTES, AUDIT_NESTING } from './limits.ts';

/** Something of an audit log that gave no event. */
export interface AuditProblem {
  /** broken: no JSON · too-large: beyond the bound · the others: an event's own fault. */
  readonly fault: AuditFault | 'broken' | 'too-large';
  /** From 1; of an event within a list, the list's. */
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  /** May hold bytes of the log as they stand there. */
  readonly found: string;
}

export type AuditItem =
  | { readonly kind: 'event'; readonly event: AuditEvent }
  | { readonly kind: 'problem'; readonly problem: AuditProblem };

/** One sentence on what was left out, and why. */
export function auditProblemText(file: string, problem: AuditProblem): string {
  const { fault, line, column, expected } = problem;
  const place = `${file}, line ${line}, column ${column}`;
  const what = fault === 'no-time' ? 'Left out an audit event' : 'Cannot read an audit event';
  return `${what}: ${place}: expected ${expected}, found ${toPrintable(problem.found)}`;
}

/**
 * Audit events from the bytes of a log, in any chunks: one JSON value a line, or values over
 * several lines, each an Event, an EventList or a list of these.
 *
 * What is broken is told and left out, up to the next line that can start a value: one that is not
 * indented and does not merely close. So a list that lost its end still gives its lines. A value is
 * parsed when a chunk arrives; one that is not whole yet is tried again when twice as much of it is
 * there, so any input costs linear time, and memory stays within two documents of the largest size.
 */
export class AuditStream {
  #text = '';
  #started = false;
  /** Where `#text` starts. */
  #line = 1;
  #column = 1;
  /** How long the text must be for another try to be worth it. */
  #retryLength = 0;
  #skipping = false;
  #afterValue = false;
  /**
   * Bytes that may be read again after faults: never more than were read, so that time stays
   * linear.
   */
  #mayReread = AUDIT_DOCUMENT_BYTES;

  *push(bytes: Buffer): Iterable<AuditItem> {
    this.#text += bytes.latin1Slice();
    if (this.#text.length < Math.max(this.#retryLength, BYTE_ORDER_MARK.length)) return;
    yield* this.#read(false);
  }

  /** What is left when no more comes. */
  *end(): Iterable<AuditItem> {
    yield* this.#read(true);
  }

  *#read(last: boolean): Iterable<AuditItem> {
    if (!this.#started && this.#text.startsWith(BYTE_ORDER_MARK)) this.#text = this.#text.slice(3);
    this.#started = true;
    this.#retryLength = 0;
    let at = 0;
    for (;;) {
      const start = this.#skipping ? this.#skip(at) : this.#nextStart(at);
      this.#advance(at, start);
      at = start;
      if (at >= this.#text.length || this.#skipping) break;
      const result = parseJsonTree(this.#text, at, AUDIT_NESTING);
      if (!last && this.#mayGoOn(result) && this.#fits(at)) {
        this.#retryLength = 2 * (this.#text.length - at);
        break;
      }
      yield* this.#items(result, at);
      const end = this.#endOf(result, at);
      this.#advance(at, end);
      at = end;
    }
    this.#text = this.#text.slice(at);
  }

  #mayGoOn(result: JsonResult): boolean {
    if (!result.ok) return result.unfinished;
    return result.node.kind === 'number' && result.end === this.#text.length;
  }

  #fits(start: number): boolean {
    return this.#text.length - start <= AUDIT_DOCUMENT_BYTES;
  }

  *#items(result: JsonResult, start: number): Iterable<AuditItem> {
    const { line, column } = this.#place(start, start);
    if (!result.ok) {
      yield { kind: 'problem', problem: this.#broken(result, start) };
      return;
    }
    for (const item of auditEvents(result.node)) {
      if (item.ok) yield { kind: 'event', event: item.event };
      else {
        const { fault, expected, found } = item;
        yield { kind: 'problem', problem: { fault, line, column, expected, found } };
      }
    }
  }

  #broken(fault: JsonFault, start: number): AuditProblem {
    if (fault.unfinished && !this.#fits(start)) {
      const expected = `the end of the value within ${AUDIT_DOCUMENT_BYTES} bytes`;
      const place = this.#place(start, start);
      return { fault: 'too-large', ...place, expected, found: 'more' };
    }
    const { expected } = fault;
    const restart = this.#restart(fault, start);
    if (restart !== undefined) {
      // The next value starts where this one should go on: the line before was cut short.
      const place = this.#place(start, restart - 1);
      return { fault: 'broken', ...place, expected, found: 'the end of the line' };
    }
    const found = describe(this.#text, fault.at);
    return { fault: 'broken', ...this.#place(start, fault.at), expected, found };
  }

  /** Where reading goes on after a value or a fault. */
  #endOf(result: JsonResult, start: number): number {
    if (result.ok) {
      // A lone word or number is no event, and the rest of its line hardly one.
      this.#afterValue = result.node.kind === 'object' || result.node.kind === 'list';
      this.#skipping = !this.#afterValue;
      return result.end;
    }
    this.#skipping = true;
    const faultAt = Math.min(result.at, this.#text.length);
    const lineEnd = this.#text.indexOf('\n', start);
    if (lineEnd < 0 || lineEnd > faultAt) return faultAt;
    // It took in lines that may be values of their own.
    if (faultAt - lineEnd <= this.#mayReread) {
      this.#mayReread -= faultAt - lineEnd;
      return lineEnd;
    }
    const restart = this.#restart(result, start);
    this.#skipping = restart === undefined;
    return restart ?? faultAt;
  }

  /** The line of the fault, where it starts a value of its own. */
  #restart(fault: JsonFault, start: number): number | undefined {
    const lineStart = this.#text.lastIndexOf('\n', fault.at - 1) + 1;
    return lineStart > start && /[{[]/.test(this.#text[lineStart] ?? '') ? lineStart : undefined;
  }

  /**
   * The start of the next line that can start a value; as far as the text goes where none is seen.
   */
  #skip(from: number): number {
    let at = from;
    for (;;) {
      const newline = this.#text.indexOf('\n', at);
      if (newline < 0) return this.#text.length;
      // What the line holds is not known yet: come back to its break.
      if (newline + 1 === this.#text.length) return newline;
      if (!CONTINUES.test(this.#text[newline + 1] ?? '')) {
        this.#skipping = false;
        return newline + 1;
      }
      at = newline + 1;
    }
  }

  /** Values of a list that lost its brackets still have their commas. */
  #nextStart(from: number): number {
    const at = firstInk(this.#text, from);
    if (at === this.#text.length || !this.#afterValue) return at;
    this.#afterValue = false;
    return this.#text[at] === ',' ? firstInk(this.#text, at + 1) : at;
  }

  /** Counts lines and columns from `from`, which is where they are known, to `to`. */
  #advance(from: number, to: number): void {
    const { line, column } = this.#place(from, to);
    this.#mayReread += to - from;
    this.#line = line;
    this.#column = column;
  }

  #place(from: number, to: number): { readonly line: number; readonly column: number } {
    let line = this.#line;
    let lineStart = from - this.#column + 1;
    for (;;) {
      const newline = this.#text.indexOf('\n', Math.max(lineStart, from));
      if (newline < 0 || newline >= to) return { line, column: to - lineStart + 1 };
      line++;
      lineStart = newline + 1;
    }
  }
}

const BYTE_ORDER_MARK = '\xef\xbb\xbf';
/** How a line starts that belongs to the value before it. */
const CONTINUES = /[\s}\]]/;
const INK = /\S/g;

function firstInk(text: string, from: number): number {
  INK.lastIndex = from;
  return INK.exec(text)?.index ?? text.length;
}

/** One character, for more of it may not be there yet. */
function describe(text: string, at: number): string {
  const character = text[at];
  if (character === undefined) return 'the end';
  if (character === '\n' || character === '\r') return 'the end of the line';
  if (!/[ -~]/.test(character))
    return `byte 0x${text.charCodeAt(at).toString(16).padStart(2, '0')}`;
  return JSON.stringify(character);
}
