import type { FixtureEvent } from '#engine/fields/event-fixture.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { PATHS } from './engine-words.ts';
import type { Random } from './random.ts';

export const PROCESSES = [
  {
    pid: 1,
    comm: 'systemd',
    exe: '/sbin/init',
    exePath: '/usr/lib/systemd/systemd',
    uid: 0,
    gid: 0,
  },
  {
    pid: 2,
    parent: 1,
    comm: 'sshd',
    exe: 'sshd',
    exePath: '/usr/sbin/sshd',
    args: ['-D'],
    uid: 0,
    gid: 0,
    env: 'HOME=/root\0A=b\0',
  },
  {
    pid: 3,
    parent: 2,
    comm: 'bash',
    exe: '-bash',
    exePath: '/bin/bash',
    args: [],
    uid: 33,
    gid: 33,
    tty: 34816,
    cwd: '/root/',
    env: 'HOME=/tmp\0',
  },
  {
    pid: 4,
    parent: 3,
    comm: 'cat',
    exe: 'cat',
    exePath: '/bin/cat',
    args: ['/etc/shadow', '-c'],
    uid: 1000,
    gid: 7,
    cwd: '/etc',
    cgroups: 'cpu=/docker/x\0',
    exeUpperLayer: true,
    cloneNs: 5n,
    container: {
      id: 'abc123',
      fullId: 'abc1234567890',
      runtime: 'docker' as const,
      name: 'web',
      imageRepository: 'nginx',
      imageTag: '1',
      privileged: true,
      labels: { app: 'web' },
      podName: 'web-1',
      podNamespace: 'default',
      mounts: [
        { source: '/host/x', destination: '/x', mode: '', writable: true, propagation: 'rprivate' },
      ],
    },
  },
];

export function openEvent(
  random: Random,
  tid: number,
): { event: FixtureEvent; fd: Partial<FdInfo> | undefined } {
  const type = random.pick([
    'syscall_open_x',
    'syscall_openat_2_x',
    'syscall_openat2_x',
    'syscall_creat_x',
  ]);
  const name = random.pick(PATHS);
  const failed = random.below(4) === 0;
  const num = failed ? -1 - random.below(14) : 3 + random.below(5);
  const flags = random.pick([1, 2, 3, 6, 7, 1 | 4096, 2 | 256, 1 | 16384]);
  const rest = type === 'syscall_creat_x' ? {} : { flags };
  const params = { fd: num, name, mode: random.pick([0, 0o644, 0o755]), ino: 5, ...rest };
  const fd = failed
    ? { fd: -1, type: FD_TYPES.unknown, name, nameRaw: name }
    : { fd: num, type: FD_TYPES.fileV2, name, nameRaw: name, ino: 5 };
  return { event: { type, tid, params }, fd };
}

export function otherEvent(
  random: Random,
  tid: number,
): { event: FixtureEvent; fd: Partial<FdInfo> | undefined } {
  switch (random.below(5)) {
    case 0: {
      const params = { res: random.pick([0, -2]), fd: 3 };
      const fd = {
        fd: 3,
        type: FD_TYPES.ipv4,
        name: '10.0.0.2:4000->8.8.8.8:443',
        sourceIp: '\n\0\0\x02',
        sourcePort: 4000,
        destinationIp: random.pick(['\b\b\b\b', '\x7f\0\0\x01']),
        destinationPort: 443,
        l4proto: 1,
        isServer: random.below(2) === 0 ? false : undefined,
      };
      return { event: { type: 'socket_connect_x', tid, params }, fd };
    }
    case 1:
      return {
        event: {
          type: 'syscall_execve_19_x',
          tid,
          params: { res: 0, exe: 'cat', args: ['-c'], flags: 2, filename: '/bin/cat' },
        },
        fd: undefined,
      };
    case 2:
      return {
        event: { type: 'syscall_close_x', tid, params: { res: 0, fd: 3 } },
        fd: { fd: 3, type: FD_TYPES.fifo, name: 'pipe:[1]' },
      };
    case 3:
      return {
        event: { type: 'syscall_getcwd_x', tid, params: { res: 5, path: random.pick(PATHS) } },
        fd: undefined,
      };
    default:
      return { event: { type: 'procexit_1_e', tid, params: { status: 0 } }, fd: undefined };
  }
}

export const USERS = { 0: 'root', 33: 'www-data' };
