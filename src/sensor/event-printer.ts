import { Redactor } from '#engine/finding/redact.ts';
import type { CompiledOutput } from '#engine/rules/output/compile-output.ts';
import { toPrintable } from '#lib/byte-string.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { openEventFormat } from './event-filter.ts';

export interface EventPrinterOptions {
  /** A leading `*`: events for which a field has no value are shown too. */
  readonly format: string;
  readonly json: boolean;
}

/** Gives an event's line; undefined where a field has no value and such events are not wanted. */
export function eventPrinter({
  format,
  json,
}: EventPrinterOptions): (ctx: Evaluation) => string | undefined {
  const wantsAll = format.startsWith('*');
  const output: CompiledOutput = openEventFormat(wantsAll ? format.slice(1) : format);
  return (ctx) => {
    if (json || !wantsAll) {
      const fields = output.fields(ctx);
      if (!wantsAll && Object.values(fields).includes(null)) return undefined;
      if (json) return stringifyLine(printableFields(fields));
    }
    return `${shown(output.render(ctx))}\n`;
  };
}

function printableFields(fields: ReturnType<CompiledOutput['fields']>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? shown(value) : value,
    ]),
  );
}

/** Arguments and environments of a machine are full of secrets, and terminals are looked at. */
function shown(bytes: string): string {
  return toPrintable(new Redactor().text(bytes));
}
