import { describe, expect, test } from 'vitest';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import { Fixture } from './event-fixture.ts';

const SECOND = 1_000_000_000n;
const NOW = 1_774_620_000n * SECOND;

const fixture = new Fixture(
  [
    { pid: 1, comm: 'systemd', exe: '/sbin/init', exePath: '/usr/lib/systemd/systemd' },
    {
      pid: 20,
      parent: 1,
      comm: 'sshd',
      exe: 'sshd',
      exePath: '/usr/sbin/sshd',
      args: ['-D', '-o x'],
      sid: 20,
      loginUid: 5,
    },
    {
      pid: 30,
      parent: 20,
      comm: 'bash',
      exe: '-bash',
      exePath: '/usr/bin/bash',
      args: [],
      env: 'HOME=/home/ann\0PATH=/bin\0EMPTY=\0',
      sid: 20,
      vpgid: 30,
      pgid: 30,
      tty: 34816,
      cwd: '/home/ann/',
      cloneNs: NOW - 60n * SECOND,
      uid: 5,
      gid: 6,
      loginUid: 5,
    },
    {
      pid: 40,
      parent: 30,
      comm: 'cat',
      exe: 'cat',
      exePath: '/tmp/cat',
      args: ['/etc/passwd', 'a b'],
      sid: 20,
      vpgid: 40,
      pgid: 40,
      cwd: '/home/ann/x',
      cloneNs: NOW - 2n * SECOND,
      execNs: NOW - SECOND,
      exeWritable: true,
      exeUpperLayer: true,
      exeIno: 77,
      exeCtimeNs: NOW - 31n * SECOND,
      exeMtimeNs: NOW - 91n * SECOND,
      capEffective: 0b1001n,
      cgroups: 'cpu=/a\0memory=/b\0',
      uid: 5,
      gid: 6,
      loginUid: 5,
    },
    { pid: 50, parent: 2, comm: 'kworker/0:1' },
    { pid: 2, comm: 'kthreadd' },
    { pid: 60, parent: 40, comm: 'kworker/u8:1', exe: './x', exePath: '/tmp/x' },
  ],
  { 0: 'root', 5: 'ann' },
);

function shown(field: string, tid: number): string {
  const ctx = fixture.show({ type: 'syscall_close_x', tid, timeNs: NOW });
  const result = compileOutput(`%${field}`);
  return result.ok ? result.output.render(ctx) : result.error;
}

describe('of cat in bash of sshd', () => {
  test.each([
    ['proc.name', 'cat'],
    ['proc.pname', 'bash'],
    ['proc.aname[0]', 'cat'],
    ['proc.aname[2]', 'sshd'],
    ['proc.aname[4]', '<NA>'],
    ['proc.exe', 'cat'],
    ['proc.exepath', '/tmp/cat'],
    ['proc.pexe', '-bash'],
    ['proc.pexepath', '/usr/bin/bash'],
    ['proc.aexepath[3]', '/usr/lib/systemd/systemd'],
    ['proc.args', '/etc/passwd a b'],
    ['proc.args[1]', 'a b'],
    ['proc.args[2]', '<NA>'],
    ['proc.cmdline', 'cat /etc/passwd a b'],
    ['proc.pcmdline', 'bash'],
    ['proc.acmdline[2]', 'sshd -D -o x'],
    ['proc.exeline', 'cat /etc/passwd a b'],
    ['proc.cmdnargs', '2'],
    ['proc.cmdlenargs', '14'],
    ['proc.cwd', '/home/ann/x'],
    ['proc.pid', '40'],
    ['proc.ppid', '30'],
    ['proc.apid[2]', '20'],
    ['proc.sid', '20'],
    ['proc.sname', 'sshd'],
    ['proc.sid.exe', 'sshd'],
    ['proc.is_sid_leader', 'false'],
    ['proc.is_vpgid_leader', 'true'],
    ['proc.tty', '0'],
    ['proc.is_exe_writable', 'true'],
    ['proc.is_exe_upper_layer', 'true'],
    ['proc.is_exe_lower_layer', 'false'],
    ['proc.is_exe_from_memfd', 'false'],
    ['proc.exe_ino', '77'],
    ['proc.duration', String(2n * SECOND)],
    ['proc.ppid.duration', String(60n * SECOND)],
    ['proc.nchilds', '0'],
    ['proc.is_kthread', 'false'],
    ['proc.name_is_kthread_like', 'false'],
    ['proc.exe_age', '90'],
    ['proc.exe_ctime_age', '30'],
    ['thread.tid', '40'],
    ['thread.ismain', 'true'],
    ['thread.cap_effective', 'CAP_CHOWN CAP_FOWNER'],
    ['thread.cgroups', 'cpu=/a memory=/b'],
    ['thread.cgroup.memory', '/b'],
    ['thread.cgroup[cpu]', '/a'],
    ['user.uid', '5'],
    ['user.name', 'ann'],
    ['user.homedir', '/home/ann'],
    ['user.loginname', 'ann'],
    ['group.gid', '6'],
    ['group.name', '<NA>'],
    ['container.id', 'host'],
    ['container.image', ''],
  ])('%s', (field, text) => expect(shown(field, 40)).toBe(text));
});

describe('of bash', () => {
  test.each([
    ['proc.cmdline', 'bash'],
    ['proc.args', ''],
    ['proc.env[HOME]', '/home/ann'],
    ['proc.env[EMPTY]', ''],
    ['proc.env[HOM]', ''],
    ['proc.env', 'HOME=/home/ann PATH=/bin EMPTY='],
    ['proc.tty', '34816'],
    ['proc.exe_age', '<NA>'],
    ['proc.loginshellid', '30'],
  ])('%s', (field, text) => expect(shown(field, 30)).toBe(text));
});

test('the environment of an ancestor', () => {
  expect(shown('proc.aenv[HOME]', 40)).toBe('/home/ann');
  expect(shown('proc.aenv[NOPE]', 40)).toBe('');
});

test('kernel threads, and what only has the name of one', () => {
  expect([50, 2, 60].map((tid) => shown('proc.is_kthread', tid))).toEqual([
    'true',
    'true',
    'false',
  ]);
  expect([50, 2, 60].map((tid) => shown('proc.name_is_kthread_like', tid))).toEqual([
    'false',
    'false',
    'true',
  ]);
});

test('names of kernel threads', () => {
  const like = (comm: string): string => {
    const machine = new Fixture([{ pid: 9, parent: 1, comm, exePath: '/tmp/x' }]);
    const ctx = machine.show({ type: 'syscall_close_x', tid: 9 });
    const result = compileOutput('%proc.name_is_kthread_like');
    return result.ok ? result.output.render(ctx) : result.error;
  };
  const names =
    '[kworker/0:1] [x kworker kworker/u8:1-events kswapd0 migration/0 rcu_sched irq/9-a';
  expect(names.split(' ').filter((name) => like(name) !== 'true')).toEqual([]);
  const others = 'watchdog migration kwin kubelet irqbalance kate kworkers rcu jbd2x kswapdd';
  expect(others.split(' ').filter((name) => like(name) !== 'false')).toEqual([]);
});

test('processor time, on the events that tell it', () => {
  const params = { cpu_usr: 400_000_000, cpu_sys: 159_000_000 };
  const output = compileOutput('%proc.cpu_pct');
  const ctx = fixture.show({ type: 'procinfo_e', tid: 40, params });
  expect(output.ok && output.output.render(ctx)).toBe('55');
  expect(shown('proc.cpu_pct', 40)).toBe('<NA>');
});

test('without a process everything is null', () => {
  for (const field of ['proc.name', 'proc.pid', 'user.name', 'proc.aname[1]', 'proc.cmdline']) {
    expect(shown(field, 999), field).toBe('<NA>');
  }
});
