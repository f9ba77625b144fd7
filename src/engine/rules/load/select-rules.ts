import type { Priority, Rule } from '#engine/rules/rule.ts';
import { PRIORITIES } from '#engine/rules/rule.ts';

/** One step of choosing rules: by a name with `*` for any characters, or by a tag. */
export type Selection =
  | { readonly action: 'enable' | 'disable'; readonly rule: string }
  | { readonly action: 'enable' | 'disable'; readonly tag: string };

/** Drops rules that are less severe than the minimum, then applies the steps in their order. */
export function selectRules(
  rules: readonly Rule[],
  options: { minimumPriority?: Priority | undefined; selection?: readonly Selection[] | undefined },
): readonly Rule[] {
  const limit = PRIORITIES.indexOf(options.minimumPriority ?? 'Debug');
  const severe = rules.filter((rule) => PRIORITIES.indexOf(rule.priority) <= limit);
  const steps = (options.selection ?? []).map(stepOf);
  if (steps.length === 0) return severe;
  return severe.map((rule) => {
    let { enabled } = rule;
    for (const step of steps) if (step.fits(rule)) enabled = step.enables;
    return enabled === rule.enabled ? rule : { ...rule, enabled };
  });
}

interface Step {
  readonly enables: boolean;
  readonly fits: (rule: Rule) => boolean;
}

function stepOf(selection: Selection): Step {
  const enables = selection.action === 'enable';
  if ('tag' in selection) return { enables, fits: (rule) => rule.tags.includes(selection.tag) };
  return { enables, fits: (rule) => matchesWildcard(rule.name, selection.rule) };
}

/** Each part between stars is looked for from where the one before it ended: linear time. */
export function matchesWildcard(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return text.endsWith(last);
}
