/**
 * Parses JSON in which integers may be beyond what a double holds: those come out as bigint, so
 * that times in nanoseconds compare exactly.
 */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value, context?: { readonly source?: string }) => {
    const source = context?.source;
    if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value))
      return value;
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}
