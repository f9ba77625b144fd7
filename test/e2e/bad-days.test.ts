import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Finding } from '#model/finding.ts';
import { cannotRunContainers, runContainer } from '#test/harness/run-container.ts';
import type { SensorProcess } from '#test/harness/sensor-process.ts';
import { readStatus, startSensorProcess } from '#test/harness/sensor-process.ts';

/**
 * What goes wrong at night, done to a real sensor on the real kernel: it is stopped, killed, its
 * disk is full, its rules are nonsense, there are two of it, a container is gone before it is
 * known.
 */
vi.setConfig({ testTimeout: 60_000 });
const STOPPED_MS = 10_000;
const FLOOD_READS = 250_000;
const WATCHED_FILE = '/etc/shadow';
const OWN_READ = 'Password hashes read';

let dir: string;
let running: SensorProcess[] = [];

async function start(...args: string[]): Promise<SensorProcess> {
  const sensor = await startSensorProcess(args);
  running.push(sensor);
  return sensor;
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-bad-days-'));
});

afterEach(async () => {
  await Promise.all(running.map((sensor) => sensor.end()));
  running = [];
});

afterAll(() => {
  rmSync(dir, { recursive: true });
});

/**
 * A program of its own name, so that its finding is folded into no other's, reads what rules watch.
 */
function readerNamed(mark: string): string {
  const program = join(dir, mark);
  copyFileSync('/bin/cat', program);
  return program;
}

function readShadow(mark: string): void {
  execFileSync(readerNamed(mark), [WATCHED_FILE], { stdio: 'ignore' });
}

const readBy = (mark: string) => (finding: Finding) =>
  finding.rule === OWN_READ && finding.tree.at(-1)?.comm === mark;

/** Opens and closes the watched file as fast as one process can, by itself, without a child. */
function flood(): void {
  const script = `const fs = require('fs');
    for (let i = 0; i < ${FLOOD_READS}; i++) fs.closeSync(fs.openSync('/etc/shadow'));`;
  execFileSync(process.execPath, ['-e', script]);
}

test('a reader stopped for ten seconds counts what it lost, says so, and knows the processes again', {
  timeout: 60_000,
}, async () => {
  const sensor = await start('--json');
  sensor.child.kill('SIGSTOP');
  const stopped = performance.now();
  flood();
  // Born while nobody read: known afterwards from /proc alone.
  const survivor = spawn(
    '/bin/sh',
    ['-c', `read x; ${readerNamed('survivor')} ${WATCHED_FILE}; true`],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  await sleep(STOPPED_MS - (performance.now() - stopped));
  sensor.child.kill('SIGCONT');

  const lost = await sensor.until(({ rule }) => rule === 'Midwatch lost events');
  expect(lost.kind).toBe('sensor');
  expect(Number(lost.fields['midwatch.lost'])).toBeGreaterThan(1000);
  expect(Object.keys(lost.fields).join()).toMatch(/midwatch\.lost\.open/);

  survivor.stdin.end('\n');
  const found = await sensor.until(readBy('survivor'));
  expect(found.tree.map(({ pid }) => pid)).toContain(process.pid);
  const status = readStatus(sensor);
  expect(status.events.lost).toBeGreaterThanOrEqual(Number(lost.fields['midwatch.lost']));
});

test('a killed sensor leaves no program attached and nothing pinned', async () => {
  const sensor = await start('--json');
  const held = programsHeldBy(sensor.child.pid ?? 0);
  expect(held.length).toBeGreaterThan(10);
  expect(loadedPrograms()).toEqual(expect.arrayContaining(held));
  sensor.child.kill('SIGKILL');
  await sensor.closed;
  // The kernel frees the programs of a dead process in its own time.
  const left = () => loadedPrograms().filter((id) => held.includes(id));
  for (let i = 0; i < 50 && left().length > 0; i++) await sleep(100);
  expect(left()).toEqual([]);
  const pinned = execFileSync('find', ['/sys/fs/bpf', '-name', '*midwatch*'], { encoding: 'utf8' });
  expect(pinned).toBe('');
});

/** Ids of the programs that a process has open. */
function programsHeldBy(pid: number): string[] {
  const infos = readdirSync(`/proc/${pid}/fdinfo`).map((fd) =>
    readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'),
  );
  return infos.flatMap((info) => /^prog_id:\s*(\d+)/m.exec(info)?.[1] ?? []);
}

/** Ids of all programs in the kernel. */
function loadedPrograms(): string[] {
  const text = execFileSync('bpftool', ['prog', 'show'], { encoding: 'utf8' });
  return text.match(/^\d+/gm) ?? [];
}

test('with standard output on a full disk it goes on watching and says so once', async () => {
  const sensor = await startSensorProcess(['--json'], { stdout: openSync('/dev/full', 'w') });
  running.push(sensor);
  await sleep(500);
  for (const mark of ['full-disk-1', 'full-disk-2']) {
    readShadow(mark);
    await sleep(500);
  }
  expect(sensor.child.exitCode).toBeNull();
  expect(sensor.complaints().match(/Cannot write findings/g)).toHaveLength(1);
  expect(readStatus(sensor).findings.found).toBeGreaterThanOrEqual(2);
});

test('two copies started at once both find', async () => {
  const [one, two] = await Promise.all([start('--json'), start('--json')]);
  readShadow('two-copies');
  const both = await Promise.all([one, two].map((sensor) => sensor.until(readBy('two-copies'))));
  expect(both[0]?.tree.at(-1)?.pid).toBe(both[1]?.tree.at(-1)?.pid);
});

describe('rule files', () => {
  const good = `- rule: Mark
  desc: d
  condition: evt.type in (execve, execveat) and proc.name = true
  output: ran
  priority: NOTICE
`;
  const nonsense = [
    ['10 MB of nonsense', `${'x: [ { '.repeat(1_500_000)}\n`],
    ['bytes that are no text', '\u0000\u0001\u0002\ufffd'.repeat(1000)],
    ['an unknown field', good.replace('proc.name', 'proc.nam')],
    ['an alias bomb', `a: &a [x]\n${'b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n'.repeat(40)}`],
  ] as const;

  test.each(nonsense.map(([name, text], index) => ({ name, text, index })))(
    '$name is refused in one sentence and the last good set stays',
    async ({ text, index }) => {
      const file = join(dir, 'changing.yaml');
      writeFileSync(file, good);
      const sensor = await start(
        '--json',
        '--rules',
        file,
        join(import.meta.dirname, '../../content/rules'),
      );
      writeFileSync(file, text);
      const refused = await sensor.until(({ rule }) => rule === 'Midwatch refused changed rules');
      expect(refused.sentence).toContain('changing.yaml');
      expect(refused.sentence.length).toBeLessThan(1000);
      readShadow(`after-${index}`);
      await sensor.until(readBy(`after-${index}`));
      expect(readStatus(sensor).rules.refused?.message).toContain('changing.yaml');
    },
  );
});

describe.skipIf(cannotRunContainers() !== undefined)('containers', () => {
  test('one that lives for a moment is found, by its id', async () => {
    const sensor = await start('--json');
    const name = `midwatch-moment-${process.pid}`;
    await runContainer({ name, args: ['/bin/cat', '/etc/shadow'], files: { '/etc/shadow': 'x' } });
    const found = await sensor.until(({ container }) => container?.fullId === name);
    expect(found.rule).toBe(OWN_READ);
    expect(found.tree.at(-1)?.comm).toBe('cat');
  });
});
