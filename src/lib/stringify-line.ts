/**
 * One line of JSON. A bigint becomes plain digits, as other tools write 64-bit integers; who reads
 * doubles only loses its last digits. Lone surrogates are escaped by JSON itself.
 */
export function stringifyLine(value: unknown): string {
  const text = JSON.stringify(value, (_key, item) =>
    typeof item === 'bigint' ? rawJson(item) : item,
  );
  return `${text}\n`;
}

// TypeScript 7 does not know JSON.rawJSON yet; every Node >= 22 has it.
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

function rawJson(value: bigint): unknown {
  return rawJSON(String(value));
}
