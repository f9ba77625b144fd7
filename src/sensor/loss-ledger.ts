import { EVENTS } from '#model/event-schema.ts';
import type { FindingDrops } from '#model/finding.ts';
import { LOSS_MEMORY_MS } from '#model/limits.ts';

/** The part of the kernel sensor's counters that this needs. */
export type DroppedByType = ReadonlyMap<number, { readonly dropped: number }>;

/**
 * Remembers which events were lost in the last minute, from counters that only grow: every finding
 * of that minute says that it may be incomplete. Two event types of one name are one kind.
 */
export class LossLedger {
  /** Since the start. */
  total = 0;
  private readonly before = new Map<number, number>();
  private losses: Loss[] = [];

  /** Takes the counters at `nowMs`; what was lost since the last time, undefined for nothing. */
  update(counters: DroppedByType, nowMs: number): FindingDrops | undefined {
    this.losses = this.losses.filter((loss) => nowMs - loss.atMs < LOSS_MEMORY_MS);
    const kinds: Record<string, number> = {};
    let lost = 0;
    for (const [type, { dropped }] of counters) {
      const more = dropped - (this.before.get(type) ?? 0);
      this.before.set(type, dropped);
      if (more <= 0) continue;
      const kind = EVENTS[type]?.name ?? String(type);
      kinds[kind] = (kinds[kind] ?? 0) + more;
      lost += more;
    }
    if (lost === 0) return undefined;
    this.total += lost;
    this.losses.push({ atMs: nowMs, drops: { lost, kinds } });
    return { lost, kinds };
  }

  /** All that was lost in the minute before `nowMs`; undefined for nothing, the usual case. */
  recent(nowMs: number): FindingDrops | undefined {
    if (this.losses.length === 0) return undefined;
    const recent = this.losses.filter((loss) => nowMs - loss.atMs < LOSS_MEMORY_MS);
    if (recent.length === 0) return undefined;
    const kinds: Record<string, number> = {};
    let lost = 0;
    for (const { drops } of recent) {
      lost += drops.lost;
      for (const [kind, count] of Object.entries(drops.kinds)) {
        kinds[kind] = (kinds[kind] ?? 0) + count;
      }
    }
    return { lost, kinds };
  }
}

interface Loss {
  readonly atMs: number;
  readonly drops: FindingDrops;
}
