/**
 * Nanoseconds since 1970 of an RFC 3339 time such as `2018-10-26T13:25:18.275010Z`, or undefined.
 * Read as Go's parser does, which wrote most such times: one digit of an hour will do, a comma
 * before the fraction too, digits after the ninth do not count.
 */
export function parseRfc3339(text: string): bigint | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match;
  const [, , , , , , , fraction = '', zone = ''] = match;
  const date = Number(day) <= daysInMonth(Number(year), Number(month)) && Number(day) > 0;
  if (!date || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = zoneMinutes(zone);
  if (offset === undefined) return undefined;
  // Not Date.UTC alone: it takes the years 0 to 99 for the last century.
  const days =
    new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day)) / MS_PER_DAY;
  const minutes = days * 1440 + Number(hour) * 60 + Number(minute) - offset;
  const nanoseconds = BigInt(fraction.slice(1, 10).padEnd(9, '0'));
  return BigInt(minutes * 60 + Number(second)) * 1_000_000_000n + nanoseconds;
}

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;
const MS_PER_DAY = 86_400_000;

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Minutes east of Greenwich. */
function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 24 || minutes > 60) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
