import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { UserError } from '#lib/user-error.ts';
import { CAPTURE_WARNINGS_MAX, JOB_OUTPUT_CHARS } from '#model/limits.ts';
import type { JobMessage, JobProgress, ReplayTask } from './replay-job.ts';
import type { ReplayTotals } from './replay-summary.ts';
import { emptyTotals } from './replay-summary.ts';

const JOB = join(import.meta.dirname, 'replay-job.ts');

export interface ReplayJobsOptions extends Omit<ReplayTask, 'path'> {
  readonly paths: readonly string[];
  /** Processes at one time. */
  readonly jobs: number;
  readonly write: (text: string) => void;
  /** How far all of them are together. */
  readonly progress: (now: JobProgress) => void;
  /** Ends the replay, with what was read so far. */
  readonly interrupted: AbortSignal;
}

/**
 * Replays several captures at once, a process each. Their alerts come in the order of the captures,
 * as they would from one after another: what a later one has to say waits, in memory up to
 * JOB_OUTPUT_CHARS and then in the pipe, where it stops its writer. Throws UserError where a
 * capture cannot be read or its process ends without a word.
 */
export async function replayCaptureJobs(options: ReplayJobsOptions): Promise<ReplayTotals> {
  const startMs = performance.now();
  const jobs = options.paths.map((path) => new ReplayJob(path, options));
  const report = setInterval(() => options.progress(together(jobs)), PROGRESS_EVERY_MS);
  const totals = emptyTotals();
  let next = 0;
  const startNext = (): void => {
    if (options.interrupted.aborted) return;
    const job = jobs[next++];
    if (job !== undefined) job.start(startNext);
  };
  const interrupt = (): void => {
    for (const job of jobs) job.interrupt();
  };
  options.interrupted.addEventListener('abort', interrupt);
  try {
    for (let i = 0; i < options.jobs; i++) startNext();
    for (const job of jobs) {
      if (!job.isStarted && options.interrupted.aborted) break;
      add(totals, await job.tell());
    }
  } finally {
    clearInterval(report);
    options.interrupted.removeEventListener('abort', interrupt);
    for (const job of jobs) job.kill();
  }
  totals.elapsedMs = performance.now() - startMs;
  return totals;
}

const PROGRESS_EVERY_MS = 100;

class ReplayJob {
  readonly path: string;
  now: JobProgress = { consumed: 0, events: 0, alerts: 0 };
  private readonly options: ReplayJobsOptions;
  private readonly ended: PromiseWithResolvers<void> = Promise.withResolvers();
  private child: ChildProcess | undefined;
  private outcome: JobMessage | undefined;
  private waiting: string[] = [];
  private waitingChars = 0;
  private isTold = false;

  constructor(path: string, options: ReplayJobsOptions) {
    this.path = path;
    this.options = options;
  }

  get isStarted(): boolean {
    return this.child !== undefined;
  }

  start(onEnd: () => void): void {
    const { rules, matching, form, output } = this.options;
    const child = fork(JOB, [], {
      stdio: [this.path === '-' ? 'inherit' : 'ignore', 'pipe', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.child = child;
    child.on('message', (message: JobMessage) => this.receive(message));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.take(text));
    child.once('close', () => {
      this.ended.resolve();
      onEnd();
    });
    const task: ReplayTask = { path: this.path, rules, matching, form, output };
    child.send(task);
  }

  /** From now on what it writes goes out; what it came to, once it has ended. */
  async tell(): Promise<ReplayTotals> {
    this.isTold = true;
    for (const text of this.waiting.splice(0)) this.options.write(text);
    this.child?.stdout?.resume();
    await this.ended.promise;
    if (this.outcome?.kind === 'done') return this.outcome.totals;
    const why = this.outcome?.kind === 'failed' ? this.outcome.message : 'its process ended';
    throw new UserError(`Cannot replay ${this.path}: ${why}`);
  }

  interrupt(): void {
    this.child?.kill('SIGINT');
  }

  kill(): void {
    if (this.child?.exitCode === null) this.child.kill('SIGKILL');
  }

  private receive(message: JobMessage): void {
    if (message.kind === 'progress') this.now = message.now;
    else this.outcome = message;
  }

  private take(text: string): void {
    if (this.isTold) {
      this.options.write(text);
      return;
    }
    this.waiting.push(text);
    this.waitingChars += text.length;
    if (this.waitingChars >= JOB_OUTPUT_CHARS) this.child?.stdout?.pause();
  }
}

function together(jobs: readonly ReplayJob[]): JobProgress {
  const sum = (of: (now: JobProgress) => number): number =>
    jobs.reduce((total, { now }) => total + of(now), 0);
  return {
    consumed: sum(({ consumed }) => consumed),
    events: sum(({ events }) => events),
    alerts: sum(({ alerts }) => alerts),
  };
}

function add(totals: ReplayTotals, one: ReplayTotals): void {
  totals.files += one.files;
  totals.rawEvents += one.rawEvents;
  totals.evaluated += one.evaluated;
  totals.warningCount += one.warningCount;
  const room = Math.max(CAPTURE_WARNINGS_MAX - totals.warnings.length, 0);
  totals.warnings.push(...one.warnings.slice(0, room));
  for (const [rule, alerts] of one.alertsByRule) {
    totals.alertsByRule.set(rule, (totals.alertsByRule.get(rule) ?? 0) + alerts);
  }
}
