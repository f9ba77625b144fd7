import type { Rule } from '#engine/rules/rule.ts';
import { TIERS } from '#model/severity.ts';

/**
 * Of the rules that match one event, by index, the one to tell: the worst tier; of the same tier
 * one that no baseline may hold back; of the same there, the first. So a mild rule never hides a
 * severe one, whatever the order of files is. -1 for none.
 */
export function worstRule(rules: readonly Severity[], matches: readonly number[]): number {
  let worst = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const index of matches) {
    const rule = rules[index];
    const severity = rule === undefined ? Number.POSITIVE_INFINITY : severityOf(rule);
    if (severity >= least) continue;
    least = severity;
    worst = index;
  }
  return worst;
}

export type Severity = Pick<Rule, 'tier' | 'holdable'>;

/** Less is worse. */
function severityOf({ tier, holdable }: Severity): number {
  return TIERS.indexOf(tier) * 2 + (holdable ? 1 : 0);
}
