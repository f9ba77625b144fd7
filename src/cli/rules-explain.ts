import type { RuleExplanation } from '#engine/rules/compile/compile-rules.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import { printCondition } from '#engine/rules/language/print-condition.ts';
import type { PathFilter, Prefilter } from '#engine/rules/prefilter.ts';
import { derivePrefilter } from '#engine/rules/prefilter.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { techniques } from '#engine/rules/rule.ts';
import { nearestName } from '#lib/nearest-name.ts';
import type { Terminal } from '#lib/terminal.ts';
import { wrapWidth } from '#lib/text-width.ts';
import { UserError } from '#lib/user-error.ts';
import { EVENTS } from '#model/event-schema.ts';
import { namedTypes } from './named-types.ts';
import { openSoundRules } from './open-rules.ts';

/**
 * What a rule became: its whole condition, where it is asked, what the kernel drops, what it costs.
 */
export function explainRule(name: string, paths: readonly string[], terminal: Terminal): string {
  const { rules } = openSoundRules(paths);
  const index = findRule(rules, name);
  const rule = rules[index];
  if (rule === undefined) throw new UserError(unknownRule(rules, name));
  const source = rule.source === 'k8s_audit' ? 'k8s_audit' : 'syscall';
  const explanation = compileRules(rules, { source }).explain(index);
  const width = Math.max(terminal.width, 40) - INDENT.length;
  const section = (title: string, lines: readonly string[]): string[] => [
    '',
    terminal.paint('dim', title),
    ...lines.flatMap((line) => wrapWidth(line, width)).map((line) => INDENT + line),
  ];
  const lines = [
    terminal.paint('bold', rule.name),
    ...wrapWidth(rule.description.trim(), width + INDENT.length),
    ...section('is', facts(rule)),
    ...section('condition, with lists, macros and exceptions put in', [
      printCondition(rule.condition),
    ]),
    ...section('is asked on', eventLines(explanation)),
    ...section(
      'of opened files and sent messages, the kernel lets through',
      filterLines(derivePrefilter([rule])),
    ),
    '',
    terminal.paint('dim', 'asks, cheapest first'),
    ...checkLines(explanation, width),
  ];
  return `${lines.join('\n')}\n`;
}

const INDENT = '  ';

function findRule(rules: readonly Rule[], name: string): number {
  const exact = rules.findIndex((rule) => rule.name === name);
  if (exact >= 0) return exact;
  return rules.findIndex((rule) => rule.name.toLowerCase() === name.toLowerCase());
}

function unknownRule(rules: readonly Rule[], name: string): string {
  const names = rules.map((rule) => rule.name);
  const part = names.filter((each) => each.toLowerCase().includes(name.toLowerCase()));
  const nearest = nearestName(name, names) ?? part[0];
  const advice =
    nearest === undefined ? 'midwatch rules list shows all' : `did you mean "${nearest}"?`;
  return `Cannot explain rule ${JSON.stringify(name)}: no rule has that name: ${advice}`;
}

function facts(rule: Rule): string[] {
  const held = rule.holdable ? 'a baseline may hold it back' : 'no baseline holds it back';
  return [
    `${rule.tier}, priority ${rule.priority}, ${held}${rule.enabled ? '' : ', switched off'}`,
    `techniques ${techniques(rule).join(', ') || 'none'}, runbook ${rule.runbook ?? 'none'}`,
    `defined in ${rule.file}:${rule.line}`,
    `says: ${rule.output}`,
  ];
}

/** Types of one name together, with the dearest of their costs. */
function eventLines({ eventTypes }: RuleExplanation): string[] {
  const costs = new Map<string, number>();
  for (const { name, costNs } of namedTypes(eventTypes))
    costs.set(name, Math.max(costNs, costs.get(name) ?? 0));
  if (costs.size === 0) return ['nothing: it can never match'];
  return [[...costs].map(([name, cost]) => `${name} (≤ ${cost} ns)`).join(', ')];
}

function filterLines(prefilter: Prefilter): string[] {
  const texts = Object.entries(prefilter).flatMap(([type, classes]) => {
    const isSend = EVENTS[Number(type)]?.name.startsWith('send') === true;
    const kinds = Object.entries(isSend ? { sent: classes.read } : classes);
    return kinds.flatMap(([kind, filter]) =>
      filter === 'none' ? [] : [`${kind}: ${filterText(filter)}`],
    );
  });
  if (texts.length === 0) return ['nothing: it is about other events'];
  // The calls differ in name only, most of the time.
  return [...new Set(texts)];
}

function filterText(filter: PathFilter): string {
  if (typeof filter === 'string') return filter === 'all' ? 'all' : 'none';
  const shown = filter.slice(0, SHOWN_TESTS).map(({ kind, value }) => `${KINDS[kind]} ${value}`);
  const more = filter.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const SHOWN_TESTS = 24;
const KINDS = {
  prefix: 'below',
  equals: 'exactly',
  basename: 'named',
  component: 'with a folder',
  port: 'to port',
} as const;

/** Cost at the left, what is asked beside it. */
function checkLines({ checks }: RuleExplanation, width: number): string[] {
  return checks.flatMap(({ text, costNs, rules, keptWithProcess }) => {
    const shared = rules > 1 ? `, shared by ${rules} rules` : '';
    const kept = keptWithProcess ? ', once a process' : '';
    const cost = `${String(Math.round(costNs)).padStart(6)} ns  `;
    return wrapWidth(`${text}${shared}${kept}`, width - cost.length).map(
      (line, index) => INDENT + (index === 0 ? cost : ' '.repeat(cost.length)) + line,
    );
  });
}
