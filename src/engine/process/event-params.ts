import type { EventView } from '#model/event-view.ts';

/** Readers of parameters that EventView leaves to whoever needs them. */

/** A u64 parameter (times, capability masks); undefined where the writer did not give it. */
export function paramBigUint64(evt: EventView, index: number): bigint | undefined {
  return evt.paramLength(index) === 8
    ? evt.data.getBigUint64(evt.paramStart(index), true)
    : undefined;
}

/** A u64 parameter as a double (inode numbers, sizes). */
export function paramUint64(evt: EventView, index: number): number | undefined {
  return evt.paramLength(index) === 8 ? evt.uint64(evt.paramStart(index)) : undefined;
}

/** A number of any width up to 4 bytes, unsigned. */
export function paramSmallUint(evt: EventView, index: number): number | undefined {
  const start = evt.paramStart(index);
  switch (evt.paramLength(index)) {
    case 1:
      return evt.data.getUint8(start);
    case 2:
      return evt.data.getUint16(start, true);
    case 4:
      return evt.data.getUint32(start, true);
    default:
      return undefined;
  }
}

/** A blob of NUL-terminated strings, split; the last NUL ends the last string. */
export function splitBlob(blob: string): readonly string[] {
  const end = blob.endsWith('\0') ? blob.length - 1 : blob.length;
  return end === 0 ? [] : blob.slice(0, end).split('\0');
}

/** A blob parameter's strings; none where it is absent. */
export function paramStrings(evt: EventView, index: number): readonly string[] {
  const blob = evt.paramString(index);
  return blob === undefined || blob === '' ? [] : blob.split('\0');
}
