import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { techniques } from '#engine/rules/rule.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import type { Terminal } from '#lib/terminal.ts';
import { fitWidth, padWidth, textWidth } from '#lib/text-width.ts';
import type { Tier } from '#model/severity.ts';
import { namedTypes } from './named-types.ts';
import { openSoundRules } from './open-rules.ts';

interface ListOptions {
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** What a list of rules says of one. */
interface ListedRule {
  readonly name: string;
  readonly tier: Tier;
  readonly priority: string;
  readonly techniques: readonly string[];
  readonly holdable: boolean;
  readonly enabled: boolean;
  readonly runbook: string | null;
  readonly source: string;
  readonly eventTypes: readonly string[];
  readonly file: string;
  readonly line: number;
}

export function listRules(paths: readonly string[], { json, terminal }: ListOptions): string {
  const { rules } = openSoundRules(paths);
  const listed = describeRules(rules);
  return json ? listed.map(stringifyLine).join('') : drawTable(listed, terminal);
}

function describeRules(rules: readonly Rule[]): ListedRule[] {
  const compiled = {
    syscall: compileRules(rules, { source: 'syscall' }),
    k8s_audit: compileRules(rules, { source: 'k8s_audit' }),
  };
  return rules.map((rule, index) => {
    const from = rule.source === 'k8s_audit' ? compiled.k8s_audit : compiled.syscall;
    const { eventTypes } = from.explain(index);
    return {
      name: rule.name,
      tier: rule.tier,
      priority: rule.priority,
      techniques: techniques(rule),
      holdable: rule.holdable,
      enabled: rule.enabled,
      runbook: rule.runbook ?? null,
      source: rule.source,
      eventTypes: [...new Set(namedTypes(eventTypes).map(({ name }) => name))],
      file: rule.file,
      line: rule.line,
    };
  });
}

const SIGNS: Readonly<Record<Tier, string>> = { page: '◆', ticket: '▲', log: '●' };
const MOST_NAME = 44;
const TECHNIQUES = 19;
/** Sign, tier, held and the spaces between, and what events need at least. */
const OTHERS = 17 + 14;

/** Name, tier, techniques, whether a baseline may hold it back, event types. */
function drawTable(rules: readonly ListedRule[], terminal: Terminal): string {
  const width = Math.max(terminal.width, NARROWEST);
  const longest = Math.max(4, ...rules.map(({ name }) => textWidth(name)));
  const names = Math.min(longest, MOST_NAME, width - TECHNIQUES - OTHERS);
  const columns = [padWidth('name', names), 'techniques'.padEnd(TECHNIQUES), 'held   events'];
  const header = `  tier    ${columns.join(' ')}`;
  const lines = rules.map((rule) => {
    const { tier, name, holdable, enabled } = rule;
    const shown = padWidth(fitWidth(enabled ? name : `${name} (off)`, names), names);
    const ids = fitWidth(rule.techniques.join(' '), TECHNIQUES).padEnd(TECHNIQUES);
    const held = holdable ? 'may  ' : 'never';
    const line = `${SIGNS[tier]} ${tier.padEnd(6)}  ${shown} ${ids} ${held}  ${eventNames(rule)}`;
    return fitWidth(line, width);
  });
  return `${[terminal.paint('dim', fitWidth(header, width)), ...lines].join('\n')}\n`;
}

const NARROWEST = 72;

function eventNames({ eventTypes }: ListedRule): string {
  return eventTypes.length > EVERY_TYPE ? `${eventTypes.length} kinds` : eventTypes.join(' ');
}

const EVERY_TYPE = 60;
