import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkSchema } from '#test/harness/check-schema.ts';
import type { SensorProcess } from '#test/harness/sensor-process.ts';
import { allStatus, readStatus, startSensorProcess } from '#test/harness/sensor-process.ts';

/**
 * The programs as people run them, on the real kernel: what they print, take up, and how they end.
 */
vi.setConfig({ testTimeout: 40_000 });
const MAIN = join(import.meta.dirname, '../../src/main.ts');
const SCHEMA = join(import.meta.dirname, '../../schema/finding.v1.schema.json');

let dir: string;
const running: SensorProcess[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-e2e-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((sensor) => sensor.end()));
});
afterAll(() => rmSync(dir, { recursive: true }));

async function start(...args: string[]): Promise<SensorProcess> {
  const sensor = await startSensorProcess(['--json', ...args]);
  running.push(sensor);
  return sensor;
}

/** Rules on programs of these names, and one that wakes the harness. */
function rulesOn(...names: string[]): string {
  const rule = (name: string, condition: string): string => `- rule: ${name}
  desc: d
  condition: ${condition}
  output: "%proc.name ran %proc.cmdline"
  priority: NOTICE
  tags: [T1059]
`;
  const ran = names.map((name) => rule(`Ran ${name}`, `evt.type = execve and proc.name = ${name}`));
  return rule('Awake', 'evt.type in (open, openat) and fd.name = /etc/shadow') + ran.join('');
}

function programNamed(name: string): string {
  const program = join(dir, name);
  copyFileSync('/bin/true', program);
  return program;
}

test('an act becomes a finding that fits the schema, with its tree and without its secrets', async () => {
  const rules = join(dir, 'act.yaml');
  writeFileSync(rules, rulesOn('acting'));
  const sensor = await start('--rules', rules);
  execFileSync('/bin/sh', ['-c', `${programNamed('acting')} --password=hunter2hunter2 x; true`]);
  const finding = await sensor.until(({ rule }) => rule === 'Ran acting');
  expect(checkSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')), finding)).toEqual([]);
  expect(finding.tree.slice(-2).map(({ comm }) => comm)).toEqual(['sh', 'acting']);
  expect(finding.tree.map(({ pid }) => pid)).toContain(process.pid);
  expect(finding.tree[0]?.markers).toContain('host-init');
  expect(finding.sentence).toBe(`acting ran acting --password=[redacted] x`);
  expect(JSON.stringify(finding)).not.toContain('hunter2');
  expect(Math.abs(Date.parse(finding.time) - Date.now())).toBeLessThan(30_000);
});

test('the same again and again is one line that counts', async () => {
  const rules = join(dir, 'fold.yaml');
  writeFileSync(rules, rulesOn('folding'));
  const sensor = await start('--rules', rules);
  const program = programNamed('folding');
  execFileSync('/bin/sh', ['-c', `for i in 1 2 3 4 5 6 7 8 9 10; do ${program} $i; done`]);
  const update = await sensor.until(
    ({ rule, repeat }) => rule === 'Ran folding' && repeat.count > 1,
  );
  const told = sensor.findings.filter(({ rule }) => rule === 'Ran folding');
  expect(update.repeat.count).toBe(10);
  expect(told).toHaveLength(2);
  expect(told[1]?.id).toBe(told[0]?.id);
});

describe('rules that change', () => {
  test('are taken up, on events that nobody asked for before too', async () => {
    const rules = join(dir, 'reload.yaml');
    writeFileSync(rules, rulesOn('before'));
    const sensor = await start('--rules', rules);
    expect(readStatus(sensor).kinds.map(({ name }) => name)).not.toContain('mkdir');
    const made = join(dir, 'made-after-reload');
    writeFileSync(
      rules,
      `${rulesOn('after')}- rule: Made
  desc: d
  condition: evt.type in (mkdir, mkdirat) and evt.arg.path contains made-after-reload
  output: made
  priority: NOTICE
`,
    );
    await untilStatus(sensor, (status) => status.rules.reloads === 1);
    execFileSync(programNamed('after'));
    execFileSync('/bin/mkdir', [made]);
    await sensor.until(({ rule }) => rule === 'Ran after');
    await sensor.until(({ rule }) => rule === 'Made');
    expect(readStatus(sensor).kinds.map(({ name }) => name)).toContain('mkdir');
  });

  test('are taken up at SIGHUP, and refused with their place where they are wrong', async () => {
    const rules = join(dir, 'sighup.yaml');
    writeFileSync(rules, rulesOn('hup'));
    const sensor = await start('--rules', rules);
    sensor.child.kill('SIGHUP');
    await untilStatus(sensor, (status) => status.rules.reloads === 1);
    writeFileSync(rules, rulesOn('hup').replace('proc.name = hup', 'proc.nam = hup'));
    const refused = await sensor.until(({ rule }) => rule === 'Midwatch refused changed rules');
    expect(refused.sentence).toMatch(/sighup\.yaml:9:\d+: .*proc\.nam.*did you mean "proc\.name"/);
    execFileSync(programNamed('hup'));
    await sensor.until(({ rule }) => rule === 'Ran hup');
    expect(readStatus(sensor).troubles.join()).toContain('sighup.yaml:9');
  });
});

async function untilStatus(
  sensor: SensorProcess,
  holds: (status: ReturnType<typeof readStatus>) => boolean,
): Promise<void> {
  for (let i = 0; i < 50; i++) {
    if (holds(readStatus(sensor))) return;
    await sleep(100);
  }
  throw new Error('the status did not come');
}

test('findings are posted, and the receiver being away for a while loses none', async () => {
  const bodies: string[] = [];
  let isBusy = true;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      response.writeHead(isBusy ? 503 : 200).end();
      if (!isBusy) bodies.push(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const rules = join(dir, 'post.yaml');
  writeFileSync(rules, rulesOn('posting'));
  const sensor = await start('--rules', rules, '--post', `http://127.0.0.1:${port}/`);
  execFileSync(programNamed('posting'));
  const told = await sensor.until(({ rule }) => rule === 'Ran posting');
  isBusy = false;
  for (let i = 0; i < 100 && !bodies.some((body) => body.includes(told.id)); i++) await sleep(100);
  expect(bodies.some((body) => JSON.parse(body).id === told.id)).toBe(true);
  server.closeAllConnections();
  server.close();
});

describe('how it ends', () => {
  test('at SIGINT with one line, at once, its socket gone', async () => {
    const sensor = await start();
    expect(allStatus().map(({ pid }) => pid)).toContain(sensor.child.pid);
    sensor.child.kill('SIGINT');
    await sensor.closed;
    expect(sensor.child.exitCode).toBe(0);
    expect(sensor.complaints()).toMatch(
      /midwatch: watched for .*: \d+ events, none lost, \d+ found/,
    );
    expect(allStatus().map(({ pid }) => pid)).not.toContain(sensor.child.pid);
  });

  test('quietly when whoever read it has seen enough', () => {
    const rules = join(dir, 'head.yaml');
    writeFileSync(rules, rulesOn('head'));
    const script = `(while :; do cat /etc/shadow > /dev/null; sleep 0.05; done) & poke=$!
      ${process.execPath} ${MAIN} sensor --format falco --rules ${rules} | head -n 1
      kill $poke`;
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(JSON.parse(stdout).rule).toBe('Awake');
    expect(stderr).toBe('');
  });

  test('a reader that stops reading does not stop it', async () => {
    const rules = join(dir, 'slow.yaml');
    writeFileSync(rules, rulesOn('slow'));
    const child = spawn(process.execPath, [MAIN, 'sensor', '--format', 'falco', '--rules', rules], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const status = () => allStatus().find(({ pid }) => pid === child.pid);
    for (let i = 0; i < 100 && status() === undefined; i++) await sleep(100);
    // Nobody reads the pipe: 64 KiB of it fill long before all of these are told.
    const script = `const fs = require('fs');
      for (let i = 0; i < 20000; i++) fs.closeSync(fs.openSync('/etc/shadow'));`;
    execFileSync(process.execPath, ['-e', script]);
    const found = () => status()?.findings.found ?? 0;
    for (let i = 0; i < 100 && found() < 10_000; i++) await sleep(100);
    expect(found()).toBeGreaterThan(10_000);
    child.kill('SIGKILL');
  });
});

describe('midwatch events', () => {
  const events = (...args: string[]) =>
    spawnSync(process.execPath, [MAIN, 'events', ...args], { encoding: 'utf8', timeout: 30_000 });

  test('shows what a filter lets through, in the format asked for, until there are enough', () => {
    const program = programNamed('shown');
    const poke = spawn('/bin/sh', ['-c', `while :; do ${program} one; sleep 0.05; done`]);
    const { stdout, status } = events(
      'evt.type=execve',
      'and',
      'proc.name=shown',
      '-n',
      '2',
      '-p',
      '%evt.type %proc.cmdline',
    );
    poke.kill();
    expect(stdout).toBe('execve shown one\nexecve shown one\n');
    expect(status).toBe(0);
  });

  test.each([
    ['an unknown field', ['proc.nam=x'], /unknown field "proc\.nam": did you mean "proc\.name"/],
    [
      'half a filter',
      ['evt.type=execve', 'and', '('],
      /column \d+: .*\n {2}evt\.type=execve and \(\n +\^/,
    ],
    ['an unknown format', ['-p', '%proc.nam'], /column 1: .*proc\.nam/],
    ['an unknown option', ['--foo'], /Unknown option '--foo'/],
  ])('says what is wrong with %s', (_what, args, message) => {
    const { stderr, status } = events(...args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
