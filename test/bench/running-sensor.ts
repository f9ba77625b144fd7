import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SeenFinding {
  readonly pid: number;
  /** When the call happened, by the sensor, and when its line was read here; ns since 1970. */
  readonly eventNs: bigint;
  readonly readNs: bigint;
}

export interface RunningSensor {
  readonly findings: readonly SeenFinding[];
  /** From spawn to the first line about a read that this process made. */
  readonly firstDetectionMs: number;
  forget(): void;
  cpuSeconds(): number;
  residentMiB(): number;
  stop(): Promise<void>;
}

const WATCHED_FILE = '/etc/shadow';
const TICKS_A_SECOND = 100;
const START_TIMEOUT_MS = 20_000;
const POKE_EVERY_MS = 10;
/** The reads' rule; the pid is among its output fields. */
const RULES = join(import.meta.dirname, 'shadow.yaml');

function wallNs(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));
}

function parseLine(line: string): SeenFinding | undefined {
  const pid = /"proc\.pid":(\d+)/.exec(line)?.[1];
  const eventNs = /"evt\.rawtime":(\d+)/.exec(line)?.[1];
  if (pid === undefined || eventNs === undefined) return undefined;
  return { pid: Number(pid), eventNs: BigInt(eventNs), readNs: wallNs() };
}

/**
 * Starts `midwatch sensor` with all of our rules and one that names pid and time, in the form that
 * is not folded, and returns once it has seen a read.
 */
export async function startSensor(): Promise<RunningSensor> {
  const started = performance.now();
  const root = join(import.meta.dirname, '..', '..');
  const child = spawn(
    process.execPath,
    [
      join(root, 'src/main.ts'),
      'sensor',
      '--format',
      'falco',
      '--matching',
      'first',
      '--rules',
      RULES,
      join(root, 'content/rules'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let findings: SeenFinding[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const finding = parseLine(line);
    if (finding !== undefined) findings.push(finding);
  });
  while (findings.length === 0) {
    if (performance.now() - started > START_TIMEOUT_MS) throw new Error('the sensor saw nothing');
    readFileSync(WATCHED_FILE);
    await sleep(POKE_EVERY_MS);
  }
  const firstDetectionMs = performance.now() - started;
  const proc = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    get findings() {
      return findings;
    },
    firstDetectionMs,
    forget: () => {
      findings = [];
    },
    cpuSeconds: () => {
      const after = proc('stat').split(') ')[1]?.split(' ') ?? [];
      return (Number(after[11]) + Number(after[12])) / TICKS_A_SECOND;
    },
    residentMiB: () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))?.[1]) / 1024,
    stop: async () => {
      const closed = new Promise((done) => child.on('close', done));
      child.kill('SIGTERM');
      await closed;
    },
  };
}
