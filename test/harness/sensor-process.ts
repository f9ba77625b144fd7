import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '#model/finding.ts';
import type { SensorStatus } from '#model/wire.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const START_TIMEOUT_MS = 20_000;
const FINDING_TIMEOUT_MS = 25_000;
const POKE_EVERY_MS = 50;
const WATCHED_FILE = '/etc/shadow';

/** A `midwatch sensor` of its own, with what it told. */
export interface SensorProcess {
  readonly child: ChildProcess;
  readonly closed: Promise<void>;
  readonly findings: readonly Finding[];
  /** What it wrote to standard error. */
  complaints(): string;
  /** The first finding that fits, told already or soon. */
  until(fits: (finding: Finding) => boolean): Promise<Finding>;
  end(): Promise<void>;
}

export interface SensorProcessOptions {
  /** Where its lines go instead of to the test: nothing is awaited then. */
  readonly stdout?: number;
}

/**
 * Starts `midwatch sensor` with `args`; returns once it finds (or has a status, if it cannot tell).
 */
export async function startSensorProcess(
  args: readonly string[],
  options: SensorProcessOptions = {},
): Promise<SensorProcess> {
  const child = spawn(process.execPath, [MAIN, 'sensor', ...args], {
    stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
  });
  const findings: Finding[] = [];
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => findings.push(JSON.parse(line)));
  }
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const sensor: SensorProcess = {
    child,
    closed,
    findings,
    complaints: () => complaints,
    until: (fits) =>
      waitFor(
        () => findings.find(fits),
        FINDING_TIMEOUT_MS,
        () => `told: ${list(findings)}`,
      ),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await closed;
    },
  };
  await waitFor(
    () => isAwake(sensor),
    START_TIMEOUT_MS,
    () => `standard error: ${complaints}`,
  );
  return sensor;
}

function isAwake({ child, findings }: SensorProcess): true | undefined {
  if (child.exitCode !== null) throw new Error('the sensor ended');
  readFileSync(WATCHED_FILE);
  const isFound = findings.some(({ tree }) => tree.at(-1)?.pid === process.pid);
  return isFound || (child.stdout === null && allStatus().some(({ pid }) => pid === child.pid))
    ? true
    : undefined;
}

async function waitFor<T>(
  look: () => T | undefined,
  timeoutMs: number,
  explain: () => string,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const value = look();
    if (value !== undefined) return value;
    if (performance.now() - start > timeoutMs) throw new Error(`waited in vain; ${explain()}`);
    await sleep(POKE_EVERY_MS);
  }
}

const list = (findings: readonly Finding[]) =>
  findings.map(({ rule, tree }) => `${rule} (${tree.at(-1)?.comm})`).join(', ') || 'nothing';

/** What `midwatch status --json` says: a line for every sensor that runs. */
export function allStatus(): SensorStatus[] {
  const { stdout } = spawnSync(process.execPath, [MAIN, 'status', '--json'], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export function readStatus({ child }: SensorProcess): SensorStatus {
  const status = allStatus().find(({ pid }) => pid === child.pid);
  if (status === undefined) throw new Error(`no status of the sensor ${child.pid}`);
  return status;
}
