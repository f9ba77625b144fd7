import type { Rule, Tier } from '#engine/rules/rule.ts';
import type { RuleEntry } from './entries.ts';
import type { Located } from './item.ts';

/** The pieces of a text as appending joins them. */
export function textOf(pieces: readonly Located[]): string {
  return pieces.map(({ text }) => text).join(' ');
}

/** The rule that an entry comes to. */
export function ruleOf(
  entry: RuleEntry,
  parts: Pick<Rule, 'output' | 'extraFields' | 'condition' | 'macros' | 'lists'>,
): Rule {
  return {
    name: entry.name,
    description: textOf(entry.description),
    source: entry.source,
    priority: entry.priority,
    tags: entry.tags,
    enabled: entry.enabled,
    conditionText: textOf(entry.condition),
    ...parts,
    file: entry.place.file,
    line: entry.place.line,
    tier: entry.midwatch.tier ?? tierOf(entry),
    runbook: entry.midwatch.runbook,
    holdable: entry.midwatch.holdable ?? true,
  };
}

function tierOf({ priority }: RuleEntry): Tier {
  switch (priority) {
    case 'Emergency':
    case 'Alert':
    case 'Critical':
      return 'page';
    case 'Error':
    case 'Warning':
      return 'ticket';
    default:
      return 'log';
  }
}
