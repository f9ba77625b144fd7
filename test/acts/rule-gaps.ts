import { eventNamesOf } from '#engine/rules/load/event-types.ts';
import type { RuleFile } from '#engine/rules/load/load-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { techniques } from '#engine/rules/rule.ts';
import type { Act } from './act.ts';
import { loadFiles, saidKeys } from './own-rules.ts';

/** More event types than any rule of ours names: such a rule forgot to name them. */
const EVENT_TYPES_MAX = 12;
const SENTENCE_CHARS_MAX = 200;

/** What is missing so that the rules are complete and shown to work; one sentence each. */
export function ruleGaps(files: readonly RuleFile[], acts: readonly Act[]): readonly string[] {
  const { rules, diagnostics } = loadFiles(files);
  const said = saidKeys(files);
  const names = new Set(rules.map(({ name }) => name));
  return [
    ...diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`),
    ...rules.flatMap((rule) => gapsOf(rule, said.get(rule.name) ?? []).map(toldOf(rule))),
    ...rules.flatMap((rule) => actGaps(rule, acts).map(toldOf(rule))),
    ...acts.filter((act) => !names.has(act.rule)).map((act) => `${act.rule}: no such rule`),
  ];
}

function toldOf(rule: Rule): (gap: string) => string {
  return (gap) => `${rule.name}: ${gap}`;
}

function gapsOf(rule: Rule, said: readonly string[]): readonly string[] {
  const { description, tags, output } = rule;
  const checks: readonly (readonly [boolean, string])[] = [
    [said.includes('tier'), 'no tier'],
    [said.includes('runbook'), 'no runbook'],
    [said.includes('holdable'), 'does not say whether it is holdable'],
    [techniques(rule).length > 0, 'no technique'],
    [tags.some((tag) => tag.startsWith('mitre_')), 'no tactic'],
    [tags.includes('container') || tags.includes('host'), 'does not say where'],
    [description.split(/Innocent /).length === 2, 'no innocent explanation'],
    [rule.holdable || rule.tier === 'page', 'not holdable, and yet nobody is woken'],
    [(rule.tier === 'page') === (rule.priority === 'Critical'), 'tier and priority disagree'],
    [eventNamesOf(rule.condition).size <= EVENT_TYPES_MAX, 'names no event types'],
    [!/[a-z]=%|<NA>/.test(output), 'the output is no sentence'],
    [/^[A-Z].*[^.]$/.test(output), 'the output does not begin and end as a sentence here does'],
    [output.length <= SENTENCE_CHARS_MAX, 'the output is too long'],
  ];
  return checks.filter(([holds]) => !holds).map(([, gap]) => gap);
}

function actGaps(rule: Rule, acts: readonly Act[]): readonly string[] {
  const entries = acts.filter((act) => act.rule === rule.name);
  if (entries.length === 0) return ['no act and no look-alike'];
  return entries.length > 1 ? ['more than one entry of acts'] : [];
}
