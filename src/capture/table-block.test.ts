import { describe, expect, test } from 'vitest';
import type { TableKind } from './block.ts';
import { i64, sized, u16, u32 } from './capture-fixture.ts';
import { RecordedTables } from './recorded-tables.ts';
import { readTableBlock } from './table-block.ts';

function read(kind: TableKind, version: number, body: Buffer) {
  const tables = new RecordedTables();
  const before = Buffer.alloc(5, 0xee);
  const bytes = Buffer.concat([before, body, Buffer.alloc(3)]);
  const end = before.length + body.length;
  const damaged = readTableBlock({ kind, version, bytes, start: before.length, end }, tables);
  return { tables, damaged: damaged < 0 ? -1 : damaged - before.length };
}

const cat = (...parts: readonly Buffer[]) => Buffer.concat(parts);
const counted = (entry: Buffer) => cat(u32(entry.length + 4), entry);

/** A process list entry as its version wrote it, without the tail of version 9. */
function thread(version: number, tid: number): Buffer {
  const since = (first: number, part: Buffer) => (version >= first ? part : Buffer.alloc(0));
  return cat(
    i64(tid, tid, 1),
    since(6, i64(77)),
    since(8, i64(88)),
    cat(sized('comm'), sized('/exe')),
    since(7, sized('/path/of/exe')),
    cat(sized('-a\0b\0'), sized('/cwd'), i64(1024), u32(5, 1000, 1001)),
    since(2, cat(u32(10, 20, 30), i64(3, 4))),
    since(3, sized('HOME=/\0')),
    since(4, cat(i64(12, 13), sized('cpu=/x\0'))),
    since(5, sized('/root')),
  );
}

describe('readTableBlock reads a process list', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('of version %d', (version) => {
    const { tables, damaged } = read(
      'processes',
      version,
      cat(thread(version, 5), thread(version, 6)),
    );
    expect(damaged).toBe(-1);
    expect(tables.threads.map(({ tid }) => tid)).toEqual([5, 6]);
    expect(tables.threads[1]).toMatchObject({
      pid: 6,
      ptid: 1,
      comm: 'comm',
      exe: '/exe',
      args: '-a\0b\0',
      cwd: '/cwd',
      fdLimit: 1024,
      flags: 5,
      uid: 1000,
      gid: 1001,
      loginUid: 0xffffffff,
      tty: undefined,
      sid: version >= 6 ? 77 : undefined,
      vpgid: version >= 8 ? 88 : undefined,
      exePath: version >= 7 ? '/path/of/exe' : undefined,
      vmSwapKb: version >= 2 ? 30 : undefined,
      minorFaults: version >= 2 ? 4 : undefined,
      env: version >= 3 ? 'HOME=/\0' : undefined,
      vpid: version >= 4 ? 13 : undefined,
      cgroups: version >= 4 ? 'cpu=/x\0' : undefined,
      root: version >= 5 ? '/root' : undefined,
    });
  });

  const login = u32(1000);
  const caps = cat(i64(1, 2, 3));
  const tails: readonly [string, Buffer, object][] = [
    ['that ends before it', Buffer.alloc(0), { loginUid: 0xffffffff, exeWritable: undefined }],
    [
      'of 29 bytes, before 0.10',
      cat(login, Buffer.from([1]), caps),
      {
        loginUid: 1000,
        exeWritable: true,
        capInheritable: 1n,
        capEffective: 3n,
        tty: undefined,
      },
    ],
    [
      'since 0.10',
      cat(i64(9), u32(34816), login, Buffer.from([0]), caps),
      {
        pidnsInitStartNs: 9n,
        tty: 34816,
        loginUid: 1000,
        exeWritable: false,
        capPermitted: 2n,
        exeUpperLayer: undefined,
        pgid: undefined,
      },
    ],
    [
      'of today',
      cat(
        cat(i64(9), u32(34816), login, Buffer.from([0]), caps),
        cat(Buffer.from([1]), i64(44, 55, 66), Buffer.from([0, 1]), i64(7)),
      ),
      {
        exeUpperLayer: true,
        exeIno: 44,
        exeCtimeNs: 55n,
        exeMtimeNs: 66n,
        exeFromMemfd: false,
        exeLowerLayer: true,
        pgid: 7,
      },
    ],
    [
      'of a newer writer',
      cat(
        cat(i64(9), u32(34816), login, Buffer.from([0]), caps),
        cat(Buffer.from([1]), i64(44, 55, 66), Buffer.from([0, 1]), i64(7), i64(1234)),
      ),
      { pgid: 7 },
    ],
  ];
  test.each(tails)('with a tail %s', (_name, tail, expected) => {
    const body = cat(counted(cat(thread(9, 5), tail)), counted(cat(thread(9, 6), tail)));
    const { tables, damaged } = read('processes', 9, body);
    expect(damaged).toBe(-1);
    expect(tables.threads.map(({ tid }) => tid)).toEqual([5, 6]);
    expect(tables.threads[0]).toMatchObject(expected);
  });
});

describe('readTableBlock reads', () => {
  test('machine info', () => {
    const hostname = Buffer.alloc(128);
    hostname.write('node-1');
    const { tables } = read(
      'machine',
      1,
      cat(u32(8), i64(1 << 30, 4096), hostname, i64(5, 0, 0, 0)),
    );
    expect(tables.machines).toEqual([
      { cpus: 8, memoryBytes: 1 << 30, hostname: 'node-1', bootNs: 5n },
    ]);
  });

  test.each([1, 2])('users and groups of version %d', (version) => {
    const user = cat(
      Buffer.from([0]),
      u32(1, 2),
      sized('bob'),
      sized('/home/bob'),
      sized('/bin/sh'),
    );
    const group = cat(Buffer.from([1]), u32(2), sized('wheel'));
    const entry = (bytes: Buffer) => (version === 2 ? counted(bytes) : bytes);
    const { tables, damaged } = read('users', version, cat(entry(user), entry(group)));
    expect(damaged).toBe(-1);
    expect(tables.users).toEqual([
      { uid: 1, gid: 2, name: 'bob', home: '/home/bob', shell: '/bin/sh' },
    ]);
    expect(tables.groups).toEqual([{ gid: 2, name: 'wheel' }]);
  });

  test.each([1, 2])('interfaces of version %d', (version) => {
    const v4 = cat(u16(1, 4), Buffer.from([10, 0, 0, 1, 255, 0, 0, 0, 10, 255, 255, 255]), i64(1));
    const v6 = cat(u16(4, 2), Buffer.alloc(16, 1), Buffer.alloc(32, 2));
    const prefix = (bytes: Buffer) => (version === 2 ? cat(u32(bytes.length), bytes) : bytes);
    const body = cat(prefix(cat(v4, Buffer.from('eth0'))), prefix(cat(v6, Buffer.from('lo'))));
    const { tables, damaged } = read('interfaces', version, body);
    expect(damaged).toBe(-1);
    expect(tables.interfaces).toEqual([
      { name: 'eth0', address: '\x0a\0\0\x01', netmask: '\xff\0\0\0' },
      { name: 'lo', address: '\x01'.repeat(16), netmask: '\x02'.repeat(16) },
    ]);
  });

  const head = (type: number) => cat(i64(3, 99), Buffer.from([type]));
  const kinds: readonly [string, Buffer][] = [
    ['file', cat(head(1), sized('/etc/passwd'))],
    ['unknown', head(0)],
    ['ipv4', cat(head(3), Buffer.alloc(13, 1))],
    ['ipv4 server', cat(head(5), Buffer.alloc(7, 1))],
    ['ipv6', cat(head(4), Buffer.alloc(37, 1))],
    ['ipv6 server', cat(head(6), Buffer.alloc(19, 1))],
    ['unix', cat(head(8), i64(1, 2), sized('/run/x.sock'))],
    ['file v2', cat(head(16), u32(1), sized('/x'))],
    ['pidfd', cat(head(21), sized(''))],
  ];
  test.each(kinds)('an fd entry of type %s', (_name, entry) => {
    for (const version of [1, 2]) {
      const prefix = (bytes: Buffer) => (version === 2 ? counted(bytes) : bytes);
      const { tables, damaged } = read('fds', version, cat(i64(42), prefix(entry), prefix(entry)));
      expect(damaged).toBe(-1);
      expect(tables.fds).toEqual([
        { tid: 42, entry },
        { tid: 42, entry },
      ]);
    }
  });

  test('the device of a file v2 entry only where its length says so', () => {
    const entry = cat(head(16), u32(1), sized('/x'), u32(8));
    expect(read('fds', 2, cat(i64(1), counted(entry))).tables.fds[0]?.entry).toEqual(entry);
  });
});

describe('readTableBlock stops at an entry that says more than there is', () => {
  const good = counted(thread(9, 5));
  const cases: readonly [string, TableKind, number, Buffer, number][] = [
    [
      'an entry longer than the block',
      'processes',
      9,
      cat(good, u32(5000), Buffer.alloc(40)),
      good.length,
    ],
    [
      'a string longer than its entry',
      'processes',
      9,
      cat(good, counted(cat(i64(1, 1, 1, 1, 1), u16(900)))),
      good.length,
    ],
    ['an entry of length 0', 'processes', 9, cat(good, u32(0, 0, 0)), good.length],
    ['an fd type that is not known', 'fds', 1, cat(i64(1), i64(3, 99), Buffer.from([99, 0, 0])), 8],
    ['an interface type that is not known', 'interfaces', 1, cat(u16(9, 4), Buffer.alloc(30)), 0],
    ['a user cut short', 'users', 1, cat(Buffer.from([0]), u32(1, 2)), 0],
  ];
  test.each(cases)('%s', (...[, kind, version, body, at]) => {
    const { tables, damaged } = read(kind, version, body);
    expect(damaged).toBe(at);
    expect(tables.threads).toHaveLength(kind === 'processes' ? 1 : 0);
    expect(tables.fds).toEqual([]);
    expect(tables.interfaces).toEqual([]);
  });
});
