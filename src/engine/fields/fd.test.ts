import { describe, expect, test } from 'vitest';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { FixtureEvent } from './event-fixture.ts';
import { Fixture } from './event-fixture.ts';

const fixture = new Fixture([{ pid: 7, comm: 'cat', cwd: '/home' }]);
const CLOSE: FixtureEvent = { type: 'syscall_close_x', tid: 7, params: { res: 0, fd: 3 } };

function shown(fields: string, fd: Partial<FdInfo> | undefined, event = CLOSE): string {
  const ctx = fixture.show(event, fd);
  const result = compileOutput(fields);
  return result.ok ? result.output.render(ctx) : result.error;
}

describe('a file', () => {
  const file = {
    fd: 3,
    type: FD_TYPES.fileV2,
    name: '/etc/passwd',
    nameRaw: '../etc/passwd',
    dev: 0x10_0005,
    ino: 99,
  };
  test.each([
    ['fd.num', '3'],
    ['fd.type', 'file'],
    ['fd.typechar', 'f'],
    ['fd.name', '/etc/passwd'],
    ['fd.nameraw', '../etc/passwd'],
    ['fd.directory', '/etc'],
    ['fd.filename', 'passwd'],
    ['fd.ino', '99'],
    ['fd.dev', '100005'],
    ['fd.dev.minor', '261'],
    ['fd.uid', '73'],
    ['fd.containername', 'host:/etc/passwd'],
    ['fd.containerdirectory', 'host:/etc'],
    ['fd.sip', '<NA>'],
    ['fd.l4proto', '<NA>'],
    ['fd.types', '(file)'],
  ])('%s', (field, text) => expect(shown(`%${field}`, file)).toBe(text));
});

describe('a connection of a client', () => {
  const connection = {
    fd: 3,
    type: FD_TYPES.ipv4,
    name: '10.0.0.2:4000->8.8.8.8:443',
    sourceIp: '\x0a\0\0\x02',
    sourcePort: 4000,
    destinationIp: '\x08\x08\x08\x08',
    destinationPort: 443,
    l4proto: 1,
    isServer: false,
  } as const;
  test.each([
    ['%fd.type %fd.typechar', 'ipv4 4'],
    ['%fd.name', '10.0.0.2:4000->8.8.8.8:443'],
    ['%fd.cip %fd.sip', '10.0.0.2 8.8.8.8'],
    ['%fd.lip %fd.rip', '10.0.0.2 8.8.8.8'],
    ['%fd.cport %fd.sport', '4000 443'],
    ['%fd.lport %fd.rport', '4000 443'],
    ['%fd.sproto', 'https'],
    ['%fd.l4proto %fd.sockfamily', 'tcp ip'],
    ['%fd.is_server', 'false'],
    ['%fd.filename', '<NA>'],
  ])('%s', (fields, text) => expect(shown(fields, connection)).toBe(text));

  test('which end is local is told by the addresses of this machine', () => {
    const [sourceIp, destinationIp] = [connection.destinationIp, connection.sourceIp];
    const ends = shown('%fd.lip %fd.rip %fd.lport', { ...connection, sourceIp, destinationIp });
    expect(ends).toBe('10.0.0.2 8.8.8.8 443');
  });
});

test.each([
  [FD_TYPES.fifo, 'pipe p'],
  [FD_TYPES.unix, 'unix u'],
  [FD_TYPES.directory, 'directory d'],
  [FD_TYPES.ipv6Server, 'ipv6 6'],
  [FD_TYPES.eventpoll, 'eventpoll l'],
  [FD_TYPES.memfd, 'memfd m'],
])('type %s', (type, text) => {
  expect(shown('%fd.type %fd.typechar', { fd: 3, type })).toBe(text);
});

test('an event about no descriptor', () => {
  const event = { type: 'syscall_getcwd_x', tid: 7, params: { res: 1, path: '/' } };
  expect(shown('%fd.num %fd.name %fd.type', undefined, event)).toBe('<NA> <NA> <NA>');
});

describe('paths of calls', () => {
  const params = { res: 0, olddirfd: -100, oldpath: 'a', newdirfd: -100, newpath: '/b', flags: 0 };
  const rename: FixtureEvent = { type: 'syscall_renameat2_x', tid: 7, params };
  test.each([
    ['%fs.path.source %fs.path.target', '/home/a /b'],
    ['%fs.path.sourceraw %fs.path.targetraw', 'a /b'],
    ['%fs.path.name', '<NA>'],
  ])('of a rename: %s', (fields, text) => expect(shown(fields, undefined, rename)).toBe(text));

  test('of an unlink', () => {
    const unlink = { type: 'syscall_unlink_2_x', tid: 7, params: { res: 0, path: '../x' } };
    expect(shown('%fs.path.name %fs.path.nameraw', undefined, unlink)).toBe('/x ../x');
  });
});
