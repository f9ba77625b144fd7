/**
 * A byte string holds one byte a character (latin1). Names and arguments from a kernel are bytes,
 * not text: as byte strings they survive unchanged and compare exactly, whatever their encoding.
 */

/** The UTF-8 bytes of a text, as a byte string: how a rule's constant meets a kernel's bytes. */
export function toByteString(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * Text that a terminal, a log line and JSON can carry. Valid UTF-8 is decoded; every byte that is
 * not part of it, and every character that could move a cursor, start an escape sequence or turn
 * the reading direction, becomes \xNN, one escape a byte. Backslashes are left alone, so the result
 * is for reading, not for turning back into bytes.
 */
export function toPrintable(bytes: string): string {
  if (PRINTABLE_ASCII.test(bytes)) return bytes;
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    PRINTABLE_RUN.lastIndex = at;
    const run = PRINTABLE_RUN.exec(bytes)?.[0];
    if (run !== undefined) {
      parts.push(run);
      at += run.length;
      continue;
    }
    const length = sequenceLength(bytes, at);
    const raw = bytes.slice(at, at + Math.max(length, 1));
    const text = length > 0 ? Buffer.from(raw, 'latin1').toString('utf8') : '';
    parts.push(text === '' || UNSAFE.test(text) ? escapeBytes(raw) : text);
    at += raw.length;
  }
  return parts.join('');
}

const PRINTABLE_ASCII = /^[ -~]*$/;
const PRINTABLE_RUN = /[ -~]+/y;

// Controls (Cc), format characters such as bidi overrides and zero-width joiners (Cf), line and
// paragraph separators (Zl, Zp), private use and unassigned code points (Co, Cn).
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u;

function escapeBytes(raw: string): string {
  return raw.replace(/./gs, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode, table 3-7); 0 where there is none. */
function sequenceLength(bytes: string, at: number): 0 | 1 | 2 | 3 | 4 {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const [low, high] = SECOND_BYTE_RANGES.get(first) ?? [0x80, 0xbf];
  const second = bytes.charCodeAt(at + 1);
  // Past the end charCodeAt is NaN, which fails every comparison written this way round.
  if (!(second >= low && second <= high)) return 0;
  for (let i = 2; i < length; i++) {
    const next = bytes.charCodeAt(at + i);
    if (!(next >= 0x80 && next <= 0xbf)) return 0;
  }
  return length;
}

// What keeps out overlong forms (e0, f0), surrogates (ed) and code points past U+10FFFF (f4).
const SECOND_BYTE_RANGES: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);
