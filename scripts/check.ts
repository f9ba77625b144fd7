/**
 * Runs every gate, also after one has failed, and closes with one line for people and machines:
 * `N passed, N failed`. The exit code is 0 only when nothing failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { formatDuration } from '#lib/format-duration.ts';
import type { Counts, Outcome } from './gate-counts.ts';
import { countExit, countVitest } from './gate-counts.ts';

interface Gate {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly count: (outcome: Outcome) => Counts;
}

const root = dirname(import.meta.dirname);
const scratch = mkdtempSync(join(tmpdir(), 'midwatch-check-'));
const report = join(scratch, 'vitest.json');

const GATES: readonly Gate[] = [
  { name: 'biome', command: ['biome', 'check', '--error-on-warnings'], count: countExit },
  { name: 'tsc', command: ['tsc'], count: countExit },
  {
    name: 'vitest',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`],
    count: countVitest,
  },
  { name: 'knip', command: ['knip'], count: countExit },
];

// The tools are Node programs that take `node` from the PATH: give them the one that runs this.
const toolPath = [dirname(process.execPath), join(root, 'node_modules', '.bin')];
const PATH = [...toolPath, process.env['PATH'] ?? ''].join(delimiter);

// Far above what any gate takes; a gate that hangs must not hold a build for ever.
const GATE_TIMEOUT_MS = 30 * 60_000;

async function runGate({ command: [program, ...args] }: Gate): Promise<Outcome> {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: GATE_TIMEOUT_MS,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { exitCode, output, report: readIfThere(report) };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function row(name: string, cells: readonly (string | number)[]): string {
  return `${name.padEnd(14)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`;
}

async function runGates(): Promise<Counts> {
  const total = { passed: 0, failed: 0, skipped: 0 };
  let table = row('gate', ['passed', 'failed', 'skipped', 'time']);
  for (const gate of GATES) {
    process.stdout.write(`\n── ${gate.name}: ${gate.command.join(' ')}\n`);
    const startMs = performance.now();
    const { passed, failed, skipped } = gate.count(await runGate(gate));
    const time = formatDuration(performance.now() - startMs);
    table += row(gate.name, [passed, failed, skipped, time]);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  process.stdout.write(`\n${table}`);
  return total;
}

try {
  const { passed, failed } = await runGates();
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
