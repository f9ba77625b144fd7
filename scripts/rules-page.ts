import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '#engine/rules/rule.ts';
import { techniques } from '#engine/rules/rule.ts';
import { loadFiles, ownRuleFiles } from '../test/acts/own-rules.ts';

const PAGE = join(import.meta.dirname, '../docs/RULES.md');

const HEAD = `<!-- Generated from content/rules by \`node scripts/rules-page.ts\`; a test holds the two together. -->
# Rules

What Midwatch's own rules find, what each means, and how it can be innocent. The rules are in
\`content/rules\`, in Falco's language; your own go beside them (\`--rules\`), or change them with an
\`override\` or an exception.

- **page** wakes somebody, **ticket** is looked at in the day, **log** is only written down.
- **always** means that no learned baseline may hold the rule back.
- Every rule is shown to work on a real kernel by \`test/acts\`: the act that it is for is found, an
  ordinary act that looks like it stays silent.

## What rules alone cannot see
- **Many of something.** The rule language looks at one event at a time and does not count. A scan by
  a program that no list names shows only when it uses raw sockets, lists ports as nc does, or
  speaks to the cluster's inner services; a storm of crashes does not show here.
- **Which of two programs belong together.** A file fetched by one and run by another is found when it
  runs (not in the image, in a scratch directory, just written), not when it is fetched.
- **Truncation by truncate(2).** Emptying a log is seen when it is opened to be emptied, or by the tool.
- **A service's own port.** Which port is expected is for a baseline to learn; the rules find the program that
  should not listen at all.
`;

/** docs/RULES.md: a table a theme, in the order of the files. */
export function rulesPage(rules: readonly Rule[]): string {
  const themes = Map.groupBy(rules, ({ file }) => file);
  const tables = [...themes].map(([file, of]) => `\n## ${title(file)}\n\n${table(of)}`);
  const counts = `\n${rules.length} rules: ${countOf(rules)}.\n`;
  return HEAD + counts + tables.join('');
}

function countOf(rules: readonly Rule[]): string {
  const tiers = Map.groupBy(rules, ({ tier }) => tier);
  return [...tiers].map(([tier, of]) => `${of.length} ${tier}`).join(', ');
}

function title(file: string): string {
  const words = file.replace(/\.yaml$/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function table(rules: readonly Rule[]): string {
  const head =
    '| rule | tier | technique | runbook | what it means |\n| --- | --- | --- | --- | --- |\n';
  return head + rules.map(row).join('');
}

function row(rule: Rule): string {
  const tier = rule.holdable ? rule.tier : `${rule.tier}, always`;
  const cells = [rule.name, tier, techniques(rule).join(' '), rule.runbook ?? '', rule.description];
  return `| ${cells.map(cell).join(' | ')} |\n`;
}

function cell(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

if (import.meta.main) writeFileSync(PAGE, rulesPage(loadFiles(ownRuleFiles()).rules));
