import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECORD_FLAG } from '#model/event-view.ts';
import {
  buildProgram,
  cannotWatchKernel,
  KernelWatch,
  removeDirectory,
  run,
  scratchDirectory,
} from './kernel-watch.ts';
import type { SeenEvent } from './read-event.ts';

const reason = cannotWatchKernel();
if (reason !== undefined) console.log(`skipped: kernel execs: ${reason}`);

const EXE = { writable: 1, upperLayer: 2, memfd: 4, lowerLayer: 8 };
const CLONE = { vm: 1 << 15, vfork: 1 << 27, thread: 1 << 13 };
const EXEC = 'syscall_execve_19_x';
const CLONED = 'syscall_clone_20_x';

let dir = '';
let execs = '';
let watch: KernelWatch;

beforeAll(async () => {
  if (reason !== undefined) return;
  dir = realpathSync(scratchDirectory());
  execs = await buildProgram(dir, 'execs', ['-pthread']);
  watch = KernelWatch.open({ eventTypes: new Set(), failedExecs: true });
}, 60_000);

afterAll(() => {
  watch?.close();
  if (dir !== '') removeDirectory(dir);
});

function of(events: readonly SeenEvent[], type: string): SeenEvent[] {
  return events.filter((event) => event.type === type);
}

/** What the last image of a process that ran `command` was. */
async function lastExec(command: string, args: readonly string[], cwd = dir): Promise<SeenEvent> {
  const { pid } = await run(command, args, cwd);
  const last = of(await watch.eventsOf(pid), EXEC).at(-1);
  if (last === undefined) throw new Error(`no exec of ${pid} was seen`);
  return last;
}

describe.skipIf(reason !== undefined)('a new image', () => {
  test('tells all that its row has', async () => {
    const { pid } = await run('/usr/bin/env', ['-i', 'A=1', 'B=2', '/bin/true', 'x', 'y z'], dir);
    const [, exec] = of(await watch.eventsOf(pid), EXEC);
    const file = statSync('/usr/bin/true', { bigint: true });
    const session = execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)]).toString();
    expect(exec?.params).toMatchObject({
      res: 0,
      exe: '/bin/true',
      args: 'x\0y z\0',
      tid: pid,
      pid,
      ptid: process.pid,
      cwd: dir,
      comm: 'true',
      env: 'A=1\0B=2\0',
      uid: 0,
      gid: 0,
      filename: '/bin/true',
      trusted_exepath: realpathSync('/bin/true'),
      exe_ino: Number(file.ino),
      exe_ino_ctime: file.ctimeNs,
      exe_ino_mtime: file.mtimeNs,
      pgid: Number(session.trim()),
      cap_permitted: effectiveCapabilities(),
      cap_effective: effectiveCapabilities(),
      loginuid: Number(readFileSync('/proc/self/loginuid', 'utf8')),
      fdlimit: expect.any(Number),
      flags: EXE.writable,
    });
    expect(exec?.startNs).toBeGreaterThan(0);
    expect(String(exec?.params['cgroups']).split('\0')).toContainEqual(
      expect.stringMatching(/^unified=\//),
    );
  });

  test('by a thread that does not lead takes the leader’s number and start', async () => {
    const { pid } = await run(execs, ['thread', '/bin/true', 'by-thread'], dir);
    const events = await watch.eventsOf(pid);
    const last = of(events, EXEC).at(-1);
    expect(last).toMatchObject({
      pid,
      tid: pid,
      params: { exe: '/bin/true', args: 'by-thread\0' },
    });
    expect(new Set(events.map((event) => event.startNs)).size).toBe(1);
    const thread = of(events, CLONED).find((event) => event.tid !== pid);
    expect(Number(thread?.params['flags']) & CLONE.thread).toBe(CLONE.thread);
  });

  test('after vfork is the child’s', async () => {
    const { pid, stdout } = await run(execs, ['vfork', '/bin/true', 'v'], dir);
    const child = Number(stdout.split('=')[1]);
    const events = await watch.eventsOf(child);
    expect(events.map((event) => event.type)).toEqual([CLONED, EXEC, 'procexit_1_e']);
    expect(events[0]?.params).toMatchObject({ res: 0, tid: child, pid: child, ptid: pid });
    expect(Number(events[0]?.params['flags']) & CLONE.vm).toBe(CLONE.vm);
    expect(Number(events[0]?.params['flags']) & CLONE.vfork).toBe(CLONE.vfork);
  });

  test('from memory is told by its flag and name', async () => {
    const exec = await lastExec(execs, ['memfd', '/bin/true', 'hidden']);
    expect(Number(exec.params['flags']) & EXE.memfd).toBe(EXE.memfd);
    expect(exec.params).toMatchObject({
      trusted_exepath: '/memfd:payload',
      args: 'hidden\0',
      filename: expect.stringMatching(/^\/dev\/fd\/\d+$/),
    });
  });

  test('with 128 KiB of arguments keeps the first 16 and says so', async () => {
    const exec = await lastExec(execs, ['long', '/bin/true']);
    expect(exec.params['args']).toBe('a'.repeat(16 * 1024 - 1));
    expect(exec.flags & RECORD_FLAG.truncated).toBe(RECORD_FLAG.truncated);
    expect(exec.params['exe']).toBe('/bin/true');
    expect(exec.params['filename']).toBe('/bin/true');
  });

  test('with bytes that are no text keeps them', async () => {
    const name = 'b\xff\xc3\x28d';
    const path = Buffer.from(`${dir}/${name}`, 'latin1');
    copyFileSync('/bin/true', path);
    const { pid } = await run('/bin/sh', [
      '-c',
      `cd ${dir} && exec ./b*d "$(printf '\\377\\001')"`,
    ]);
    const exec = of(await watch.eventsOf(pid), EXEC).at(-1);
    expect(exec?.params).toMatchObject({
      exe: `./${name}`,
      args: '\xff\x01\0',
      trusted_exepath: `${dir}/${name}`,
      comm: name,
    });
  });

  test('of a script is its interpreter, with the script among the arguments', async () => {
    const script = join(dir, 'script');
    writeFileSync(script, '#!/bin/sh -e\nexit 0\n');
    chmodSync(script, 0o755);
    const exec = await lastExec(script, ['one']);
    expect(exec.params).toMatchObject({
      exe: '/bin/sh',
      args: `-e\0${script}\0one\0`,
      filename: script,
      trusted_exepath: realpathSync('/bin/sh'),
      comm: 'script',
    });
  });

  test('of a user who may not write to it is not writable, by owner, group or mode', async () => {
    const cases = [
      { name: 'others', mode: 0o755, flag: 0 },
      { name: 'for-all', mode: 0o757, flag: EXE.writable },
      { name: 'for-group', mode: 0o775, gid: 4711, flag: EXE.writable },
      { name: 'owned', mode: 0o755, uid: 4711, flag: EXE.writable },
    ];
    chmodSync(dir, 0o755);
    for (const { name, mode, uid = 0, gid = 0, flag } of cases) {
      const path = join(dir, name);
      copyFileSync('/bin/true', path);
      execFileSync('chown', [`${uid}:${gid}`, path]);
      chmodSync(path, mode);
      const exec = await lastExec('setpriv', [
        '--reuid=4711',
        '--regid=4712',
        '--groups=4711',
        path,
      ]);
      expect([name, exec.params['flags']]).toEqual([name, flag]);
      expect(exec.params['uid']).toBe(4711);
    }
  });

  test('says which layer of an overlay it is in', async () => {
    for (const name of ['lower', 'upper', 'work', 'merged'])
      mkdirSync(join(dir, 'ovl', name), { recursive: true });
    copyFileSync('/bin/true', join(dir, 'ovl/lower/old'));
    const mounted = [
      'mount -t tmpfs none ovl && mkdir ovl/lower ovl/upper ovl/work ovl/merged',
      'cp /bin/true ovl/lower/old',
      'mount -t overlay none -o lowerdir=ovl/lower,upperdir=ovl/upper,workdir=ovl/work ovl/merged',
      'cp /bin/true ovl/merged/new',
    ].join(' && ');
    const inOverlay = (file: string): Promise<SeenEvent> =>
      lastExec('unshare', ['-m', 'sh', '-c', `cd ${dir} && ${mounted} && exec ovl/merged/${file}`]);
    expect((await inOverlay('old')).params['flags']).toBe(EXE.lowerLayer | EXE.writable);
    expect((await inOverlay('new')).params['flags']).toBe(EXE.upperLayer | EXE.writable);
  });

  test.skipIf(process.arch !== 'x64')('of 32 bits is flagged: its calls are not seen', async () => {
    const program = await buildProgram(dir, 'exit32', ['-m32', '-nostdlib', '-ffreestanding']);
    const exec = await lastExec(program, []);
    expect(exec.flags & RECORD_FLAG.compat32).toBe(RECORD_FLAG.compat32);
    const own = await lastExec('/bin/true', []);
    expect(own.flags & RECORD_FLAG.compat32).toBe(0);
  });

  test('that could not be is told where asked for, with what was tried', async () => {
    const { pid } = await run(execs, ['fail', 'x'], dir);
    const failed = of(await watch.eventsOf(pid), EXEC).filter(({ params }) => params['res'] !== 0);
    expect(
      failed.map(({ params }) => [
        params['res'],
        params['filename'],
        params['exe'],
        params['args'],
      ]),
    ).toEqual([
      [-2, '/absent/program', 'zero', 'one\0two\0'],
      [-2, 'absent', 'zero', 'one\0two\0'],
    ]);
  });

  test('leaves its orphans to whom the kernel names', async () => {
    const { pid, stdout } = await run(execs, ['orphan', '1'], dir);
    const child = Number(stdout.split('=')[1]);
    const parent = Number(of(await watch.eventsOf(child), CLONED)[0]?.params['ptid']);
    const [exit] = of(await watch.eventsOf(parent), 'procexit_1_e');
    expect(exit?.params).toMatchObject({ ret: 7, reaper_tid: 1 });
    expect(parent).not.toBe(pid);
  });
});

/** The kernel’s bits and the schema’s are the same. */
function effectiveCapabilities(): number {
  const line = /CapEff:\s+(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(`0x${line?.[1]}`);
}

test('the programs that these tests run are there', () => {
  if (reason !== undefined) return;
  for (const path of ['/bin/true', '/usr/bin/env']) expect(existsSync(path)).toBe(true);
});
