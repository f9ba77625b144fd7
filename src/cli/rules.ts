import { resolve } from 'node:path';
import { Command } from 'commander';
import { nearestName } from '#lib/nearest-name.ts';
import { parseCommand } from '#lib/parse-command.ts';
import { openTerminal } from '#lib/terminal.ts';
import { checkRules } from './rules-check.ts';
import { explainRule } from './rules-explain.ts';
import { listRules } from './rules-list.ts';

/** The rules that come with Midwatch. */
const OWN_RULES = resolve(import.meta.dirname, '../../content/rules');

/** `midwatch rules`: what rule files hold, what is wrong with them, what they cost. */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  const terminal = openTerminal(process.stdout, process.env);
  const command = new Command('midwatch rules')
    .description('Checks, lists and explains rules.')
    .argument('[command]')
    .action((word?: string) =>
      word === undefined ? command.help() : command.error(unknown(word)),
    );
  command
    .command('check')
    .description('say what is wrong with rule files; exit code 1 on an error')
    .argument('<file...>', 'rule files in the order in which they are loaded, or folders')
    .option('--json', 'one line of JSON for each message')
    .action((paths: string[], { json = false }: { json?: boolean }) => {
      const { text, ok } = checkRules(paths, { json, terminal });
      process.stdout.write(text);
      code = ok ? 0 : 1;
    });
  command
    .command('list')
    .description('name, tier, techniques and event types of each rule')
    .option('--rules <file...>', 'rule files, or folders of them', [OWN_RULES])
    .option('--json', 'one line of JSON for each rule')
    .action(({ rules, json = false }: { rules: string[]; json?: boolean }) => {
      process.stdout.write(listRules(rules, { json, terminal }));
    });
  command
    .command('explain')
    .description('what a rule became and what it costs')
    .argument('<rule...>', 'its name')
    .option('--rules <file...>', 'rule files, or folders of them', [OWN_RULES])
    .action((words: string[], { rules }: { rules: string[] }) => {
      process.stdout.write(explainRule(words.join(' '), rules, terminal));
    });
  for (const each of command.commands) each.exitOverride().copyInheritedSettings(command);
  return parseCommand(command, argv) ?? code;
}

function unknown(word: string): string {
  const nearest = nearestName(word, ['check', 'list', 'explain']);
  const advice =
    nearest === undefined ? 'midwatch rules --help lists them' : `did you mean "${nearest}"?`;
  return `error: unknown command ${JSON.stringify(word)}: ${advice}`;
}
