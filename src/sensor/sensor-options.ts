import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

/** text: for people. json: one line each. falco: Falco's JSON, every alert by itself. */
export const OUTPUT_FORMS = ['text', 'json', 'falco'] as const;
export type OutputForm = (typeof OUTPUT_FORMS)[number];

/** first: an event is one finding, of the first rule that matches; all: of every one that does. */
export const MATCHINGS = ['first', 'all'] as const;
export type Matching = (typeof MATCHINGS)[number];

/** The rules that come with Midwatch. */
export const OWN_RULES = resolve(import.meta.dirname, '../../content/rules');

export interface SensorOptions {
  readonly rules: readonly string[];
  readonly form: OutputForm;
  readonly post: URL | undefined;
  readonly postHeaders: Readonly<Record<string, string>>;
  readonly matching: Matching;
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
      new Option('--matching <mode>', 'of the rules that match an event, tell the first or all')
        .choices(MATCHINGS)
        .default('first'),
    )
    .allowExcessArguments(false);
}

interface RawOptions {
  readonly rules: readonly string[];
  readonly format: OutputForm;
  readonly post?: URL;
  readonly postHeader?: readonly string[];
  readonly matching: Matching;
}

export function sensorOptions(command: Command): SensorOptions {
  const { rules, format, post, postHeader = [], matching } = command.opts<RawOptions>();
  return { rules, form: format, post, postHeaders: parseHeaders(postHeader), matching };
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
