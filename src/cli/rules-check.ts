import type { Diagnostic } from '#engine/rules/rule.ts';
import { caretLine } from '#lib/caret-line.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import type { Terminal } from '#lib/terminal.ts';
import type { OpenedRules } from './open-rules.ts';
import { openRules, placeOf } from './open-rules.ts';

interface CheckOptions {
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** What is to be said about rule files, and whether they can be used. */
export function checkRules(
  paths: readonly string[],
  { json, terminal }: CheckOptions,
): { text: string; ok: boolean } {
  const opened = openRules(paths);
  const { diagnostics, hasErrors } = opened;
  if (json) return { text: diagnostics.map(stringifyLine).join(''), ok: !hasErrors };
  const lines = diagnostics.map((diagnostic) => describe(diagnostic, opened, terminal));
  return { text: `${[...lines, summary(opened)].join('\n')}\n`, ok: !hasErrors };
}

function describe(diagnostic: Diagnostic, { files }: OpenedRules, terminal: Terminal): string {
  const { severity, code, message, item, file, line, column } = diagnostic;
  const mark = severity === 'error' ? terminal.paint('red', 'error') : 'warning';
  const about = item === undefined ? '' : ` in "${item}"`;
  const head = `${terminal.paint('bold', placeOf(diagnostic))}: ${mark}${about}: ${message}`;
  const source = files.find(({ name }) => name === file)?.text.split('\n')[line - 1];
  const shown = source === undefined ? [] : [caretLine(source, column - 1)];
  return [`${head} ${terminal.paint('dim', code)}`, ...shown].join('\n');
}

function summary({ rules, files, diagnostics, diagnosticsDropped }: OpenedRules): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const more = diagnosticsDropped > 0 ? `, ${diagnosticsDropped} more left out` : '';
  const loaded = errors > 0 ? 'not loaded' : `${plural(rules.length, 'rule')} loaded`;
  const from = plural(files.length, 'file');
  return `${from}: ${loaded}; ${plural(errors, 'error')}, ${plural(warnings, 'warning')}${more}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
