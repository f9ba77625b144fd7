import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '#engine/rules/rule.ts';
import { techniques } from '#engine/rules/rule.ts';
import { loadFiles, ownRuleFiles } from './own-rules.ts';

const PAGE = join(import.meta.dirname, '../../docs/RULES.md');

/** The words around the tables. */
const HEAD_FILE = join(import.meta.dirname, 'rules-page-head.md');

/** docs/RULES.md: a table a theme, in the order of the files. */
export function rulesPage(rules: readonly Rule[]): string {
  const themes = Map.groupBy(rules, ({ file }) => file);
  const tables = [...themes].map(([file, of]) => `\n## ${title(file)}\n\n${table(of)}`);
  const counts = `\n${rules.length} rules: ${countOf(rules)}.\n`;
  return readFileSync(HEAD_FILE, 'utf8') + counts + tables.join('');
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
