import { draftFinding } from '#engine/finding/build-finding.ts';
import type { Container } from '#model/container.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { Finding, FindingDrops } from '#model/finding.ts';
import type { Thread } from '#model/process.ts';
import { IdentityWait } from './identity-wait.ts';
import { prepareRules } from './prepare-rules.ts';
import type { RuleSet } from './rule-set.ts';
import type { Matching } from './sensor-options.ts';
import { worstRule } from './worst-rule.ts';

export interface DetectorOptions {
  readonly matching: Matching;
  readonly bootId: string;
  readonly onFinding: (finding: Finding) => void;
  /** The same process does the same again; true where that was counted with what was told. */
  readonly onRepeat: (finding: Finding, timeNs: bigint) => boolean;
  /** What was lost in the minute before, asked for each finding. */
  readonly recentDrops: (nowMs: number) => FindingDrops | undefined;
}

/** Holds each event against the rules in force and makes findings of what matches. */
export class Detector {
  private ruleSet: RuleSet;
  private readonly options: DetectorOptions;
  private readonly waiting = new IdentityWait();
  private readonly matches: number[] = [];
  /**
   * What each process was last found at, by rule. A process in a loop is the same finding each
   * time, and making one (its tree, secrets taken out) costs 150 us: a flood of them is how
   * somebody would hide. Held as long as the process, at most one a rule.
   */
  private lastFound = new WeakMap<object, Map<number, Found>>();

  constructor(rules: RuleSet, options: DetectorOptions) {
    prepareRules(rules.compiled);
    this.ruleSet = rules;
    this.options = options;
  }

  get rules(): RuleSet {
    return this.ruleSet;
  }

  set rules(rules: RuleSet) {
    prepareRules(rules.compiled);
    this.ruleSet = rules;
    this.lastFound = new WeakMap();
  }

  detect(ctx: Evaluation): void {
    const { compiled } = this.rules;
    if (this.options.matching === 'first') {
      const index = compiled.matchFirst(ctx);
      if (index >= 0) this.found(ctx, index);
      return;
    }
    if (compiled.matchAll(ctx, this.matches) === 0) return;
    const matches = this.matches.splice(0);
    if (this.options.matching === 'worst') this.found(ctx, worstRule(this.rules.rules, matches));
    else for (const index of matches) this.found(ctx, index);
  }

  /** The machine's containers were described. */
  replaceContainers(changes: ReadonlyMap<Container, Container>): void {
    this.waiting.replace(changes);
  }

  close(): void {
    this.waiting.close();
  }

  private remember(thread: Thread, index: number, found: Found): void {
    const byRule = this.lastFound.get(thread);
    if (byRule === undefined) this.lastFound.set(thread, new Map([[index, found]]));
    else if (byRule.size < this.rules.rules.length) byRule.set(index, found);
  }

  private found(ctx: Evaluation, index: number): void {
    const rule = this.rules.rules[index];
    const output = this.rules.outputs[index];
    if (rule === undefined || output === undefined) return;
    const { bootId, recentDrops, onFinding, onRepeat } = this.options;
    const { thread } = ctx;
    const text = output.render(ctx);
    const last = this.lastFound.get(thread ?? ctx)?.get(index);
    if (last?.text === text && last.generation === thread?.generation) {
      if (onRepeat(last.finding, ctx.timeNs)) return;
    }
    const drops = recentDrops(performance.now());
    const finish = draftFinding(ctx, rule, {
      node: ctx.hostname,
      bootId,
      ...(drops && { drops }),
    });
    const generation = thread?.generation;
    const tell = (at: Evaluation, container: Container | undefined): void => {
      const finding = finish({ text: output.render(at), fields: output.fields(at) }, container);
      if (thread !== undefined) this.remember(thread, index, { finding, text, generation });
      onFinding(finding);
    };
    if (!this.waiting.take(ctx, tell)) tell(ctx, ctx.thread?.container);
  }
}

interface Found {
  readonly finding: Finding;
  readonly text: string;
  readonly generation: number | undefined;
}
