import { hostname } from 'node:os';
import { Command, Option } from 'commander';
import { parseCommand } from '#lib/parse-command.ts';
import { openTerminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import type { AlertForm } from './alert-printer.ts';
import { ALERT_FORMS } from './alert-printer.ts';
import { loadRuleFiles } from './load-rule-files.ts';
import { replayAuditFiles } from './replay-audit-files.ts';
import { drawSummary } from './replay-summary.ts';

interface Options {
  readonly source: 'k8s_audit';
  readonly rules: readonly string[];
  readonly matching: 'first' | 'all';
  readonly format: AlertForm;
}

/** `midwatch replay --source k8s_audit FILE…`: what rules find in audit logs. */
export async function run(argv: readonly string[]): Promise<number> {
  const command = auditCommand();
  const exitCode = parseCommand(command, argv);
  if (exitCode !== undefined) return exitCode;
  const { rules: paths, matching, format } = command.opts<Options>();
  const { rules } = loadRuleFiles(paths, { lints: false });
  if (!rules.some(({ source, enabled }) => enabled && source === 'k8s_audit')) {
    const where = paths.join(', ');
    throw new UserError(
      `Cannot replay an audit log: expected a rule of source k8s_audit in ${where}, found none`,
    );
  }
  const totals = await replayAuditFiles({
    paths: command.args,
    rules,
    matching,
    form: format,
    terminal: openTerminal(process.stdout, process.env),
    node: hostname(),
    write: (text) => process.stdout.write(text),
  }).catch((error: unknown) => {
    throw isFileError(error) ? new UserError(`Cannot replay: ${error.message}`) : error;
  });
  process.stderr.write(drawSummary(totals, openTerminal(process.stderr, process.env)));
  return 0;
}

function auditCommand(): Command {
  return new Command('midwatch replay')
    .description('What rules find in Kubernetes audit logs; - is standard input.')
    .argument('<FILE...>', 'audit logs, one after another')
    .addOption(
      new Option('--source <source>', 'what the files are')
        .choices(['k8s_audit'])
        .makeOptionMandatory(),
    )
    .requiredOption('--rules <file...>', 'rule files, or folders of them')
    .addOption(
      new Option('--matching <mode>', 'of the rules that match an event, tell the first or all')
        .choices(['first', 'all'])
        .default('first'),
    )
    .addOption(
      new Option('--format <form>', 'text for people, json lines, or Falco’s json')
        .choices(ALERT_FORMS)
        .default('text'),
    )
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }));
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
