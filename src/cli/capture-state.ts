import { CaptureProcesses } from '#engine/process/capture-processes.ts';
import type { CaptureState } from './replay-capture.ts';

/** A machine of which nothing is known yet, to play one capture into. */
export function newCaptureState(): CaptureState {
  return new CaptureProcesses();
}
