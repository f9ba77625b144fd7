import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import type { FieldLookup } from '#engine/rules/load/field-lookup.ts';
import type { LoadOptions } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { CompiledOutput } from '#engine/rules/output/compile-output.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { playTrace } from './traces.ts';

/** One rule that matched one event. */
export interface Alert {
  readonly rule: Rule;
  readonly number: number;
  /** As Falco's `output` and `output_fields`; undefined where `fields` was not asked for. */
  readonly output: string | undefined;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export interface AlertOptions {
  readonly matching: 'first' | 'all';
  /** Whether each alert carries its fields. */
  readonly fields?: boolean;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly problems: readonly string[];
}

/** Loads rule files of the folder. */
export function loadRuleSet(
  folder: string,
  names: readonly string[],
  options: Omit<LoadOptions, 'fields'> & { readonly fields: FieldLookup },
): RuleSet {
  const files = names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  const { rules, diagnostics } = loadRules(files, { lints: false, ...options });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return { rules, problems: errors.map(({ message }) => message) };
}

/** Every alert that the rules give on a capture, in order. */
export async function alertsOf(
  folder: string,
  trace: string,
  rules: readonly Rule[],
  options: AlertOptions,
): Promise<readonly Alert[]> {
  const compiled = compileRules(rules);
  const outputs = options.fields === true ? rules.map(outputOf) : [];
  const alerts: Alert[] = [];
  const matches: number[] = [];
  await playTrace(folder, trace, (ctx) => {
    matches.length = 0;
    if (options.matching === 'all') compiled.matchAll(ctx, matches);
    else {
      const first = compiled.matchFirst(ctx);
      if (first >= 0) matches.push(first);
    }
    for (const index of matches) {
      const rule = rules[index];
      if (rule === undefined) continue;
      const output = outputs[index]?.render(ctx);
      const fields = outputs[index]?.fields(ctx);
      alerts.push({ rule, number: ctx.evtNum, output, fields });
    }
  });
  return alerts;
}

/** The alert's text as Falco with `time_format_iso_8601` has it. */
function outputOf(rule: Rule): CompiledOutput {
  const result = compileOutput(`%evt.time.iso8601: ${rule.priority} ${rule.output}`);
  if (!result.ok) throw new Error(`Cannot compile output of "${rule.name}": ${result.error}`);
  return result.output;
}
