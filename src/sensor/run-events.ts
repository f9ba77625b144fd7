import { UserError } from '#lib/user-error.ts';
import { openEventFilter } from './event-filter.ts';
import type { EventPrinterOptions } from './event-printer.ts';
import { eventPrinter } from './event-printer.ts';
import { LineWriter } from './output/line-writer.ts';
import { say } from './say.ts';
import { Watch } from './watch.ts';

export interface EventsOptions extends EventPrinterOptions {
  readonly filter: string;
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
