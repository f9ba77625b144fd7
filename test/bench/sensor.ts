/**
 * What the sensor costs and how fast it is, on the machine at hand: one table. Run as root:
 *
 *   npm run bench -- sensor [--rounds 5] [--only NAME]
 *
 * Every cost is measured base, floor, subject, base …, `rounds` times each, and the medians are
 * compared: machines drift by a third and more within minutes. The floor is what the kernel takes
 * for any program on any system call: 10 ns a call on some processors, 60 on others. Latency is
 * wall time from just before the open call to the finding's line read from the sensor's stdout, so
 * it includes this process.
 */
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RunningSensor } from './running-sensor.ts';
import { startSensor } from './running-sensor.ts';
import { median, percentile } from './statistics.ts';
import { buildEmptyProgram, buildSilent, buildWorkload } from './workload.ts';

const ORDINARY_FILE = '/usr/lib/os-release';
const WATCHED_FILE = '/etc/shadow';
const READS = 100;
/** What starting left is collected in the first quarter of a minute; idle is what comes after. */
const SETTLE_MS = 20_000;
/** The kernel takes some two seconds to detach what an ended sensor left. */
const DETACH_MS = 4_000;

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' } },
  allowPositionals: true,
});
const rounds = Number(options.rounds);
const workload = buildWorkload();
const silent = buildSilent();
const emptyProgram = buildEmptyProgram();
const rows: string[][] = [['figure', 'base', 'with sensor', 'difference', 'aim']];

function nsPerIteration(...args: string[]): number {
  return Number(execFileSync(workload, args, { encoding: 'utf8' }));
}

interface Compared {
  readonly base: number;
  /** With nothing but an empty program attached. */
  readonly floor: number;
  readonly subject: number;
}

/**
 * Medians of `measure` alone, with an empty program and with a sensor running, taken in turn. Each
 * time it is done once before it counts: a sensor runs for weeks, and the first seconds of its code
 * are interpreted.
 */
async function interleaved(measure: () => number): Promise<Compared> {
  const samples: Record<keyof Compared, number[]> = { base: [], floor: [], subject: [] };
  const warm = (): number => [measure(), measure()][1] ?? Number.NaN;
  for (let round = 0; round < rounds; round++) {
    samples.base.push(warm());
    const empty = await attachEmpty();
    samples.floor.push(warm());
    await stopped(empty);
    const sensor = await startSensor();
    samples.subject.push(warm());
    await sensor.stop();
    await sleep(DETACH_MS);
  }
  return {
    base: median(samples.base),
    floor: median(samples.floor),
    subject: median(samples.subject),
  };
}

async function attachEmpty(): Promise<ChildProcess> {
  const [program, object] = emptyProgram;
  const child = spawn(program, [object], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((done) => child.stdout.once('data', done));
  return child;
}

async function stopped(child: ChildProcess): Promise<void> {
  child.kill();
  await new Promise((done) => child.on('close', done));
  await sleep(DETACH_MS);
}

async function tax(name: string, aim: string, ...args: string[]): Promise<void> {
  const { base, floor, subject } = await interleaved(() => nsPerIteration(...args));
  const over = (reference: number): string =>
    `${(subject - reference).toFixed(0)} ns, ${(subject / reference).toFixed(3)}x`;
  rows.push([name, `${base.toFixed(0)} ns`, `${subject.toFixed(0)} ns`, over(base), aim]);
  rows.push(['… over an empty program on openat', `${floor.toFixed(0)} ns`, '', over(floor), '']);
}

/** Reads the watched file `READS` times; latencies in ms of those that were found. */
async function readsFound(sensor: RunningSensor, gapUs: number): Promise<number[]> {
  sensor.forget();
  const reader = spawn(workload, ['read', WATCHED_FILE, String(READS), String(gapUs)]);
  let text = '';
  reader.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await new Promise((done) => reader.on('close', done));
  await sleep(2000);
  const openedNs = text.trim().split('\n').map(BigInt);
  const seen = sensor.findings.filter((finding) => finding.pid === reader.pid);
  const latencies: number[] = [];
  for (const finding of seen) {
    const opened = openedNs.filter((ns) => ns <= finding.eventNs).at(-1);
    if (opened !== undefined) latencies.push(Number(finding.readNs - opened) / 1e6);
  }
  return latencies;
}

function latencyRow(name: string, aim: string, latencies: number[]): void {
  const p50 = percentile(latencies, 50).toFixed(2);
  const p99 = percentile(latencies, 99).toFixed(2);
  rows.push([name, '', `${latencies.length} of ${READS}`, `p50 ${p50} ms, p99 ${p99} ms`, aim]);
}

async function idleLatency(): Promise<void> {
  const sensor = await startSensor();
  await sleep(SETTLE_MS);
  latencyRow('read of /etc/shadow, idle', 'p99 <= 5 ms', await readsFound(sensor, 20_000));
  await sensor.stop();
}

function stormNs(stormers: ReturnType<typeof spawn>[]): Promise<number[]> {
  return Promise.all(
    stormers.map(async (child) => {
      let text = '';
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      child.kill('SIGTERM');
      await new Promise((done) => child.on('close', done));
      return Number(text);
    }),
  );
}

async function oneStorm(during: () => Promise<void>): Promise<number> {
  const cpus = ['0', '1'];
  const stormers = cpus.map((cpu) =>
    spawn('taskset', ['-c', cpu, workload, 'storm', ORDINARY_FILE]),
  );
  await during();
  return median(await stormNs(stormers));
}

async function storm(): Promise<void> {
  const base: number[] = [];
  const subject: number[] = [];
  const latencies: number[] = [];
  for (let round = 0; round < rounds; round++) {
    base.push(await oneStorm(() => sleep(4000)));
    const sensor = await startSensor();
    const loop = await oneStorm(async () => {
      latencies.push(...(await readsFound(sensor, 20_000)));
    });
    subject.push(loop);
    await sensor.stop();
    await sleep(DETACH_MS);
  }
  const found = `${latencies.length} of ${READS * rounds}`;
  const p50 = percentile(latencies, 50).toFixed(1);
  const p99 = percentile(latencies, 99).toFixed(1);
  rows.push([
    'read of /etc/shadow in a 2-CPU storm',
    '',
    found,
    `p50 ${p50} ms, p99 ${p99} ms`,
    'all, p99 <= 20 ms',
  ]);
  const ratio = `${(median(subject) / median(base)).toFixed(3)}x`;
  rows.push([
    "the storm's own loop",
    `${median(base).toFixed(0)} ns`,
    `${median(subject).toFixed(0)} ns`,
    ratio,
    '<= 1.25x',
  ]);
}

async function footprint(): Promise<void> {
  const starts: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const sensor = await startSensor();
    starts.push(sensor.firstDetectionMs);
    await sensor.stop();
  }
  rows.push(['start to first detection', '', `${median(starts).toFixed(0)} ms`, '', '<= 1500 ms']);
  const sensor = await startSensor();
  await sleep(SETTLE_MS);
  const before = sensor.cpuSeconds();
  const seconds = 30;
  await sleep(seconds * 1000);
  const share = ((sensor.cpuSeconds() - before) / seconds) * 100;
  rows.push(['idle', '', `${share.toFixed(2)} % of a core`, '', '<= 0.4 %']);
  rows.push(['resident', '', `${sensor.residentMiB().toFixed(0)} MiB`, '', '<= 100 MiB']);
  await sensor.stop();
}

const figures: Record<string, () => Promise<void>> = {
  idle: idleLatency,
  storm,
  open: () =>
    tax('open+close, a file nobody cares about', '<= 200 ns', 'open', ORDINARY_FILE, '400000'),
  unwatched: () => tax('getppid, a call nobody watches', '<= 10 ns', 'getppid', '4000000'),
  spawn: () => tax('fork+exec+exit of a silent program', '<= 1.05x', 'spawn', silent, '2000'),
  footprint,
};

for (const [name, measure] of Object.entries(figures)) {
  if (options.only !== undefined && options.only !== name) continue;
  process.stderr.write(`measuring ${name} …\n`);
  await measure();
}
const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
for (const row of rows) {
  process.stdout.write(
    `${row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );
}
