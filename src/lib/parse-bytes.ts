const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** `64MiB`, `64M`, `1.5 GiB`, `4096`: units are binary. undefined for what is no size. */
export function parseBytes(text: string): number | undefined {
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:iB|B)?$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (value === undefined || factor === undefined) return undefined;
  const bytes = Math.round(Number(value) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
