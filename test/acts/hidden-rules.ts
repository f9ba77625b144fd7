import type { Rule } from '#engine/rules/rule.ts';
import type { Finding } from '#model/finding.ts';
import { TIERS } from '#model/severity.ts';

/**
 * Where an event is told by the first rule that matches, a mild one before a severe one hides it.
 * Of findings told by every rule that matched: the pairs in which that would happen.
 */
export function hiddenRules(
  rules: readonly Pick<Rule, 'name' | 'tier' | 'holdable'>[],
  findings: readonly Finding[],
): readonly string[] {
  const place = new Map(rules.map(({ name }, index) => [name, index]));
  const severity = new Map(rules.map((rule) => [rule.name, severityOf(rule)]));
  const events = Map.groupBy(
    findings.filter(({ kind }) => kind === 'rule'),
    ({ event, timeNs }) => `${timeNs} ${event?.num}`,
  );
  const pairs = [...events.values()].flatMap((told) => {
    const names = told.map(({ rule }) => rule);
    const first = names.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))[0] ?? '';
    return names
      .filter((name) => (severity.get(name) ?? 0) < (severity.get(first) ?? 0))
      .map((name) => `"${first}" comes before "${name}"`);
  });
  return [...new Set(pairs)].sort();
}

/** Less is worse. A page that no baseline may hold back is worse than one that it may. */
function severityOf({ tier, holdable }: Pick<Rule, 'tier' | 'holdable'>): number {
  return TIERS.indexOf(tier) * 2 + (holdable ? 1 : 0);
}
