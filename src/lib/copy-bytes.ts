/** Up to here a loop over words is faster than a native copy's call. */
const LOOP_BYTES = 256;

/** Bytes that both places must have behind what `copyBytes` copies. */
export const COPY_SLACK = 3;

/**
 * Copies bytes in whole words of four, and so up to COPY_SLACK more than asked for. Either in one
 * buffer or between two; where they overlap, the target lies before the source.
 */
export function copyBytes(
  data: DataView,
  from: number,
  target: { readonly data: DataView; readonly at: number },
  length: number,
): void {
  const { data: to, at } = target;
  if (length > LOOP_BYTES) {
    bytesOf(to).set(bytesOf(data).subarray(from, from + length), at);
    return;
  }
  for (let i = 0; i < length; i += 4) to.setUint32(at + i, data.getUint32(from + i, true), true);
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Copies an even number of bytes, and no more, to a place before them, four at a time. */
export function moveBack(data: DataView, from: number, to: number, length: number): void {
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) data.setUint32(to + i, data.getUint32(from + i, true), true);
  if (words < length) data.setUint16(to + words, data.getUint16(from + words, true), true);
}
