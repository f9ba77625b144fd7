/** What `./midwatch` says where it cannot do what was asked: one sentence with what is missing. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = process.getuid?.() === 0;

// A copy that every user may read, with no packages installed.
const folder = mkdtempSync(join(tmpdir(), 'midwatch-launcher-'));
chmodSync(folder, 0o755);
for (const file of ['midwatch', 'package.json', 'package-lock.json']) {
  cpSync(file, join(folder, file));
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder that holds a few of the system's tools, and others in place of some. */
function toolFolder(name: string, stubs: Readonly<Record<string, string>> = {}): string {
  const tools = join(folder, name);
  mkdirSync(tools);
  for (const tool of ['dirname', 'readlink', 'grep', 'uname', 'id', 'mkdir', 'flock', 'find']) {
    const found = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
    if (!(tool in stubs)) symlinkSync(found, join(tools, tool));
  }
  for (const [tool, script] of Object.entries(stubs)) {
    writeFileSync(join(tools, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return tools;
}

function run(command: readonly [string, ...string[]], PATH = process.env['PATH']) {
  const [program, ...args] = command;
  const env = { PATH, HOME: folder };
  const { status, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  return { status, said: stderr.trim() };
}

test('up says so, when this is not Linux', () => {
  const tools = toolFolder('not-linux', { uname: 'echo Darwin' });
  expect(run(['/bin/sh', './midwatch', 'up'], tools)).toEqual({
    status: 1,
    said:
      'midwatch: Cannot watch this machine: it runs Darwin, not Linux: ' +
      'start Midwatch on a Linux machine',
  });
});

test('up says so, when the user is not root', () => {
  const user = root ? ['setpriv', '--reuid=65534', '--clear-groups'] : ['env'];
  expect(run(['env', ...user, './midwatch', 'up'])).toEqual({
    status: 1,
    said:
      'midwatch: Cannot watch this machine: loading programs into the kernel needs root: ' +
      'run sudo ./midwatch up',
  });
});

test.runIf(root)('sensor says so, when the kernel has no BTF', () => {
  const hide = 'mount -t tmpfs none /sys/kernel/btf && exec ./midwatch sensor';
  const { status, said } = run(['unshare', '-m', 'sh', '-c', hide]);
  expect(status).toBe(1);
  expect(said).toMatch(
    /^midwatch: Cannot watch this machine: its kernel has no BTF .*boot a kernel/,
  );
});

test.runIf(root)('up says so, when libbpf is missing where there is no apt-get', () => {
  const tools = toolFolder('no-apt');
  const hide = [
    'set -e; for lib in /usr/lib/*/libbpf.so.1; do at=$(dirname $lib); done',
    'mount -t tmpfs none /mnt; mkdir /mnt/u /mnt/w',
    'mount -t overlay none -o lowerdir=$at,upperdir=/mnt/u,workdir=/mnt/w $at; rm $at/libbpf.so.1',
    `PATH=${tools} exec ./midwatch up`,
  ].join('\n');
  expect(run(['unshare', '-m', 'sh', '-c', hide])).toEqual({
    status: 1,
    said:
      'midwatch: Cannot watch this machine: missing libbpf1: ' +
      "install them with this system's package manager",
  });
});

test('any command says so, when npm is missing', () => {
  const { status, said } = run(['/bin/sh', './midwatch', 'status'], toolFolder('no-npm'));
  expect(status).toBe(1);
  expect(said).toMatch(/^midwatch: Cannot start: npm is missing: install Node.js 20 or later/);
});
