import { describe, expect, test } from 'vitest';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { CapturedMachine, entry } from './capture-fixture.ts';
import { CLONE_FLAG } from './clone-flags.ts';

const INIT = entry({ tid: 1, ptid: 0, comm: 'init' });
const SHELL = entry({ tid: 10, comm: 'sh', cwd: '/srv' });

describe('processes of a capture', () => {
  test('the list gives relatives, whatever its order', () => {
    const machine = new CapturedMachine([entry({ tid: 12, ptid: 10 }), SHELL, INIT]);
    machine.close(12, 3);
    expect(machine.ladder(12)).toBe('p12 sh init');
    expect(machine.ctx.thread).toMatchObject({ tid: 12, cwd: '/home/' });
  });

  test('a list in which processes are their own ancestors does not go in circles', () => {
    const machine = new CapturedMachine([
      entry({ tid: 10, ptid: 11 }),
      entry({ tid: 11, ptid: 12 }),
      entry({ tid: 12, ptid: 10 }),
      entry({ tid: 13, ptid: 13 }),
    ]);
    machine.exit(11);
    machine.exit(13);
    machine.clone(12, 20);
    machine.exit(12);
    machine.close(20, 3);
    expect(machine.ctx.thread?.tid).toBe(20);
  });

  test('a clone tells of the child, from the parent or from the child', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    machine.open(10, 3, 'file');
    machine.clone(10, 20);
    expect(machine.ladder(20)).toBe('sh sh init');
    expect(machine.files(20)).toEqual({ 3: '/srv/file' });
    const told = { res: 0, tid: 21, pid: 21, ptid: 10, comm: 'sub', vtid: 21, vpid: 21 };
    machine.apply({ type: 'syscall_clone_20_x', tid: 21, params: told });
    expect(machine.ladder(21)).toBe('sub sh init');
    expect(machine.ctx.thread?.tid).toBe(21);
  });

  test('a thread shares the files and the directory of its process', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    machine.clone(10, 20, CLONE_FLAG.thread | CLONE_FLAG.files);
    machine.open(20, 4, 'x');
    expect(machine.files(10)).toEqual({ 4: '/srv/x' });
    expect(machine.close(10, 4).fd?.name).toBe('/srv/x');
    expect(machine.state.threads.find(20)).toMatchObject({ pid: 10, ptid: 1 });
  });

  test('an exec brings another image, ends other threads, closes what it should', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    machine.clone(10, 20, CLONE_FLAG.thread | CLONE_FLAG.files);
    machine.open(10, 3, '/kept');
    machine.open(10, 4, '/closed', 0x1001);
    machine.apply({ type: 'syscall_epoll_create1_x', tid: 10, params: { res: 5, flags: 1 } });
    machine.exec(10, '/usr/bin/cat', { args: ['-n', '/x'] });
    expect(machine.state.threads.find(10)).toMatchObject({
      comm: 'cat',
      exePath: '/usr/bin/cat',
      args: ['-n', '/x'],
    });
    expect(machine.files(10)).toEqual({ 3: '/kept' });
    expect(machine.state.threads.find(20)).toBeUndefined();
  });

  test('who exits is there for that event, and its children go up', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    machine.clone(10, 20);
    machine.clone(20, 30);
    machine.exit(20);
    expect(machine.ctx.thread?.tid).toBe(20);
    machine.close(30, 3);
    expect(machine.state.threads.find(20)).toBeUndefined();
    expect(machine.ladder(30)).toBe('sh init');
  });

  test('of an unknown process its number is known, and more when an event tells', () => {
    const machine = new CapturedMachine([INIT]);
    machine.close(50, 3);
    expect(machine.ctx.thread).toMatchObject({ tid: 50, pid: -1, comm: '<NA>' });
    machine.exec(50, '/bin/ls', { ptid: 1 });
    expect(machine.ladder(50)).toBe('ls init');
  });

  test('threads whose exits were missed make room', () => {
    const machine = new CapturedMachine([INIT, SHELL], 5);
    for (let tid = 100; tid < 200; tid++) {
      machine.clone(10, tid);
      machine.open(tid, 3, '/x');
    }
    expect(machine.state.threads.table.size).toBe(5);
    expect(machine.ladder(199)).toBe('sh sh init');
    expect(machine.state.threads.table.evicted).toBe(97);
    expect(machine.state.fds.size).toBe(3);
  });

  test('a new section starts anew', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    machine.open(10, 3, '/x');
    machine.state.section();
    machine.close(10, 3);
    expect(machine.ctx.thread).toMatchObject({ tid: 10, comm: '<NA>' });
    expect([machine.state.fds.size, machine.state.threads.table.size]).toEqual([0, 1]);
  });
});

describe('open files of a capture', () => {
  test('a path is seen from the process, from the directory of the call, or as it is', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    expect(machine.open(10, 3, 'a/../b').fd).toMatchObject({ name: '/srv/b', nameRaw: 'a/../b' });
    machine.open(10, 4, '/etc', 1 << 10);
    const at = (dirfd: number) =>
      machine.apply({
        type: 'syscall_openat_2_x',
        tid: 10,
        params: { fd: 5, dirfd, name: 'passwd', flags: 1 },
      }).fd?.name;
    expect([at(4), at(-100), at(99)]).toEqual(['/etc/passwd', '/srv/passwd', '<UNKNOWN>/passwd']);
    machine.apply({ type: 'syscall_chdir_x', tid: 10, params: { res: 0, path: '../var' } });
    expect(machine.open(10, 6, 'x').fd?.name).toBe('/var/x');
  });

  test('the path that the kernel was given counts, not what stood there after', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    const enter = { name: '/etc/shadow', flags: 1 };
    machine.apply({ type: 'syscall_open_e', tid: 10, params: enter });
    expect(machine.open(10, 3, '/tmp/innocent').fd?.name).toBe('/etc/shadow');
    expect(machine.open(10, 4, '/tmp/other').fd?.name).toBe('/tmp/other');
  });

  test('an open that failed tells what it would have opened, and opens nothing', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    expect(machine.open(10, -2, 'none').fd).toMatchObject({ fd: -1, name: '/srv/none' });
    expect(machine.files(10)).toEqual({});
  });

  test('a closed file is known to the event that closes it, and not after', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    machine.open(10, 3, '/x');
    expect(machine.close(10, 3).fd?.name).toBe('/x');
    expect(machine.close(10, 3).fd).toMatchObject({ fd: 3, name: '', type: FD_TYPES.unknown });
  });

  test('dup and fcntl copy', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    machine.open(10, 3, '/x');
    machine.apply({ type: 'syscall_dup_1_x', tid: 10, params: { res: 4, oldfd: 3 } });
    const params = { res: 5, fd: 3, cmd: 1, arg: 0 };
    machine.apply({ type: 'syscall_fcntl_x', tid: 10, params });
    machine.close(10, 3);
    machine.close(10, 99);
    expect(machine.files(10)).toEqual({ 4: '/x', 5: '/x' });
  });
});

describe('sockets of a capture', () => {
  const ip = (text: string) => String.fromCharCode(...text.split('.').map(Number)) as string;
  const port = (number: number) => String.fromCharCode(number & 0xff, number >> 8);
  const tuple = (from: string, fromPort: number, to: string, toPort: number) =>
    `\x02${ip(from)}${port(fromPort)}${ip(to)}${port(toPort)}`;

  function withSocket(fd = 3): CapturedMachine {
    const machine = new CapturedMachine([INIT, SHELL]);
    const params = { fd, domain: 2, type: 1, proto: 0 };
    machine.apply({ type: 'socket_socket_x', tid: 10, params });
    return machine;
  }

  test('who connects is the client', () => {
    const machine = withSocket();
    const params = { res: 0, fd: 3, tuple: tuple('10.0.0.1', 40_000, '10.0.0.2', 443) };
    const { fd } = machine.apply({ type: 'socket_connect_x', tid: 10, params });
    expect(fd).toMatchObject({
      type: FD_TYPES.ipv4,
      name: '10.0.0.1:40000->10.0.0.2:443',
      isServer: false,
      destinationPort: 443,
    });
  });

  test('a connection that was refused leaves the socket as it is', () => {
    const machine = withSocket();
    const params = { res: -111, fd: 3, tuple: tuple('10.0.0.1', 40_000, '10.0.0.2', 443) };
    machine.apply({ type: 'socket_connect_x', tid: 10, params });
    expect(machine.files(10)).toEqual({ 3: '' });
  });

  test('who binds a port and accepts is the server', () => {
    const machine = withSocket();
    const bound = { res: 0, fd: 3, addr: `\x02${ip('0.0.0.0')}${port(80)}` };
    machine.apply({ type: 'socket_bind_x', tid: 10, params: bound });
    expect(machine.ctx.fd).toMatchObject({ name: '0.0.0.0:80', type: FD_TYPES.ipv4Server });
    const params = { fd: 4, tuple: tuple('10.0.0.9', 5000, '10.0.0.1', 80) };
    const { fd } = machine.apply({ type: 'socket_accept4_6_x', tid: 10, params });
    expect(fd).toMatchObject({ name: '10.0.0.9:5000->10.0.0.1:80', isServer: true });
  });

  test('data sent through a socket whose making was missed make it one of datagrams', () => {
    const machine = new CapturedMachine([INIT, SHELL]);
    const params = { res: 5, fd: 7, size: 5, tuple: tuple('10.0.0.1', 5353, '10.0.0.2', 53) };
    const { fd } = machine.apply({ type: 'socket_sendto_x', tid: 10, params });
    expect(fd).toMatchObject({ name: '10.0.0.1:5353->10.0.0.2:53', l4proto: 2 });
  });
});

describe('containers and users of a capture', () => {
  const ID = 'ab12'.repeat(16);

  test('a container is known by its cgroup, and more when an event tells', () => {
    const machine = new CapturedMachine([INIT, entry({ tid: 10, cgroups: `cpu=/docker/${ID}\0` })]);
    machine.close(10, 3);
    expect(machine.ctx.thread?.container).toMatchObject({ id: 'ab12ab12ab12', fullId: ID });
    expect(machine.state.threads.find(1)?.container.id).toBe('host');
  });

  test.each([
    [`memory=/kubepods/burstable/pod12/cri-containerd-${ID}.scope`, 'ab12ab12ab12', 'containerd'],
    [`memory=/machine.slice/libpod-${ID}.scope/container`, 'ab12ab12ab12', 'podman'],
    [`memory=/kubepods.slice/crio-conmon-${ID}.scope`, 'host', 'host'],
    ['memory=/lxc.payload.web/init.scope', 'web', 'lxc'],
    ['memory=/system.slice/ssh.service', 'host', 'host'],
  ])('%s is of %s', (cgroups, id, runtime) => {
    const machine = new CapturedMachine([INIT, entry({ tid: 10, cgroups: `${cgroups}\0` })]);
    expect(machine.state.threads.find(10)?.container).toMatchObject({ id, runtime });
  });

  test('users are those of the machine, and in a container its own', () => {
    const machine = new CapturedMachine([INIT, entry({ tid: 10, cgroups: `cpu=/docker/${ID}\0` })]);
    machine.state.user({ uid: 5, gid: 5, name: 'games', home: '/g', shell: '/bin/sh' });
    const params = { uid: 5, gid: 5, name: 'app', home: '/app', container_id: 'ab12ab12ab12' };
    machine.apply({ type: 'user_added_e', tid: 1, params });
    const names = [1, 10].map((tid) => {
      const thread = machine.state.thread(tid);
      return thread && machine.state.userName(5, thread);
    });
    expect(names).toEqual(['games', 'app']);
  });
});
