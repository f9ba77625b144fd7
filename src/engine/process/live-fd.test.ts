import { describe, expect, test } from 'vitest';
import { EventView } from '#model/event-view.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { LiveFd } from './live-fd.ts';
import { i64, liveRecord, text, u32 } from './live-fixture.ts';
import { ThreadRecord } from './thread-record.ts';

const thread = new ThreadRecord(5, 5);
thread.cwd = '/home/ann/';
const fd = new LiveFd();

function fdOf(type: string, params: Record<string, Buffer>, fdEntry?: Buffer): FdInfo | undefined {
  const record = liveRecord({
    type,
    pid: 5,
    params,
    ...(fdEntry === undefined ? {} : { fdEntry }),
  });
  return fd.of(new EventView().over(record).atRecord(0), thread);
}

function entry(num: number, type: number, body: Buffer, ino = 0): Buffer {
  const head = Buffer.alloc(17);
  head.writeBigInt64LE(BigInt(num), 0);
  head.writeBigUInt64LE(BigInt(ino), 8);
  head.writeUInt8(type, 16);
  return Buffer.concat([head, body]);
}

function file(path: string, flags: number, dev: number): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(path.length);
  return Buffer.concat([u32(flags), length, Buffer.from(path), u32(dev)]);
}

type End = readonly [string, number];

function ip(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function port(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function tuple([from, fromPort]: End, [to, toPort]: End): Buffer {
  return Buffer.concat([Buffer.from([2]), ip(from), port(fromPort), ip(to), port(toPort)]);
}

function connection([here, herePort]: End, [there, therePort]: End): Buffer {
  const ends = [ip(here), ip(there), port(herePort), port(therePort), Buffer.from([1])];
  return entry(7, FD_TYPES.ipv4, Buffer.concat(ends));
}

const HERE: End = ['10.0.0.5', 40000];
const THERE: End = ['1.2.3.4', 443];
const LISTENS: End = ['10.0.0.5', 8080];
const CALLER: End = ['9.9.9.9', 51000];

describe('LiveFd', () => {
  test('an opened file by the event alone', () => {
    const opened = fdOf('syscall_openat_2_x', {
      fd: i64(3),
      dirfd: i64(-100),
      name: text('/etc/passwd'),
      flags: u32(1),
      dev: u32(0x10),
      ino: i64(99),
    });
    expect(opened).toMatchObject({
      fd: 3,
      type: FD_TYPES.fileV2,
      name: '/etc/passwd',
      openFlags: 1,
      dev: 0x10,
      ino: 99,
    });
  });

  test.each([
    ['below the working directory', -100, 'x/../secret', '/home/ann/secret'],
    ['absolute', -100, '/etc//shadow', '/etc/shadow'],
    ['below a descriptor that is not told', 9, 'secret', 'secret'],
  ])('a failed open has the number -1, a name and no type: %s', (_name, dirfd, asked, name) => {
    const params = { fd: i64(-13), dirfd: i64(dirfd), name: text(asked), flags: u32(1) };
    expect(fdOf('syscall_openat_2_x', params)).toMatchObject({
      fd: -1,
      type: FD_TYPES.unknown,
      name,
      nameRaw: asked,
    });
  });

  test('a file by its entry; the event adds nothing but the number', () => {
    const read = fdOf(
      'syscall_read_x',
      { res: i64(10), fd: i64(4), size: u32(10) },
      entry(4, FD_TYPES.fileV2, file('/var/log/x', 2, 77), 1234),
    );
    expect(read).toMatchObject({
      fd: 4,
      type: FD_TYPES.fileV2,
      name: '/var/log/x',
      openFlags: 2,
      dev: 77,
      ino: 1234,
    });
  });

  test('who is client and who is server: accept and connect know', () => {
    const accepted = fdOf('socket_accept4_6_x', { fd: i64(8), tuple: tuple(CALLER, LISTENS) });
    expect(accepted).toMatchObject({
      isServer: true,
      sourcePort: 51000,
      destinationPort: 8080,
      name: '9.9.9.9:51000->10.0.0.5:8080',
    });
    const connected = fdOf('socket_connect_x', {
      res: i64(-115),
      tuple: tuple(HERE, THERE),
      fd: i64(7),
    });
    expect(connected).toMatchObject({
      isServer: false,
      sourceIp: '\x0a\0\0\x05',
      destinationPort: 443,
      name: '10.0.0.5:40000->1.2.3.4:443',
    });
  });

  test.each([
    ['a client’s', connection(HERE, THERE), false, '10.0.0.5:40000->1.2.3.4:443'],
    ['a server’s', connection(LISTENS, CALLER), true, '9.9.9.9:51000->10.0.0.5:8080'],
    [
      'both high',
      connection(['1.1.1.1', 60000], ['2.2.2.2', 50000]),
      false,
      '1.1.1.1:60000->2.2.2.2:50000',
    ],
  ])('a connection by its entry is told by its ports: %s', (_name, told, isServer, name) => {
    expect(
      fdOf('syscall_dup2_x', { res: i64(0), oldfd: i64(7), newfd: i64(0) }, told),
    ).toMatchObject({
      isServer,
      name,
    });
  });

  test('what came in names the sender first; the client is still the source', () => {
    const params = { res: i64(1), tuple: tuple(THERE, HERE), fd: i64(7) };
    expect(fdOf('socket_recvfrom_x', params)).toMatchObject({
      isServer: false,
      name: '10.0.0.5:40000->1.2.3.4:443',
    });
    const served = { res: i64(1), tuple: tuple(CALLER, LISTENS), fd: i64(7) };
    expect(fdOf('socket_recvfrom_x', served)).toMatchObject({
      isServer: true,
      name: '9.9.9.9:51000->10.0.0.5:8080',
    });
  });

  test('a socket that is bound listens there', () => {
    const addr = Buffer.concat([Buffer.from([2]), ip('0.0.0.0'), port(8080)]);
    expect(fdOf('socket_bind_x', { res: i64(0), addr, fd: i64(5) })).toMatchObject({
      type: FD_TYPES.ipv4Server,
      name: '0.0.0.0:8080',
      isServer: true,
    });
  });

  test('a unix socket is named by its path', () => {
    const ends = Buffer.concat([Buffer.from([1]), i64(1), i64(2), text('/run/docker.sock')]);
    expect(fdOf('socket_connect_x', { res: i64(0), tuple: ends, fd: i64(5) })).toMatchObject({
      type: FD_TYPES.unix,
      name: '/run/docker.sock',
      unixPeer: 2n,
      isServer: false,
    });
  });

  test('IPv4 in IPv6 dress is what it is', () => {
    const mapped = (address: string): Buffer =>
      Buffer.concat([Buffer.alloc(10), Buffer.from([255, 255]), ip(address)]);
    const both = [Buffer.from([10]), mapped('1.2.3.4'), port(40000), mapped('5.6.7.8'), port(80)];
    const params = { res: i64(0), tuple: Buffer.concat(both), fd: i64(5) };
    expect(fdOf('socket_connect_x', params)).toMatchObject({
      type: FD_TYPES.ipv4,
      name: '1.2.3.4:40000->5.6.7.8:80',
    });
  });

  test('a new socket is known by what was asked for', () => {
    const asked = { fd: i64(5), domain: u32(10), type: u32(0x80001), proto: u32(0) };
    expect(fdOf('socket_socket_x', asked)).toMatchObject({ type: FD_TYPES.ipv6, l4proto: 1 });
  });

  test.each([
    ['an event without a descriptor', 'syscall_chdir_x', { res: i64(0), path: text('/x') }],
    ['a failed socket', 'socket_socket_x', { fd: i64(-24), domain: u32(2) }],
  ])('%s has none', (_name, type, params) => expect(fdOf(type, params)).toBe(undefined));

  test('an entry that is cut short tells nothing', () => {
    const cut = entry(4, FD_TYPES.fileV2, file('/var/log/x', 2, 77)).subarray(0, 20);
    expect(fdOf('syscall_read_x', { res: i64(1), fd: i64(4) }, cut)).toMatchObject({
      fd: 4,
      type: FD_TYPES.unknown,
      name: '',
    });
  });
});
