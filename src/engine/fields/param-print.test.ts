import { describe, expect, test } from 'vitest';
import { eventId } from '#model/event-schema.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { FixtureEvent } from './event-fixture.ts';
import { Fixture } from './event-fixture.ts';
import { paramPrinters } from './param-print.ts';

const fixture = new Fixture([{ pid: 7, comm: 'cat', cwd: '/home' }], { 5: 'ann' });

/** Plain and resolved form of the named parameter. */
function printed(event: FixtureEvent, index: number, fd?: Partial<FdInfo>): readonly string[] {
  const ctx = fixture.show({ tid: 7, ...event }, fd);
  const found = paramPrinters(eventId(event.type))[index]?.(ctx);
  return [found?.plain ?? '', found?.resolved ?? ''];
}

const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');

describe('numbers that stand for something', () => {
  test.each<readonly [string, FixtureEvent, number, readonly string[]]>([
    ['an error', { type: 'syscall_close_x', params: { res: -9 } }, 0, ['-9', 'EBADF']],
    ['success', { type: 'syscall_close_x', params: { res: 0 } }, 0, ['0', '']],
    ['a pid', { type: 'syscall_kill_x', params: { pid: 7 } }, 1, ['7', 'cat']],
    ['a pid that is gone', { type: 'syscall_kill_x', params: { pid: 8 } }, 1, ['8', '']],
    ['a signal', { type: 'syscall_kill_x', params: { sig: 9 } }, 2, ['9', 'SIGKILL']],
    ['a user', { type: 'syscall_setuid_x', params: { uid: 5 } }, 1, ['5', 'ann']],
    ['nobody', { type: 'syscall_setuid_x', params: { uid: 0xffff_ffff } }, 1, ['-1', '<NONE>']],
    ['a family', { type: 'socket_socket_x', params: { domain: 10 } }, 1, ['10', 'AF_INET6']],
    ['a missing one', { type: 'syscall_close_x', params: {} }, 0, ['<NA>', '']],
  ])('%s', (_, event, index, texts) => {
    expect(printed(event, index)).toEqual(texts);
  });
});

describe('descriptors', () => {
  const write: FixtureEvent = { type: 'syscall_write_x', params: { fd: 3, res: 1 } };

  test('a file by its name, with the letter of its kind', () => {
    const fd = { fd: 3, type: FD_TYPES.fileV2, name: '/etc/x' };
    expect(printed(write, 2, fd)).toEqual(['3', '<f>/etc/x']);
  });

  test('a connection, once its role is known with its protocol', () => {
    const fd = { fd: 3, type: FD_TYPES.ipv4, name: '1.2.3.4:5->6.7.8.9:10', l4proto: 1 };
    expect(printed(write, 2, { ...fd, isServer: false })).toEqual(['3', `<4t>${fd.name}`]);
    expect(printed(write, 2, fd)).toEqual(['3', `<4>${fd.name}`]);
  });

  test('one that is not known', () => expect(printed(write, 2)).toEqual(['3', '']));
});

describe('paths', () => {
  const open = (dirfd: number, name: string): FixtureEvent => ({
    type: 'syscall_openat_2_x',
    params: { fd: 3, dirfd, name },
  });

  test('relative ones from the current directory, or that of the descriptor', () => {
    expect(printed(open(-100, 'a/../b'), 2)).toEqual(['a/../b', '/home/b']);
    const fd = { fd: 4, type: FD_TYPES.directory, name: '/srv' };
    expect(printed(open(4, 'b'), 2, fd)).toEqual(['b', '/srv/b']);
  });

  test('absolute ones are as they are', () => {
    expect(printed(open(-100, '/a/b'), 2)).toEqual(['/a/b', '']);
  });
});

describe('addresses', () => {
  const connect = (tuple: string, addr: string): FixtureEvent => ({
    type: 'socket_connect_x',
    params: { res: 0, tuple, addr, fd: 3 },
  });

  test.each([
    ['020a000002a00f080808083500', '0208080808bb01', '10.0.0.2:4000->8.8.8.8:53', '8.8.8.8:443'],
    [
      `0a${'0'.repeat(30)}01a00f${'0'.repeat(30)}020a00`,
      `0a${'0'.repeat(30)}015000`,
      '::1:4000->::2:10',
      '::1:80',
    ],
    [
      `0a${'0'.repeat(20)}ffff01020304a00f${'0'.repeat(20)}ffff050607080a00`,
      '0a0102',
      '1.2.3.4:4000->5.6.7.8:10',
      'INVALID IPv6',
    ],
    ['01ff00000000000000ee000000000000002f78', '012f782f7900', 'ff->ee /x', '/x/y'],
    ['02', '02', 'INVALID IPv4', 'INVALID IPv4'],
    ['63', '63', 'family 99', 'family 99'],
  ])('%s', (tuple, addr, ends, one) => {
    const event = connect(bytes(tuple), bytes(addr));
    expect(printed(event, 1)).toEqual([ends, '']);
    expect(printed(event, 3)).toEqual([one, '']);
  });

  test('none', () => expect(printed(connect('', ''), 1)).toEqual(['NULL', '']));
});

test('bytes show as far as they can be printed', () => {
  const event = { type: 'syscall_write_x', params: { res: 4, data: 'a\n\0\xff~' } };
  expect(printed(event, 1)).toEqual(['a...~', '']);
});

test('what a dynamic parameter says that it is', () => {
  const ptrace = (addr: string): FixtureEvent => ({
    type: 'syscall_ptrace_x',
    params: { res: 0, addr },
  });
  expect(printed(ptrace(bytes('000100000000000000')), 1)).toEqual(['1', '']);
  expect(printed(ptrace(bytes('0109')), 1)).toEqual(['9', 'SIGKILL']);
  expect(printed(ptrace(bytes('0700')), 1)).toEqual(['..', '']);
});
