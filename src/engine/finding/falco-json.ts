import { stringifyLine } from '#lib/stringify-line.ts';
import type { Finding, FindingFieldValue } from '#model/finding.ts';

/**
 * A finding as Falco writes an alert (json_output), one line, for every sink that takes Falco's:
 * keys and fields in alphabetical order, `output` with local time and priority, `time` in UTC with
 * nanoseconds, 64-bit integers as digits.
 */
export function falcoJson(finding: Finding): string {
  const { node, priority, rule, sentence, source, tags, time, timeNs } = finding;
  return stringifyLine({
    hostname: node,
    output: `${localTime(timeNs)}: ${priority} ${sentence}`,
    output_fields: sorted({ ...finding.fields, 'evt.time': BigInt(timeNs) }),
    priority,
    rule,
    source,
    tags: tags.toSorted(),
    time,
  });
}

function sorted(fields: Finding['fields']): Record<string, FindingFieldValue> {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** `02:47:31.123456789` in the machine's zone. */
function localTime(timeNs: string): string {
  const ns = BigInt(timeNs);
  const clock = new Date(Number(ns / 1_000_000n)).toTimeString().slice(0, 8);
  return `${clock}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
}
