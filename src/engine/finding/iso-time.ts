const NS_A_SECOND = 1_000_000_000n;

/** ISO 8601 in UTC with nanoseconds, from ns since 1970: `2026-11-20T02:47:31.123456789Z`. */
export function isoTime(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / NS_A_SECOND) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(timeNs % NS_A_SECOND).padStart(9, '0')}Z`;
}
