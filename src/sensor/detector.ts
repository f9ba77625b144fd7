import type { FindingOrigin } from '#engine/finding/build-finding.ts';
import { buildFinding } from '#engine/finding/build-finding.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { Finding, FindingDrops } from '#model/finding.ts';
import { interimRender } from './interim-render.ts';
import type { RuleSet } from './rule-set.ts';

/** first: an event is one finding, of the first rule that matches; all: of every one that does. */
export const MATCHINGS = ['first', 'all'] as const;
export type Matching = (typeof MATCHINGS)[number];

export interface DetectorOptions {
  readonly matching: Matching;
  readonly node: string;
  readonly bootId: string;
  readonly onFinding: (finding: Finding) => void;
  /** What was lost in the minute before, asked for each finding. */
  readonly recentDrops: () => FindingDrops | undefined;
}

/** Holds each event against the rules in force and makes findings of what matches. */
export class Detector {
  rules: RuleSet;
  private readonly options: DetectorOptions;
  private readonly matches: number[] = [];

  constructor(rules: RuleSet, options: DetectorOptions) {
    this.rules = rules;
    this.options = options;
  }

  detect(ctx: Evaluation): void {
    const { compiled } = this.rules;
    if (this.options.matching === 'first') {
      const index = compiled.matchFirst(ctx);
      if (index >= 0) this.found(ctx, index);
      return;
    }
    if (compiled.matchAll(ctx, this.matches) === 0) return;
    for (const index of this.matches.splice(0)) this.found(ctx, index);
  }

  private found(ctx: Evaluation, index: number): void {
    const rule = this.rules.rules[index];
    if (rule === undefined) return;
    const { node, bootId, recentDrops, onFinding } = this.options;
    const drops = recentDrops();
    const origin: FindingOrigin = { node, bootId, ...(drops && { drops }) };
    onFinding(buildFinding(ctx, rule, interimRender(ctx, rule.output), origin));
  }
}
