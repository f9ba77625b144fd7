/**
 * A text of at most about `max` characters: the middle of a longer one is left out, saying how
 * much. Start and end of a command line both matter; its middle seldom does.
 */
export function elideMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const note = `…[${text.length - max} more]…`;
  const kept = Math.max(0, max - note.length);
  const tail = Math.floor(kept / 3);
  const head = kept - tail;
  // Not between the halves of a surrogate pair.
  const start = isLowSurrogate(text, head) ? head - 1 : head;
  const end = isLowSurrogate(text, text.length - tail)
    ? text.length - tail + 1
    : text.length - tail;
  return `${text.slice(0, start)}…[${end - start} more]…${text.slice(end)}`;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
