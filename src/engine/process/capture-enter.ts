import { COPY_SLACK, copyBytes } from '#lib/copy-bytes.ts';
import { eventId } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import { CAPTURE_KEPT_ENTER_BYTES } from '#model/limits.ts';
import type { ThreadRecord } from './thread-record.ts';

const EXECVE_EXIT = eventId('syscall_execve_19_x');
const EXECVEAT_ENTER = eventId('syscall_execveat_e');
/** Most paths fit; a longer one gets a larger buffer once. */
const USUAL_BYTES = 256;

/**
 * Keeps an enter event of an old capture with its thread until the thread's next exit event. A
 * thread keeps its buffer: an allocation an event would cost more than all else here.
 */
export function keepEnter(thread: ThreadRecord, evt: EventView): void {
  const { length, base, data } = evt;
  if (length > CAPTURE_KEPT_ENTER_BYTES) return;
  let kept = thread.enterEvent;
  if (kept === undefined || kept.bytes.length < length + COPY_SLACK) {
    const size = Math.max(USUAL_BYTES, length + COPY_SLACK);
    kept = new EventView().over(Buffer.allocUnsafeSlow(size));
    thread.enterEvent = kept;
  }
  copyBytes(data, base, { data: kept.data, at: 0 }, length);
  kept.at(0);
  thread.isEnterKept = true;
}

/**
 * The kept enter event that belongs to this exit event: the thread's last one, of the same call.
 */
export function keptEnter(thread: ThreadRecord, exitType: number): EventView | undefined {
  const kept = thread.enterEvent;
  if (!thread.isEnterKept || kept === undefined) return undefined;
  const isLast = kept.type === thread.lastEventType;
  const belongs =
    kept.type === exitType - 1 || (kept.type === EXECVEAT_ENTER && exitType === EXECVE_EXIT);
  return isLast && belongs ? kept : undefined;
}
