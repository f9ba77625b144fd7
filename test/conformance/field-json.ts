import type { FieldScalar, FieldValue } from '#engine/fields/field.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { Evaluation } from '#model/evaluation.ts';

/** Reads fields as a rule's output writes them into `output_fields`. */
export class FieldJson {
  private readonly readers = new Map<string, (ctx: Evaluation) => unknown>();

  read(ctx: Evaluation, name: string): unknown {
    const known = this.readers.get(name) ?? readerOf(name);
    this.readers.set(name, known);
    return known(ctx);
  }
}

function readerOf(name: string): (ctx: Evaluation) => unknown {
  const compiled = compileOutput(`%${name}`);
  if (!compiled.ok) throw new Error(`Cannot read the oracle: ${compiled.error}`);
  const { output } = compiled;
  return (ctx) => asJson(Object.values(output.fields(ctx))[0] ?? null);
}

/** Bytes as Falco's JSON shows them: what is no UTF-8 becomes the replacement character. */
function asJson(value: FieldValue | null): unknown {
  if (typeof value === 'string') return Buffer.from(value, 'latin1').toString('utf8');
  if (typeof value === 'bigint' && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  return Array.isArray(value) ? value.map((item: FieldScalar) => asJson(item)) : value;
}
