import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bootTimeNs } from './machine.ts';
import { cgroupBlob, ProcessReader } from './read-processes.ts';

const dir = mkdtempSync(join(tmpdir(), 'midwatch-proc-'));
afterAll(() => rmSync(dir, { recursive: true }));
const reader = new ProcessReader(() => bootTimeNs());

describe('ProcessReader', () => {
  test('reads a process as it is', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 30; true', ''], {
      env: { COLOUR: 'blue', EMPTY: '' },
      cwd: '/tmp',
    });
    await once(child, 'spawn');
    const thread = reader.read(child.pid ?? 0);
    child.kill('SIGKILL');
    expect(thread).toMatchObject({
      comm: 'sh',
      exe: '/bin/sh',
      args: ['-c', 'sleep 30; true', ''],
      env: 'COLOUR=blue\0EMPTY=',
      cwd: '/tmp/',
      ptid: process.pid,
      uid: process.getuid?.(),
      pid: child.pid,
      tid: child.pid,
      startIsCoarse: true,
    });
    expect(thread?.exePath).toMatch(/^\/(usr\/)?bin\//);
    expect(thread?.exeIno).toBeGreaterThan(0);
    const age = BigInt(Date.now()) * 1_000_000n - (thread?.cloneNs ?? 0n);
    expect(age > -50_000_000n && age < 20_000_000_000n).toBe(true);
  });

  test('finds itself among all, and pid 1', () => {
    const pids = new Set(reader.readAll().map((thread) => thread.pid));
    expect(pids.has(process.pid)).toBe(true);
    expect(pids.has(1)).toBe(true);
  });

  test('what is not there, is a thread only, or a zombie, is undefined', async () => {
    expect(reader.read(4_194_305)).toBe(undefined);
    const threads = readdirSync('/proc/self/task').map(Number);
    const other = threads.find((tid) => tid !== process.pid) ?? 0;
    expect(reader.read(other)).toBe(undefined);
    const child = spawn('/bin/true');
    const ended = once(child, 'exit');
    await ended;
    expect(reader.read(child.pid ?? 0)).toBe(undefined);
  });

  test('a directory that vanishes between two files gives nothing, and stops nothing', () => {
    mkdirSync(join(dir, '7'));
    mkdirSync(join(dir, '8'));
    const stat = (name: string): string =>
      `7 (${name}) S 1 7 7 0 -1 0 5 0 6 ${'0 '.repeat(9)}300 0`;
    writeFileSync(join(dir, '7', 'stat'), stat('a) S (b'));
    writeFileSync(join(dir, '8', 'stat'), stat('whole'));
    writeFileSync(
      join(dir, '8', 'status'),
      'Name:\twhole\nTgid:\t8\nUid:\t1\t2\t1\t1\nNSpid:\t8\t3\n',
    );
    const found = new ProcessReader(() => 0n, dir).readAll();
    expect(found.map((thread) => [thread.comm, thread.uid, thread.vpid])).toEqual([
      ['whole', 2, 3],
    ]);
    expect(found[0]?.startNs).toBe(3_000_000_000);
  });

  test('a kernel thread has a name and no image', () => {
    const flags = 0x200000 | 0x40;
    mkdirSync(join(dir, '9'));
    writeFileSync(
      join(dir, '9', 'stat'),
      `9 (kworker/0:1) I 2 0 0 0 -1 ${flags} 0 0 0 ${'0 '.repeat(10)}5 0`,
    );
    expect(new ProcessReader(() => 0n, dir).read(9)).toMatchObject({
      comm: 'kworker/0:1',
      exe: '',
      uid: 0,
      ptid: 2,
    });
  });
});

describe('cgroupBlob', () => {
  test.each([
    ['v1', '4:memory:/a\n3:cpu,cpuacct:/b\n', 'memory=/a\0cpu=/b\0cpuacct=/b'],
    ['hybrid', '1:name=systemd:/s\n0::/u\n', 'name=systemd=/s\0unified=/u'],
    [
      'a colon in the path',
      '0::/kubepods-x:cri-containerd:abc\n',
      'unified=/kubepods-x:cri-containerd:abc',
    ],
    ['nothing', '', ''],
  ])('%s', (_name, text, blob) => expect(cgroupBlob(text)).toBe(blob));
});
