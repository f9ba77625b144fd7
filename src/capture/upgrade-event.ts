import { EVENTS } from '#model/event-schema.ts';
import { EVENT_HEADER_SIZE } from '#model/event-view.ts';

/** Without the number of parameters, which came with the second version. */
const HEADER_V1_SIZE = 22;
const LENGTH_AT = 16;
const TYPE_AT = 20;
const COUNT_SIZE = 4;
/** The two types whose early writers counted three bytes too many. */
const MISCOUNTED = new Set(
  EVENTS.filter(({ constant }) => /^(notification|infrastructure_event)_e$/.test(constant)).map(
    ({ id }) => id,
  ),
);
const MISCOUNT = 3;

/**
 * Gives a first-version event the second version's header, in place: the header moves four bytes
 * back, over what the reader has already taken from the block, and the number of parameters goes
 * between. That number is found by trying: the one for which all lengths add up.
 * Returns where the event starts now; -1 where no number fits.
 */
export function upgradeEventV1(bytes: Buffer, data: DataView, base: number, end: number): number {
  if (base + HEADER_V1_SIZE > end) return -1;
  const type = data.getUint16(base + TYPE_AT, true);
  let length = data.getUint32(base + LENGTH_AT, true);
  if (MISCOUNTED.has(type)) length -= MISCOUNT;
  if (base + length > end) return -1;
  const count = countParams(data, base, length);
  // A type that is not known is skipped whatever it holds.
  if (count < 0 && type < EVENTS.length) return -1;
  const moved = base - COUNT_SIZE;
  bytes.copyWithin(moved, base, base + HEADER_V1_SIZE);
  data.setUint32(moved + LENGTH_AT, length + COUNT_SIZE, true);
  data.setUint32(moved + EVENT_HEADER_SIZE - COUNT_SIZE, Math.max(count, 0), true);
  return moved;
}

function countParams(data: DataView, base: number, length: number): number {
  const lengths = base + HEADER_V1_SIZE;
  const end = base + length;
  const most = EVENTS[data.getUint16(base + TYPE_AT, true)]?.params.length ?? 0;
  for (let count = most; count >= 0; count--) {
    let at = lengths + count * 2;
    if (at > end) continue;
    for (let i = 0; i < count; i++) at += data.getUint16(lengths + i * 2, true);
    if (at === end) return count;
  }
  return -1;
}
