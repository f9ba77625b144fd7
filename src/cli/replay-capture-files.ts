import type { CaptureStream } from '#capture/capture-stream.ts';
import { replayCapture } from '#capture/replay-capture.ts';
import { CaptureProcesses } from '#engine/process/capture-processes.ts';
import type { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { Evaluation } from '#model/evaluation.ts';
import { CAPTURE_WARNINGS_MAX } from '#model/limits.ts';
import type { AlertPrinterOptions } from './alert-printer.ts';
import { AlertPrinter } from './alert-printer.ts';
import { alertVisitor } from './alert-visitor.ts';
import type { ReplayTotals } from './replay-summary.ts';
import { emptyTotals } from './replay-summary.ts';

export interface ReplayCaptureFilesOptions extends Omit<AlertPrinterOptions, 'node'> {
  /** Captures, each of a machine of its own; `-` is standard input. */
  readonly paths: readonly string[];
  /** Loaded rules; those of other sources are left out. */
  readonly rules: readonly Rule[];
  readonly matching: 'first' | 'all';
  /** Called now and then; true ends the replay. */
  readonly pause?: (now: CaptureReplay) => boolean;
}

/** How far a replay is. */
export interface CaptureReplay {
  readonly path: string;
  /** Bytes taken from the file, compressed as they are there. */
  readonly consumed: number;
  /** Of all captures so far. */
  readonly events: number;
  readonly alerts: number;
}

/** `midwatch replay`: alerts on what the captures hold, and what it came to. */
export async function replayCaptureFiles(
  options: ReplayCaptureFilesOptions,
): Promise<ReplayTotals> {
  const totals = emptyTotals();
  const compiled = compileRules(options.rules);
  const startMs = performance.now();
  for (const path of options.paths) {
    const isEnough = await replayFile(path, { ...options, compiled, totals });
    // What was kept about processes was of that machine's.
    compiled.forget();
    if (isEnough) break;
  }
  totals.elapsedMs = performance.now() - startMs;
  return totals;
}

interface FileOptions extends ReplayCaptureFilesOptions {
  readonly compiled: CompiledRules;
  readonly totals: ReplayTotals;
}

/** Whether `pause` said that it was enough. */
async function replayFile(path: string, options: FileOptions): Promise<boolean> {
  const { compiled, totals, rules, matching, form, terminal, write } = options;
  const state = new CaptureProcesses();
  const naming = {
    form,
    terminal,
    write,
    get node() {
      return state.hostname;
    },
  };
  const printer = new AlertPrinter(rules, naming, totals.alertsByRule);
  let isEnough = false;
  const pause = ({ reader }: CaptureStream): boolean => {
    const events = totals.rawEvents + reader.events;
    const now = { path, consumed: reader.consumed, events, alerts: alertsOf(totals) };
    isEnough = options.pause?.(now) === true;
    return isEnough;
  };
  const ctx = new Evaluation(state);
  const visit = alertVisitor(compiled, printer, matching);
  const stream = await replayCapture({ path, ctx, state, visit, pause });
  const name = path === '-' ? 'standard input' : path;
  count(totals, name, stream);
  const { reader, converter } = stream;
  const { refused, evicted } = state.threads.table;
  const told = { totals, name };
  warn(told, reader.unknownTypes, 'events left out: this version does not know their types');
  warn(told, converter.unknownShapes, 'events taken as they are: no version wrote them so');
  const missing = converter.mismatched + converter.enters.lost;
  warn(told, missing, 'parameters unknown: the start of the call is missing');
  warn(told, refused + evicted, 'threads forgotten: more than can be followed');
  warn(told, state.fds.refused, 'open files not followed: too many');
  return isEnough;
}

function count(totals: ReplayTotals, name: string, { reader, evaluated }: CaptureStream): void {
  totals.files++;
  totals.rawEvents += reader.events;
  totals.evaluated += evaluated;
  totals.warningCount += reader.warningCount;
  const room = Math.max(CAPTURE_WARNINGS_MAX - totals.warnings.length, 0);
  totals.warnings.push(...reader.warnings.slice(0, room).map((text) => `${name}: ${text}`));
}

function warn(
  { totals, name }: { readonly totals: ReplayTotals; readonly name: string },
  left: number,
  what: string,
): void {
  if (left === 0) return;
  totals.warningCount++;
  totals.warnings.push(`${name}: ${left} ${what}`);
}

function alertsOf({ alertsByRule }: ReplayTotals): number {
  let sum = 0;
  for (const value of alertsByRule.values()) sum += value;
  return sum;
}
