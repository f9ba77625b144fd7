import koffi from 'koffi';
import type { EventView } from '#model/event-view.ts';
import { BULK_WAKE_MS, RING_ROUND_RECORDS } from '#model/limits.ts';
import type { RingPair } from './ring-pair.ts';

export interface RingLoopOptions {
  readonly rings: RingPair;
  /** The descriptors of the ring maps: readable while records wait. */
  readonly fds: readonly number[];
  readonly view: EventView;
  /** Called for each record, with the view on it. */
  readonly onEvent: () => void;
  /** Called after each round that handled something, with how many it was. */
  readonly onRound?: (count: number) => void;
}

/**
 * Waits for records inside Node's own event loop: the ring maps' descriptors are polled with
 * everything else, so a wake-up costs no thread and a quiet machine costs no timer.
 *
 * Under load the descriptor stays readable and the loop comes back after each round, which is
 * bounded so that timers and sockets have their turn. Bulk records wake the reader at most once in
 * BULK_WAKE_MS; whatever came without a wake-up is found by one timer that follows each round.
 *
 * Returns a function that ends it.
 */
export function startRingLoop(options: RingLoopOptions): () => void {
  const { rings, fds, view, onEvent, onRound } = options;
  let isOver = false;
  const round = (): void => {
    if (isOver) return;
    const count = rings.drain(view, onEvent, RING_ROUND_RECORDS);
    if (count === 0) return;
    onRound?.(count);
    later.refresh();
  };
  const later = setTimeout(round, BULK_WAKE_MS);
  const polls = fds.map((fd) => koffi.node.poll(fd, { readable: true }, round));
  return () => {
    isOver = true;
    clearTimeout(later);
    for (const poll of polls) poll.close();
  };
}
