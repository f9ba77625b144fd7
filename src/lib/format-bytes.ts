/** A size for reading, in binary units with one decimal below ten: `512 B`, `1.5 KiB`, `98 MiB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'unknown';
  if (bytes < 0) return `-${formatBytes(-bytes)}`;
  let value = bytes;
  let unit = 'B';
  for (const larger of ['KiB', 'MiB', 'GiB', 'TiB', 'PiB']) {
    // What would be shown as 1024 is shown as one of the next unit.
    if (value < 1023.5) break;
    value /= 1024;
    unit = larger;
  }
  const digits = unit === 'B' || value >= 9.95 ? 0 : 1;
  return `${Number(value.toFixed(digits))} ${unit}`;
}
