/** Times as conditions and output show them. Nanoseconds since 1970, local time unless said. */

const NS_PER_S = 1_000_000_000n;

function nanos(ns: bigint): string {
  return String(ns % NS_PER_S).padStart(9, '0');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function dateOf(ns: bigint): Date {
  return new Date(Number(ns / 1_000_000n));
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function day(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `14:03:09.000000042` */
export function timeText(ns: bigint): string {
  return `${clock(dateOf(ns))}.${nanos(ns)}`;
}

/** `14:03:09` */
export function timeSecondsText(ns: bigint): string {
  return clock(dateOf(ns));
}

/** `2026-11-20 14:03:09.000000042` */
export function dateTimeText(ns: bigint): string {
  return `${day(dateOf(ns))} ${timeText(ns)}`;
}

export function dateTimeSecondsText(ns: bigint): string {
  return `${day(dateOf(ns))} ${timeSecondsText(ns)}`;
}

/** `2026-11-20T14:03:09.000000042+0000`: UTC, as the field evt.time.iso8601 prints it. */
export function isoTimeText(ns: bigint): string {
  return `${dateOf(ns).toISOString().slice(0, 19)}.${nanos(ns)}+0000`;
}

/** `2026-11-20 14:03:09.000000042 +0100` */
export function localTimestamp(ns: bigint): string {
  const date = dateOf(ns);
  const offset = -date.getTimezoneOffset();
  const sign = offset < 0 ? '-' : '+';
  const minutes = Math.abs(offset);
  const zone = `${sign}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  return `${day(date)} ${clock(date)}.${nanos(ns)} ${zone}`;
}

/** Seconds with six significant digits, as printf's %g: `0.5s`, `1e-09s`. */
export function secondsText(ns: bigint): string {
  return `${generalText(Number(ns) / 1e9)}s`;
}

function generalText(value: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(6)))));
  if (exponent >= -4 && exponent < 6) return String(Number(value.toPrecision(6)));
  const [mantissa = '', power = ''] = value.toExponential(5).split('e');
  const digits = power.replace(/[+-]/, '').padStart(2, '0');
  return `${Number(mantissa)}e${power.startsWith('-') ? '-' : '+'}${digits}`;
}
