/**
 * One capture's replay in a process of its own, started by replay-jobs.ts: alerts to standard
 * output, how far it is and what it came to as messages. Ends when it is told so, or by SIGINT with
 * what it has.
 */
import type { Rule } from '#engine/rules/rule.ts';
import { openTerminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import type { AlertForm } from './alert-printer.ts';
import { isFileError } from './is-file-error.ts';
import { replayCaptureFiles } from './replay-capture-files.ts';
import type { ReplayTotals } from './replay-summary.ts';

/** What a job is told at its start. */
export interface ReplayTask {
  readonly path: string;
  readonly rules: readonly Rule[];
  readonly matching: 'first' | 'all';
  readonly form: AlertForm;
  /** What its alerts are written to in the end. */
  readonly output: { readonly isTTY: boolean; readonly columns: number };
}

export interface JobProgress {
  readonly consumed: number;
  readonly events: number;
  readonly alerts: number;
}

export type JobMessage =
  | { readonly kind: 'progress'; readonly now: JobProgress }
  | { readonly kind: 'done'; readonly totals: ReplayTotals }
  | { readonly kind: 'failed'; readonly message: string };

const REPORT_EVERY_MS = 100;

function tell(message: JobMessage): Promise<void> {
  return new Promise((sent) => {
    if (process.send === undefined) sent();
    else process.send(message, () => sent());
  });
}

async function work({ path, rules, matching, form, output }: ReplayTask): Promise<void> {
  let isEnough = false;
  let reportedMs = 0;
  process.once('SIGINT', () => {
    isEnough = true;
  });
  const totals = await replayCaptureFiles({
    paths: [path],
    rules,
    matching,
    form,
    terminal: openTerminal(output, process.env),
    write: (text) => void process.stdout.write(text),
    pause: (now) => {
      if (performance.now() - reportedMs > REPORT_EVERY_MS) {
        reportedMs = performance.now();
        void tell({ kind: 'progress', now });
      }
      return isEnough;
    },
  });
  await tell({ kind: 'done', totals });
}

process.once('message', (task: ReplayTask) => {
  work(task)
    .catch((error: unknown) => {
      if (!(error instanceof UserError) && !isFileError(error)) throw error;
      return tell({ kind: 'failed', message: error.message });
    })
    .finally(() => process.disconnect());
});
