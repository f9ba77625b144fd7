import { createHash } from 'node:crypto';
import type { Finding, FindingDrops, FindingFieldValue } from '#model/finding.ts';
import { FINDING_SCHEMA } from '#model/finding.ts';
import type { Priority, Tier } from '#model/severity.ts';
import { isoTime } from './iso-time.ts';

export interface SensorFindingOptions {
  readonly rule: string;
  readonly sentence: string;
  readonly tier: Tier;
  readonly priority: Priority;
  readonly node: string;
  readonly timeNs: bigint;
  readonly fields?: Readonly<Record<string, FindingFieldValue>>;
}

/** A finding about ourselves: no silence where we were blind. */
export function sensorFinding(options: SensorFindingOptions): Finding {
  const { rule, node, timeNs, fields = {} } = options;
  const time = isoTime(timeNs);
  const id = createHash('sha256').update(`${FINDING_SCHEMA}\n${node}\n${timeNs}\n${rule}`);
  return {
    schema: FINDING_SCHEMA,
    id: id.digest('hex').slice(0, 32),
    kind: 'sensor',
    time,
    timeNs: String(timeNs),
    rule,
    tier: options.tier,
    priority: options.priority,
    tags: ['midwatch'],
    techniques: [],
    holdable: false,
    source: 'internal',
    sentence: options.sentence,
    tree: [],
    node,
    fields,
    repeat: { count: 1, firstTime: time, lastTime: time, distinct: 1 },
  };
}

/** Events were lost, so findings of this minute may be missing or incomplete. */
export function lostEventsFinding(
  drops: FindingDrops,
  at: { node: string; timeNs: bigint },
): Finding {
  const kinds = Object.entries(drops.kinds)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`);
  return sensorFinding({
    ...at,
    rule: 'Midwatch lost events',
    tier: 'ticket',
    priority: 'Warning',
    sentence:
      `Midwatch lost ${drops.lost} events (${kinds.join(', ')}): ` +
      'findings of this minute may be missing or incomplete',
    fields: { 'midwatch.lost': drops.lost, ...prefixed(drops.kinds) },
  });
}

function prefixed(kinds: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, count]) => [`midwatch.lost.${kind}`, count]),
  );
}
