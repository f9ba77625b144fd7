import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { formatBytes } from '#lib/format-bytes.ts';
import { parseBytes } from '#lib/parse-bytes.ts';
import { RECORD_BUDGET_BYTES, RECORD_BUDGET_MIN_BYTES } from '#model/limits.ts';

/** text: for people. json: one line each. falco: Falco's JSON, every alert by itself. */
export const OUTPUT_FORMS = ['text', 'json', 'falco'] as const;
export type OutputForm = (typeof OUTPUT_FORMS)[number];

/**
 * Of the rules that match an event, which make a finding. worst: the one with the worst tier;
 * first: the first in the order of the files, as Falco does; all: every one.
 */
export const MATCHINGS = ['worst', 'first', 'all'] as const;
export type Matching = (typeof MATCHINGS)[number];

/** The rules that come with Midwatch. */
const OWN_RULES = resolve(import.meta.dirname, '../../content/rules');

export interface SensorOptions {
  readonly rules: readonly string[];
  readonly form: OutputForm;
  readonly post: URL | undefined;
  readonly postHeaders: Readonly<Record<string, string>>;
  readonly matching: Matching;
  /** Of the flight recorder; 0: nothing is recorded. */
  readonly recordBudgetBytes: number;
}

/** The options that `sensor` and `up` share. */
export function sensorCommand(name: string, description: string): Command {
  return new Command(`midwatch ${name}`)
    .description(description)
    .option('--rules <file...>', 'rule files, or folders of them', [OWN_RULES])
    .addOption(
      new Option('--format <form>', 'text for people, json lines, or Falco’s json')
        .choices(OUTPUT_FORMS)
        .default('text'),
    )
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .option('--post <url>', 'send each finding there as well, as JSON', parseUrl)
    .option('--post-header <line...>', 'a header of these requests: "Authorization: Bearer …"')
    .addOption(
      new Option(
        '--matching <mode>',
        'of the rules that match an event, tell the worst, the first or all',
      )
        .choices(MATCHINGS)
        .default('worst'),
    )
    .addOption(
      new Option('--record-budget <size>', 'disk for raw events of the last minutes; 0: none')
        .argParser(parseBudget)
        .default(RECORD_BUDGET_BYTES, formatBytes(RECORD_BUDGET_BYTES)),
    )
    .allowExcessArguments(false);
}

interface RawOptions {
  readonly rules: readonly string[];
  readonly format: OutputForm;
  readonly post?: URL;
  readonly postHeader?: readonly string[];
  readonly matching: Matching;
  readonly recordBudget: number;
}

export function sensorOptions(command: Command): SensorOptions {
  const {
    rules,
    format,
    post,
    postHeader = [],
    matching,
    recordBudget,
  } = command.opts<RawOptions>();
  const postHeaders = parseHeaders(postHeader);
  return { rules, form: format, post, postHeaders, matching, recordBudgetBytes: recordBudget };
}

function parseBudget(text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined && (bytes === 0 || bytes >= RECORD_BUDGET_MIN_BYTES)) return bytes;
  throw new InvalidArgumentError(
    `Expected a size like 64MiB, at least ${formatBytes(RECORD_BUDGET_MIN_BYTES)}, or 0.`,
  );
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('Expected http://… or https://….');
  }
  return url;
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
