/** What a segment's file name says: when it begins, whose it is, its place among its own. */
export interface SegmentName {
  readonly startMs: number;
  /** One a run of a sensor: only segments of one run continue each other. */
  readonly run: string;
  readonly sequence: number;
}

const PATTERN =
  /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([0-9a-f]{8})-(\d{6,})\.scap\.zst$/;

/** `20261121T060102123Z-0badcafe-000001.scap.zst`: sorts by time. */
export function segmentName({ startMs, run, sequence }: SegmentName): string {
  const time = new Date(startMs).toISOString().replace(/[-:.]/g, '');
  return `${time}-${run}-${String(sequence).padStart(6, '0')}.scap.zst`;
}

/** undefined for a file that is no segment. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const parts = PATTERN.exec(name);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, ms, run = '', sequence] = parts;
  const startMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(startMs) ? undefined : { startMs, run, sequence: Number(sequence) };
}
