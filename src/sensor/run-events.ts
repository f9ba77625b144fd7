import { Redactor } from '#engine/finding/redact.ts';
import type { CompiledOutput } from '#engine/rules/output/compile-output.ts';
import { toPrintable } from '#lib/byte-string.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import { UserError } from '#lib/user-error.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { openEventFilter, openEventFormat } from './event-filter.ts';
import { LineWriter } from './output/line-writer.ts';
import { say } from './say.ts';
import { Watch } from './watch.ts';

export interface EventsOptions {
  readonly filter: string;
  /** A leading `*`: events for which a field has no value are shown too. */
  readonly format: string;
  readonly json: boolean;
  readonly count: number | undefined;
}

const EXIT_PIPE = 128 + 13;

/** Shows events until there were enough of them, or it is told to end. */
export async function runEvents(options: EventsOptions): Promise<number> {
  const filter = openEventFilter(options.filter);
  const printEvent = eventPrinter(options);
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const writer = new LineWriter(process.stdout.fd, {
    closed: () => end(EXIT_PIPE),
    trouble: (_reason, message) => say(`Cannot write events: ${message}`),
  });
  let shown = 0;
  const watch = Watch.open({
    eventTypes: filter.eventTypes,
    prefilter: filter.prefilter,
    onLost: ({ lost }) => say(`${lost} events were lost`),
    onEvent: (ctx) => {
      if (shown === options.count) return;
      if (filter.compiled !== undefined && filter.compiled.matchFirst(ctx) < 0) return;
      const line = printEvent(ctx);
      if (line === undefined) return;
      writer.write(line);
      if (++shown === options.count) end(0);
    },
  });
  if (!watch.ok) throw new UserError(watch.message);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0));
  const code = await ended;
  await writer.flush();
  watch.leave();
  if (writer.dropped > 0) say(`${writer.dropped} lines were left out: the reader was too slow`);
  return code;
}

/** Gives an event's line; undefined where a field has no value and such events are not wanted. */
function eventPrinter({ format, json }: EventsOptions): (ctx: Evaluation) => string | undefined {
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
