const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `10m`, `90s`, `1h30m`, `2 d`, in ms. undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gy)];
  const matched = parts.reduce((sum, [part]) => sum + part.length, 0);
  if (parts.length === 0 || matched !== text.length) return undefined;
  let totalMs = 0;
  for (const [, value, unit = ''] of parts) totalMs += Number(value) * (UNITS_MS[unit] ?? NaN);
  return Number.isFinite(totalMs) ? totalMs : undefined;
}
