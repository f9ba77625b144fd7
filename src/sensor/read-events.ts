import type { CaptureStream } from '#capture/capture-stream.ts';
import { replayCapture } from '#capture/replay-capture.ts';
import { CaptureProcesses } from '#engine/process/capture-processes.ts';
import { UserError } from '#lib/user-error.ts';
import { Evaluation } from '#model/evaluation.ts';
import { openEventFilter } from './event-filter.ts';
import { eventPrinter } from './event-printer.ts';
import type { EventsOptions } from './run-events.ts';
import { say } from './say.ts';

export interface ReadEventsOptions extends EventsOptions {
  /** A capture; `-` is standard input. */
  readonly path: string;
}

/** Characters written at once. */
const BATCH_CHARS = 64 * 1024;

/** Shows the events of a capture until there were enough of them. */
export async function readEvents(options: ReadEventsOptions): Promise<number> {
  const { path } = options;
  const { compiled } = openEventFilter(options.filter);
  const printEvent = eventPrinter(options);
  const most = options.count ?? Number.POSITIVE_INFINITY;
  let text = '';
  let shown = 0;
  const flush = (): void => {
    process.stdout.write(text);
    text = '';
  };
  const visit = (ctx: Evaluation): void => {
    if (shown >= most || (compiled !== undefined && compiled.matchFirst(ctx) < 0)) return;
    const line = printEvent(ctx);
    if (line === undefined) return;
    text += line;
    shown++;
    if (text.length > BATCH_CHARS) flush();
  };
  const pause = (): boolean => {
    flush();
    return shown >= most;
  };
  const state = new CaptureProcesses();
  const stream = await replayCapture({
    path,
    ctx: new Evaluation(state),
    state,
    visit,
    pause,
  }).catch((error: unknown) => {
    throw isFileError(error) ? new UserError(`Cannot read events: ${error.message}`) : error;
  });
  flush();
  tell(stream);
  return 0;
}

function tell({ reader }: CaptureStream): void {
  for (const warning of reader.warnings) say(warning);
  const untold = reader.warningCount - reader.warnings.length;
  if (untold > 0) say(`and ${untold} more warnings`);
  if (reader.unknownTypes === 0) return;
  say(`left out ${reader.unknownTypes} events of types that this version does not know`);
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
