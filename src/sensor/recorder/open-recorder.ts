import { say } from '#sensor/say.ts';
import type { Watch } from '#sensor/watch.ts';
import { recordDirectory } from './record-directory.ts';
import { Recorder } from './recorder.ts';

/** The recorder of a watched machine; undefined where nothing is to be recorded. */
export function openRecorder(watch: Watch, budgetBytes: number): Recorder | undefined {
  if (budgetBytes === 0) return undefined;
  return new Recorder({
    directory: recordDirectory(),
    budgetBytes,
    threads: () => watch.table.threads.all(),
    clockOffsetNs: () => watch.ctx.clockOffsetNs,
    say,
  });
}
