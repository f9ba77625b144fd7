import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openCapture } from '#capture/open-capture.ts';
import { CaptureProcesses } from '#engine/process/capture-processes.ts';
import { Evaluation } from '#model/evaluation.ts';
import { EVENTS, eventId } from '#model/event-schema.ts';
import type { RunningContainer } from '#test/harness/run-container.ts';
import { cannotRunContainers, startContainer } from '#test/harness/run-container.ts';
import type { SensorProcess } from '#test/harness/sensor-process.ts';
import { startSensorProcess } from '#test/harness/sensor-process.ts';

/**
 * A real act in a real container, recorded by a real sensor that is then killed; what it kept is
 * exported and read by us and by sysdig 0.29, who must see the same processes, files and
 * connections.
 */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const MAIN = join(import.meta.dirname, '../../src/main.ts');
const RULES = `
- rule: Everything
  desc: what the test wants recorded
  condition: >
    evt.type in (open, openat, connect, sendto, bind, listen, accept, accept4, chdir, fchdir, close,
    read, write, dup2, unlinkat) and proc.name = nobody
  output: never
  priority: DEBUG
- rule: Awake
  desc: tells the test that the sensor watches
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: awake
  priority: NOTICE
`;
/** Of each event type, what readers of both generations call its descriptor's name. */
const NAMED = new Set(['open', 'openat', 'connect', 'listen', 'bind', 'sendto', 'close', 'fchdir']);
/** Types of libs newer than sysdig's: it leaves them out. */
const FIRST_NEW_TYPE = 336;
/** An export has it in its older form, which is read back as this. */
const ACCEPT4 = eventId('socket_accept4_6_x');
const PORT = 18_431;
const ACT = `
  cd /etc; cat passwd > /tmp/copy
  (nc -l -p ${PORT} < /dev/null > /tmp/heard &) ; sleep 1
  echo hello | nc 127.0.0.1 ${PORT}; sleep 0.2; cat /tmp/heard; rm /tmp/heard`;

const noContainers = cannotRunContainers();
const noSysdig = spawnSync('sysdig', ['--version']).error !== undefined;
if (noContainers !== undefined) console.log(`skipped: the flight recorder: ${noContainers}`);
else if (noSysdig) console.log('skipped: sysdig reads exports: no sysdig (apt install sysdig)');

let dir: string;
let sensor: SensorProcess;
let box: RunningContainer;
let capture: string;

async function midwatch(...args: string[]) {
  const result = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** Exports until the capture has what `fits`, for the recorder writes every two seconds. */
async function exportUntil(fits: (lines: readonly string[]) => boolean): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const { code, stderr } = await midwatch('record', 'export', '--since', '10m', capture);
    if (code === 0 && fits((await ownLines(capture)).filter(inBox))) return;
    if (code !== 0 && !stderr.includes('Nothing was recorded')) throw new Error(stderr);
    await sleep(250);
  }
  throw new Error(`not recorded: ${(await midwatch('record', 'list')).stdout}`);
}

const SEPARATOR = ' | ';

function line(parts: readonly (string | number | bigint | undefined)[]): string {
  return parts.map((part) => part ?? '<NA>').join(SEPARATOR);
}

/** Threads of the container, as the last `ownLines` saw them. */
const boxTids = new Set<string>();

const inBox = (text: string): boolean => boxTids.has(text.split(SEPARATOR)[1] ?? '');

/** Time, process, parent, type and descriptor of every event that rules would see. */
async function ownLines(path: string): Promise<string[]> {
  const state = new CaptureProcesses();
  const ctx = new Evaluation(state);
  const stream = await openCapture(path, state, ctx.evt);
  const lines: string[] = [];
  while (await stream.fill()) {
    while (stream.next()) {
      state.apply(ctx);
      if (ctx.thread?.cgroups.includes(box.name)) boxTids.add(String(ctx.evt.tid));
      if (stream.forRules && isShownBySysdig(ctx.evt.type)) lines.push(ownLine(ctx));
    }
  }
  await stream.close();
  expect(stream.reader.warnings).toEqual([]);
  return lines;
}

function isShownBySysdig(type: number): boolean {
  return type < FIRST_NEW_TYPE || type === ACCEPT4;
}

function ownLine(ctx: Evaluation): string {
  const { thread, evt, fd, state } = ctx;
  const type = EVENTS[evt.type]?.name.replace('accept4', 'accept') ?? '';
  const leader = thread && state.leader(thread);
  const parent = leader && state.parent(leader);
  const name = NAMED.has(type) ? fd?.name : '';
  const cwd = thread?.cwd;
  return line([
    ctx.timeNs,
    evt.tid,
    thread?.comm,
    thread?.exe,
    parent?.comm,
    cwd,
    type,
    name ?? '',
  ]);
}

function sysdigLines(path: string): string[] {
  const fields = 'evt.rawtime thread.tid proc.name proc.exe proc.pname proc.cwd evt.type fd.name';
  const format = fields
    .split(' ')
    .map((name) => `%${name}`)
    .join(SEPARATOR);
  const args = ['-r', path, '-p', `*${format}`];
  const text = execFileSync('sysdig', args, { encoding: 'latin1', maxBuffer: 2 ** 28 });
  return text
    .split('\n')
    .filter((text) => /^\d{19} /.test(text))
    .map((text) => {
      const parts = text.split(SEPARATOR);
      const type = parts[6] ?? '';
      const name = NAMED.has(type) ? (parts[7] ?? '').replace('<NA>', '') : '';
      return line([...parts.slice(0, 7), name]);
    });
}

describe.skipIf(noContainers !== undefined)('the flight recorder', () => {
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'midwatch-record-'));
    capture = join(dir, 'export.scap');
    process.env['MIDWATCH_DATA'] = dir;
    writeFileSync(join(dir, 'rules.yaml'), RULES);
    // A connection and files from before the sensor, which only its tables can tell of.
    box = await startContainer({ hostNamespaces: ['network'] });
    sensor = await startSensorProcess(['--json', '--rules', join(dir, 'rules.yaml')]);
    await box.exec(['sh', '-c', ACT]);
    await exportUntil((lines) => lines.some((text) => / sh \| runc \| .* procexit/.test(text)));
    sensor.child.kill('SIGKILL');
    await sensor.closed;
  });

  afterAll(async () => {
    await sensor?.end();
    await box?.stop();
    delete process.env['MIDWATCH_DATA'];
    rmSync(dir, { recursive: true, force: true });
  });

  test('keeps for root alone what it kept', () => {
    const folder = join(dir, 'recorder');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect([...new Set(modes), statSync(capture).mode & 0o777]).toEqual([0o600, 0o600]);
  });

  test('after a kill -9 has the act: processes, files and connections', async () => {
    const { code, stderr } = await midwatch('record', 'export', '--since', '10m', capture);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^midwatch: \d+ events/)]);
    const lines = (await ownLines(capture))
      .filter(inBox)
      .map((text) => text.split(SEPARATOR).slice(2).join(' '));
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\w+ cat sh \/etc\/ openat? \/etc\/passwd$/),
        expect.stringMatching(/^sh sh \w+ \/etc\/ openat? \/tmp\/copy$/),
        expect.stringMatching(RegExp(`^\\w+ nc .* listen .*:${PORT}$`)),
        expect.stringMatching(/^\w+ nc \w+ \/etc\/ accept4? /),
        expect.stringMatching(
          RegExp(`^\\w+ nc sh /etc/ connect 127.0.0.1:\\d+->127.0.0.1:${PORT}$`),
        ),
        expect.stringMatching(/^\w+ cat sh \/etc\/ openat? \/tmp\/heard$/),
        expect.stringMatching(/^sh sh runc \/etc\/ procexit /),
      ]),
    );
  });

  test.skipIf(noSysdig)('sysdig -r sees the same', async () => {
    const own = (await ownLines(capture)).filter(inBox);
    expect(own.length).toBeGreaterThan(20);
    const theirs = sysdigLines(capture).filter(inBox);
    expect(theirs).toEqual(own.map((text, i) => withoutReaper(text, theirs[i] ?? '')));
  });

  test.skipIf(noSysdig)('sysdig -r sees as many events of the whole machine', async () => {
    expect(sysdigLines(capture).length).toBe((await ownLines(capture)).length);
  });

  test('since a moment ago shows nothing, yet knows the state', async () => {
    const late = join(dir, 'late.scap');
    await midwatch('record', 'export', '--since', '1ms', late);
    const { code, stderr } = await midwatch('record', 'export', '--since', '5m', `${late}.gz`);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^midwatch: \d+ events/)]);
    expect(await ownLines(`${late}.gz`)).toEqual(await ownLines(capture));
  });
});

/** sysdig does not know who adopts the child of a parent that ended. */
function withoutReaper(own: string, theirs: string): string {
  const parts = own.split(SEPARATOR);
  if (theirs.split(SEPARATOR)[4] === '<NA>') parts[4] = '<NA>';
  return parts.join(SEPARATOR);
}
