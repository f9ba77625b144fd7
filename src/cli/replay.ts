import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Rule } from '#engine/rules/rule.ts';
import { parseCommand } from '#lib/parse-command.ts';
import { releaseMemory } from '#lib/release-memory.ts';
import { openTerminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import { REPLAY_JOBS_MAX } from '#model/limits.ts';
import type { AlertForm } from './alert-printer.ts';
import { ALERT_FORMS } from './alert-printer.ts';
import type { FalcoConfig } from './falco-config.ts';
import { readFalcoConfig } from './falco-config.ts';
import { isFileError } from './is-file-error.ts';
import { loadRuleFiles } from './load-rule-files.ts';
import { replayAuditFiles } from './replay-audit-files.ts';
import { replayCaptureFiles } from './replay-capture-files.ts';
import type { JobProgress } from './replay-job.ts';
import { replayCaptureJobs } from './replay-jobs.ts';
import type { ProgressNow } from './replay-progress.ts';
import { ReplayProgress } from './replay-progress.ts';
import type { ReplayTotals } from './replay-summary.ts';
import { drawSummary } from './replay-summary.ts';

/** The rules that come with Midwatch. */
const OWN_RULES = resolve(import.meta.dirname, '../../content/rules');
const EXIT_INTERRUPTED = 128 + 2;

type Source = 'syscall' | 'k8s_audit';

const SOURCES: Readonly<Record<Source, string>> = {
  syscall: 'a capture',
  k8s_audit: 'an audit log',
};

interface Options {
  readonly source: Source;
  readonly rules: readonly string[];
  readonly matching: 'first' | 'all';
  readonly format: AlertForm;
  readonly falcoConfig?: string;
  readonly jobs: number;
}

/** `midwatch replay FILE…`: what rules find in captures, or in audit logs. */
export async function run(argv: readonly string[]): Promise<number> {
  const command = replayCommand();
  const exitCode = parseCommand(command, argv);
  if (exitCode !== undefined) return exitCode;
  const given = command.opts<Options>();
  const config = given.falcoConfig === undefined ? {} : readFalcoConfig(given.falcoConfig);
  const isAsked = command.getOptionValueSource('matching') === 'cli';
  const matching = isAsked ? given.matching : (config.matching ?? given.matching);
  const options = { ...given, matching };
  const rules = rulesFor(options, config);
  if (isLong(command.args)) releaseMemory();
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const screen = new Screen(interrupt.signal);
  const totals = await replay(command.args, { ...options, rules: rules, screen })
    .catch((error: unknown) => {
      throw isFileError(error) ? new UserError(`Cannot replay: ${error.message}`) : error;
    })
    .finally(() => screen.end());
  process.off('SIGINT', onInterrupt);
  process.stderr.write(drawSummary(totals, openTerminal(process.stderr, process.env)));
  return interrupt.signal.aborted ? EXIT_INTERRUPTED : 0;
}

interface ReplayOptions extends Omit<Options, 'rules'> {
  readonly rules: readonly Rule[];
  readonly screen: Screen;
}

function replay(paths: readonly string[], options: ReplayOptions): Promise<ReplayTotals> {
  const { screen, rules, matching, format: form, source } = options;
  const terminal = openTerminal(process.stdout, process.env);
  const write = (text: string) => screen.print(text);
  const common = { paths, rules, matching, form, terminal, write };
  if (options.jobs > 1 && source !== 'syscall') {
    throw new UserError('Cannot replay: expected --jobs with captures only, found an audit log');
  }
  if (options.jobs > 1 && paths.length > 1) {
    const { isTTY = false, columns = terminal.width } = process.stdout;
    const size = paths.reduce((sum, path) => sum + sizeOf(path), 0);
    const progress = (now: JobProgress) =>
      screen.draw({ name: `${paths.length} captures`, size, ...now });
    const { jobs } = options;
    const { interrupted } = screen;
    return replayCaptureJobs({
      ...common,
      jobs,
      output: { isTTY, columns },
      progress,
      interrupted,
    });
  }
  if (source === 'syscall') {
    return replayCaptureFiles({ ...common, pause: (now) => screen.show(now) });
  }
  return replayAuditFiles({
    ...common,
    node: hostname(),
    pause: (path, { events, consumed }) => screen.show({ path, events, consumed }),
  });
}

function rulesFor({ rules: paths, source }: Options, config: FalcoConfig): readonly Rule[] {
  const { rules } = loadRuleFiles(paths, { ...config, lints: false });
  if (rules.some((rule) => rule.enabled && rule.source === source)) return rules;
  const where = paths.join(', ');
  throw new UserError(
    `Cannot replay ${SOURCES[source]}: expected a rule of source ${source} in ${where}, found none`,
  );
}

/** Alerts on standard output; how far it is on a terminal's standard error, between them. */
class Screen {
  private readonly progress: ReplayProgress;
  readonly interrupted: AbortSignal;
  private readonly sizes = new Map<string, number>();
  private alerts = 0;

  constructor(interrupted: AbortSignal) {
    this.interrupted = interrupted;
    const terminal = openTerminal(process.stderr, process.env);
    const write = (text: string) => void process.stderr.write(text);
    this.progress = new ReplayProgress(terminal, write, performance.now());
  }

  print(text: string): void {
    this.alerts++;
    this.progress.clear();
    process.stdout.write(text);
  }

  /** Whether to end. */
  show({ path, events, consumed }: { path: string; events: number; consumed: number }): boolean {
    const size = this.sizes.get(path) ?? sizeOf(path);
    this.sizes.set(path, size);
    const { alerts } = this;
    this.draw({ name: path, consumed, size, events, alerts });
    return this.interrupted.aborted;
  }

  draw(now: ProgressNow): void {
    this.progress.update(now, performance.now());
  }

  end(): void {
    this.progress.clear();
  }
}

/** What is short is over before memory could matter. */
function isLong(paths: readonly string[]): boolean {
  return paths.some((path) => path === '-' || sizeOf(path) >= LONG_BYTES);
}

const LONG_BYTES = 64 * 1024 * 1024;

/** 0 for what has none: standard input, a pipe. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function replayCommand(): Command {
  return new Command('midwatch replay')
    .description('What rules find in captures (.scap) or in Kubernetes audit logs.')
    .argument('<FILE...>', 'plain, gzip or zstd; - is standard input')
    .addOption(
      new Option('--source <source>', 'what the files are')
        .choices(Object.keys(SOURCES))
        .default('syscall'),
    )
    .option('--rules <file...>', 'rule files, or folders of them', [OWN_RULES])
    .option(
      '--falco-config <file>',
      'a falco.yaml: its append_output, rules, priority and rule_matching',
    )
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
    .addOption(
      new Option('--jobs <n>', 'captures replayed at once, on a processor each')
        .argParser(parseJobs)
        .default(1),
    )
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addHelpText('after', EXAMPLES);
}

const EXAMPLES = `
Examples:
  midwatch replay node.scap
  midwatch replay night/*.scap.zst --jobs 4 --rules falco_rules.yaml --matching all --format falco
  kubectl logs … | midwatch replay --source k8s_audit --rules audit.yaml -- -`;

function parseJobs(text: string): number {
  const jobs = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= REPLAY_JOBS_MAX) return jobs;
  throw new InvalidArgumentError(`expected a number from 1 to ${REPLAY_JOBS_MAX}.`);
}
