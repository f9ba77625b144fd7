import { draftFinding } from '#engine/finding/build-finding.ts';
import type { Container } from '#model/container.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { Finding, FindingDrops } from '#model/finding.ts';
import { IdentityWait } from './identity-wait.ts';
import type { RuleSet } from './rule-set.ts';
import type { Matching } from './sensor-options.ts';

export interface DetectorOptions {
  readonly matching: Matching;
  readonly bootId: string;
  readonly onFinding: (finding: Finding) => void;
  /** What was lost in the minute before, asked for each finding. */
  readonly recentDrops: (nowMs: number) => FindingDrops | undefined;
}

/** Holds each event against the rules in force and makes findings of what matches. */
export class Detector {
  rules: RuleSet;
  private readonly options: DetectorOptions;
  private readonly waiting = new IdentityWait();
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

  /** The machine's containers were described. */
  replaceContainers(changes: ReadonlyMap<Container, Container>): void {
    this.waiting.replace(changes);
  }

  close(): void {
    this.waiting.close();
  }

  private found(ctx: Evaluation, index: number): void {
    const rule = this.rules.rules[index];
    const output = this.rules.outputs[index];
    if (rule === undefined || output === undefined) return;
    const { bootId, recentDrops, onFinding } = this.options;
    const drops = recentDrops(performance.now());
    const finish = draftFinding(ctx, rule, {
      node: ctx.hostname,
      bootId,
      ...(drops && { drops }),
    });
    const tell = (at: Evaluation, container: Container | undefined): void =>
      onFinding(finish({ text: output.render(at), fields: output.fields(at) }, container));
    if (!this.waiting.take(ctx, tell)) tell(ctx, ctx.thread?.container);
  }
}
