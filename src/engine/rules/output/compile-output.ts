import type { FieldDef, FieldScalar, FieldValue } from '#engine/fields/field.ts';
import { isListValue } from '#engine/fields/field.ts';
import { resolveField } from '#engine/fields/resolve-field.ts';
import type { BoundOperand } from '#engine/rules/compile/bind-operand.ts';
import { bindOperand } from '#engine/rules/compile/bind-operand.ts';
import { CompileError } from '#engine/rules/compile/compile-error.ts';
import { Cursor } from '#engine/rules/language/cursor.ts';
import type { OutputNames } from '#engine/rules/language/take-output-operand.ts';
import { takeOutputOperand, tooWide } from '#engine/rules/language/take-output-operand.ts';
import type { ExtraField } from '#engine/rules/rule.ts';
import { toByteString } from '#lib/byte-string.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { OUTPUT_WIDTH_MAX } from '#model/limits.ts';

/**
 * A rule's output: text with `%field[argument]`, `%toupper(field)`, `%20field` (exactly 20 bytes,
 * cut or filled with spaces). The longest name that is a field counts; what follows is text.
 */
export interface CompiledOutput {
  /** A byte string; `<NA>` where a field has no value. */
  render(ctx: Evaluation): string;
  /** Each field's value by its name, strings as byte strings; null where it has none. */
  fields(ctx: Evaluation): Record<string, FieldValue | null>;
  readonly fieldNames: readonly string[];
}

export type OutputResult =
  | { readonly ok: true; readonly output: CompiledOutput }
  | { readonly ok: false; readonly error: string; readonly offset: number };

interface Token {
  readonly name: string;
  readonly operand: BoundOperand;
  /** 0 for as long as it is. */
  readonly width: number;
}

type Piece = string | Token;

interface ExtraPieces {
  readonly name: string;
  readonly pieces: readonly Piece[];
  readonly isRaw: boolean;
}

/** `text` is text (not bytes), as it stands in the rule file. */
export function compileOutput(text: string, extra: readonly ExtraField[] = []): OutputResult {
  const pieces = takePieces(text);
  if ('error' in pieces) return { ok: false, ...pieces };
  const fields: ExtraPieces[] = [];
  for (const { name, format, isRaw } of extra) {
    const own = takePieces(format);
    if ('error' in own) return { ok: false, ...own };
    fields.push({ name, pieces: own, isRaw });
  }
  return { ok: true, output: new PieceOutput(pieces, fields) };
}

function takePieces(text: string): readonly Piece[] | { error: string; offset: number } {
  const cursor = new Cursor(text);
  const pieces: Piece[] = [];
  let end = 0;
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', cursor.at)) {
    if (at > end) pieces.push(toByteString(text.slice(end, at)));
    cursor.at = at + 1;
    const width = Number(cursor.takePattern(/[0-9]+/y) ?? 0);
    if (cursor.atEnd) {
      return {
        error: 'invalid formatting syntax: formatting cannot end with a %',
        offset: at,
      };
    }
    const token = width > OUTPUT_WIDTH_MAX ? tooWide(width) : takeToken(cursor, width);
    if (typeof token === 'string') return { error: token, offset: at };
    pieces.push(token);
    end = cursor.at;
  }
  if (end < text.length) pieces.push(toByteString(text.slice(end)));
  return pieces;
}

/** The token at the cursor, or what is wrong with it. */
function takeToken(cursor: Cursor, width: number): Token | string {
  const start = cursor.at;
  const token = takeOutputOperand(cursor, NAMES);
  if ('problem' in token) return token.problem;
  const operand = bindOperand(token.operand);
  const name = operand.field?.text ?? cursor.text.slice(start, cursor.at);
  return { name, operand, width };
}

const NAMES: OutputNames = {
  problemOf(operand) {
    try {
      const bound = bindOperand(operand);
      if (!bound.field?.def.filterOnly) return undefined;
      return `field "${bound.key}" can be used in conditions only`;
    } catch (error) {
      if (error instanceof CompileError) return `invalid formatting token: ${error.message}`;
      throw error;
    }
  },
  has(name) {
    const resolved = resolveField(name);
    return resolved.ok && !resolved.field.def.filterOnly;
  },
};

class PieceOutput implements CompiledOutput {
  readonly fieldNames: readonly string[];
  private readonly pieces: readonly Piece[];
  private readonly tokens: readonly Token[];
  private readonly extra: readonly ExtraPieces[];

  constructor(pieces: readonly Piece[], extra: readonly ExtraPieces[]) {
    this.pieces = pieces;
    this.extra = extra;
    const byName = new Map(
      pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [[piece.name, piece] as const])),
    );
    this.tokens = [...byName.values()];
    this.fieldNames = [...new Set([...byName.keys(), ...extra.map(({ name }) => name)])];
  }

  render(ctx: Evaluation): string {
    return renderPieces(this.pieces, ctx);
  }

  fields(ctx: Evaluation): Record<string, FieldValue | null> {
    const values: Record<string, FieldValue | null> = {};
    for (const { name, operand } of this.tokens) values[name] = jsonValue(operand, ctx) ?? null;
    for (const { name, pieces, isRaw } of this.extra) {
      const [first] = pieces;
      const isValue = isRaw && typeof first === 'object';
      values[name] = isValue ? (jsonValue(first.operand, ctx) ?? null) : renderPieces(pieces, ctx);
    }
    return values;
  }
}

function renderPieces(pieces: readonly Piece[], ctx: Evaluation): string {
  let text = '';
  for (const piece of pieces) {
    text += typeof piece === 'string' ? piece : inWidth(valueText(piece.operand, ctx), piece.width);
  }
  return text;
}

function inWidth(text: string, width: number): string {
  return width === 0 ? text : text.slice(0, width).padEnd(width);
}

/**
 * What a field of several values shows: an apid the process's own, other chains all in one text.
 */
function shownValue(operand: BoundOperand, ctx: Evaluation): FieldValue | undefined {
  const value = operand.read(ctx);
  if (operand.several !== 'chain' || !isListValue(value)) return value;
  return operand.type === 'number' ? ctx.thread?.pid : value.join(' ');
}

const UNPRINTABLE = /[^ -~]/g;

function scalarText(value: FieldScalar, { field, type }: BoundOperand): string {
  const format: FieldDef['format'] = field?.def.format;
  if (format !== undefined) return format(value);
  return type === 'buffer' ? String(value).replace(UNPRINTABLE, '.') : String(value);
}

function valueText(operand: BoundOperand, ctx: Evaluation): string {
  const value = shownValue(operand, ctx);
  if (value === undefined) return '<NA>';
  if (!isListValue(value)) return scalarText(value, operand);
  const items = value.map((item) => scalarText(item, operand));
  return items.length === 0 ? '<NA>' : `(${items.join(',')})`;
}

/** Numbers and truth values stay what they are; what needs a form of its own is text. */
function jsonValue(operand: BoundOperand, ctx: Evaluation): FieldValue | undefined {
  const json = operand.field?.def.json;
  if (json !== undefined) return json(ctx);
  const value = shownValue(operand, ctx);
  if (value === undefined) return undefined;
  const asText = operand.field?.def.format !== undefined || operand.type === 'buffer';
  if (!asText) return value;
  if (!isListValue(value)) return scalarText(value, operand);
  return value.map((item) => scalarText(item, operand));
}
