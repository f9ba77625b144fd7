import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ThreadRecord } from '#engine/process/thread-record.ts';
import type { Container } from '#model/container.ts';
import { USER_FILE_BYTES, USER_FILES_MAX, USER_FILES_REFRESH_MS } from '#model/limits.ts';
import { UserDirectory } from './user-directory.ts';

const top = mkdtempSync(join(tmpdir(), 'midwatch-users-'));
afterAll(() => rmSync(top, { recursive: true }));
let proc = '';
let host = '';
let round = 0;
beforeEach(() => {
  round += 1;
  proc = join(top, `proc${round}`);
  host = join(top, `host${round}`);
  write(host, 'passwd', 'root:x:0:0::/root:/bin/bash\nann:x:1000:1000:Ann:/home/ann:/bin/zsh\n');
  write(host, 'group', 'root:x:0:\nstaff:x:50:ann\n');
});

function write(root: string, name: string, text: string): void {
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc', name), text, 'latin1');
}

function inContainer(pid: number, fullId: string): ThreadRecord {
  const thread = new ThreadRecord(pid, pid);
  const container: Container = { id: fullId, fullId, runtime: 'runc' };
  thread.container = container;
  return thread;
}

describe('UserDirectory', () => {
  test('a host process has the host’s names, a container’s process its own', () => {
    write(join(proc, '7', 'root'), 'passwd', 'app:x:1000:5::/app:/bin/false\nb\xe9b:x:2:2::/:/\n');
    const users = new UserDirectory({ proc, hostRoot: host });
    expect(users.user(1000, new ThreadRecord(1, 1))).toEqual({
      uid: 1000,
      gid: 1000,
      name: 'ann',
      home: '/home/ann',
      shell: '/bin/zsh',
    });
    expect(users.group(50, new ThreadRecord(1, 1))?.name).toBe('staff');
    const thread = inContainer(7, 'c7');
    expect(users.user(1000, thread)?.name).toBe('app');
    expect(users.user(2, thread)?.name).toBe('b\xe9b');
    expect(users.group(50, thread)).toBe(undefined);
  });

  test('a changed file is read again, after a while', () => {
    let now = 0;
    const users = new UserDirectory({ proc, hostRoot: host, now: () => now });
    const thread = new ThreadRecord(1, 1);
    expect(users.user(77, thread)).toBe(undefined);
    write(host, 'passwd', 'new:x:77:77::/:/bin/sh\n');
    utimesSync(join(host, 'etc/passwd'), 5, 5);
    expect(users.user(77, thread)).toBe(undefined);
    now = USER_FILES_REFRESH_MS;
    expect(users.user(77, thread)?.name).toBe('new');
  });

  test('when its processes are gone a container’s names stay known', () => {
    let now = 0;
    write(join(proc, '7', 'root'), 'passwd', 'app:x:1000:5::/app:/bin/false\n');
    const users = new UserDirectory({ proc, hostRoot: host, now: () => now });
    const thread = inContainer(7, 'c7');
    expect(users.user(1000, thread)?.name).toBe('app');
    rmSync(join(proc, '7'), { recursive: true });
    now = USER_FILES_REFRESH_MS * 2;
    expect(users.user(1000, thread)?.name).toBe('app');
  });

  test.each([
    ['a link instead of the file', (etc: string) => symlinkSync(join(host, 'etc/passwd'), etc)],
    ['a pipe that would block', (etc: string) => execFileSync('/usr/bin/mkfifo', [etc])],
  ])('a container cannot lead the sensor astray: %s', (_name, plant) => {
    mkdirSync(join(proc, '7', 'root', 'etc'), { recursive: true });
    plant(join(proc, '7', 'root', 'etc', 'passwd'));
    const users = new UserDirectory({ proc, hostRoot: host });
    expect(users.user(1000, inContainer(7, 'c7'))).toBe(undefined);
  });

  test('a directory that is a link is not followed', () => {
    mkdirSync(join(proc, '7', 'root'), { recursive: true });
    symlinkSync(join(host, 'etc'), join(proc, '7', 'root', 'etc'));
    const users = new UserDirectory({ proc, hostRoot: host });
    expect(users.user(1000, inContainer(7, 'c7'))?.name).toBe(undefined);
  });

  test('a process that is gone hides no names from the next; 0 is root even so', () => {
    const users = new UserDirectory({ proc, hostRoot: host });
    expect(users.user(0, inContainer(901, 'short'))?.name).toBe('root');
    expect(users.user(7, inContainer(901, 'short'))).toBe(undefined);
    mkdirSync(join(proc, '902/root/etc'), { recursive: true });
    writeFileSync(join(proc, '902/root/etc/passwd'), 'seven:x:7:7::/:/bin/sh\n');
    expect(users.user(7, inContainer(902, 'short'))?.name).toBe('seven');
  });

  test('a file too large is read up to the bound; containers are bounded and counted', () => {
    const line = 'x:x:5:5::/:/\n';
    write(host, 'passwd', `${line.repeat(USER_FILE_BYTES / line.length + 1)}late:x:9:9::/:/\n`);
    const users = new UserDirectory({ proc, hostRoot: host });
    expect(users.user(5, new ThreadRecord(1, 1))?.name).toBe('x');
    expect(users.user(9, new ThreadRecord(1, 1))).toBe(undefined);
    for (let i = 0; i < USER_FILES_MAX + 10; i++) {
      mkdirSync(join(proc, `${100 + i}`, 'root/etc'), { recursive: true });
      users.user(0, inContainer(100 + i, `c${i}`));
    }
    expect(users.size).toBe(USER_FILES_MAX);
    expect(users.evicted).toBe(11);
  });
});
