import type { CaptureState } from '#capture/replay-capture.ts';
import { CaptureProcesses } from '#engine/process/capture-processes.ts';

/** A machine of which nothing is known yet, to play one capture into. */
export function newCaptureState(): CaptureState {
  return new CaptureProcesses();
}
