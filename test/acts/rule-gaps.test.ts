import { describe, expect, test } from 'vitest';
import { ACTS } from './acts.ts';
import { ownRuleFiles } from './own-rules.ts';
import { ruleGaps } from './rule-gaps.ts';

const PLANTED = `
- rule: Planted
  desc: Says nothing.
  condition: evt.res = EPERM
  output: res=%evt.res
  priority: Warning
  tags: [T1059]
  midwatch: {tier: page}
`;

describe('ruleGaps', () => {
  test('finds none in our rules', () => {
    expect(ruleGaps(ownRuleFiles(), ACTS)).toEqual([]);
  });

  test('finds everything that a planted rule lacks', () => {
    const files = [...ownRuleFiles(), { name: 'planted.yaml', text: PLANTED }];
    const gaps = ruleGaps(files, ACTS).filter((gap) => gap.startsWith('Planted: '));
    expect(gaps.map((gap) => gap.slice('Planted: '.length))).toEqual([
      'no runbook',
      'does not say whether it is holdable',
      'no tactic',
      'does not say where',
      'no innocent explanation',
      'tier and priority disagree',
      'names no event types',
      'the output is no sentence',
      'the output does not begin and end as a sentence here does',
      'no act and no look-alike',
    ]);
  });

  test('finds a rule whose entry is missing and an entry whose rule is', () => {
    const [first, ...rest] = ACTS;
    expect(first).toBeDefined();
    expect(ruleGaps(ownRuleFiles(), rest)).toEqual([`${first?.rule}: no act and no look-alike`]);
    const stray = { ...ACTS[0], rule: 'Gone' } as (typeof ACTS)[number];
    expect(ruleGaps(ownRuleFiles(), [...ACTS, stray])).toEqual(['Gone: no such rule']);
  });
});
