import type { CaptureStream } from '#capture/capture-stream.ts';
import { openCapture } from '#capture/open-capture.ts';
import type { CaptureTables } from '#model/capture-tables.ts';
import type { Evaluation, ProcessState } from '#model/evaluation.ts';

/** The state of the machine in a capture: takes its tables, then its events one after another. */
export interface CaptureState extends ProcessState, CaptureTables {
  /** Applies the event under ctx.evt; says whose it is and about which fd. */
  apply(ctx: Evaluation): void;
}

export interface ReplayCaptureOptions {
  /** A file, or `-` for standard input. */
  readonly path: string;
  readonly ctx: Evaluation;
  readonly state: CaptureState;
  /** Called for each event that rules should see, with the state as it is after the event. */
  readonly visit: (ctx: Evaluation) => void;
  /** Called now and then, between events; true ends the replay. */
  readonly pause?: (stream: CaptureStream) => boolean;
}

/** Plays a whole capture; gives the stream, now at its end, with its counts and warnings. */
export async function replayCapture(options: ReplayCaptureOptions): Promise<CaptureStream> {
  const { path, ctx, state } = options;
  const stream = await openCapture(path, state, ctx.evt);
  try {
    while (await stream.fill()) {
      playWindow(stream, options);
      if (options.pause?.(stream) === true) break;
    }
  } finally {
    await stream.close();
  }
  return stream;
}

/** Apart from the loop around it, so that it is compiled without the machinery of async. */
function playWindow(stream: CaptureStream, { ctx, state, visit }: ReplayCaptureOptions): void {
  while (stream.next()) {
    ctx.evtNum = stream.number;
    if (ctx.firstTimeNs === 0n) ctx.firstTimeNs = ctx.timeNs;
    state.apply(ctx);
    if (!stream.forRules) continue;
    visit(ctx);
    ctx.leaveEvent();
  }
}
