import { buildFinding } from '#engine/finding/build-finding.ts';
import { drawFinding } from '#engine/finding/draw-finding.ts';
import { falcoJson } from '#engine/finding/falco-json.ts';
import type { CompiledOutput } from '#engine/rules/output/compile-output.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import type { Terminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { Finding } from '#model/finding.ts';

/** text: for people · json: a finding a line · falco: Falco's JSON. */
export const ALERT_FORMS = ['text', 'json', 'falco'] as const;
export type AlertForm = (typeof ALERT_FORMS)[number];

export interface AlertPrinterOptions {
  readonly form: AlertForm;
  readonly terminal: Terminal;
  /** The machine that findings name. */
  readonly node: string;
  readonly write: (text: string) => void;
}

/** Writes a finding for each rule that matched the event at hand; nothing is folded. */
export class AlertPrinter {
  /** How often each rule matched, by its name. */
  readonly alertsByRule: Map<string, number>;
  private readonly rules: readonly Rule[];
  private readonly outputs: (CompiledOutput | undefined)[];
  private readonly options: AlertPrinterOptions;

  constructor(
    rules: readonly Rule[],
    options: AlertPrinterOptions,
    alertsByRule = new Map<string, number>(),
  ) {
    this.rules = rules;
    this.outputs = rules.map(() => undefined);
    this.options = options;
    this.alertsByRule = alertsByRule;
  }

  alert(ctx: Evaluation, index: number): void {
    const rule = this.rules[index];
    if (rule === undefined) return;
    this.alertsByRule.set(rule.name, (this.alertsByRule.get(rule.name) ?? 0) + 1);
    const output = this.outputs[index] ?? outputOf(rule);
    this.outputs[index] = output;
    const rendered = { text: output.render(ctx), fields: output.fields(ctx) };
    const finding = buildFinding(ctx, rule, rendered, { node: this.options.node, bootId: '' });
    this.options.write(this.print(finding));
  }

  private print(finding: Finding): string {
    switch (this.options.form) {
      case 'text':
        return drawFinding(finding, this.options.terminal);
      case 'json':
        return stringifyLine(finding);
      case 'falco':
        return falcoJson(finding);
    }
  }
}

function outputOf(rule: Rule): CompiledOutput {
  const result = compileOutput(rule.output, rule.extraFields);
  if (result.ok) return result.output;
  const place = `${rule.file}, line ${rule.line}`;
  throw new UserError(`Cannot use the output of rule "${rule.name}": ${place}: ${result.error}`);
}
