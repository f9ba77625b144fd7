import { describe, expect, test } from 'vitest';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { Fixture } from './event-fixture.ts';

const fixture = new Fixture(
  [
    { pid: 1, comm: 'systemd' },
    { pid: 7, parent: 1, comm: 'cat', cwd: '/home/', uid: 5 },
  ],
  { 5: 'ann' },
);

/** A field's value as an output shows it. */
function shown(field: string, ctx = fixture.ctx): string {
  const result = compileOutput(`%${field}`);
  return result.ok ? result.output.render(ctx) : result.error;
}

describe('a failed openat', () => {
  const params = { fd: -2, dirfd: -100, name: 'x/../y', flags: 7, mode: 0o644, dev: 0, ino: 0 };
  const show = () =>
    fixture.show(
      { type: 'syscall_openat_2_x', tid: 7, params },
      { fd: -1, type: FD_TYPES.unknown, name: '/home/y', nameRaw: 'x/../y' },
    );

  test.each([
    ['evt.type', 'openat'],
    ['syscall.type', 'openat'],
    ['evt.dir', '<'],
    ['evt.category', 'file'],
    ['evt.res', 'ENOENT'],
    ['evt.rawres', '-2'],
    ['evt.failed', 'true'],
    ['evt.is_open_read', 'true'],
    ['evt.is_open_write', 'true'],
    ['evt.is_open_exec', 'false'],
    ['evt.arg.name', '/home/y'],
    ['evt.arg[2]', '/home/y'],
    ['evt.arg.fd', 'ENOENT'],
    ['evt.arg.flags', 'O_CREAT|O_RDWR'],
    ['evt.rawarg.flags', '7'],
    ['evt.rawarg.mode', '420'],
    ['evt.rawarg.name', 'x/../y'],
    ['evt.type.is.open', '0'],
    ['evt.count', '1'],
    ['evt.count.error', '1'],
    ['evt.count.error.file', '1'],
    ['evt.count.error.net', '<NA>'],
    ['evt.abspath', '/home/y'],
    ['evt.abspath.dst', '/home/y'],
    ['evt.is_io', 'false'],
    ['evt.io_dir', '<NA>'],
    ['evt.buffer', '<NA>'],
    ['evt.arg.nosuch', /nosuch/],
    [
      'evt.args',
      'fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=x/../y(/home/y) flags=7(O_CREAT|O_RDWR) mode=0644 ' +
        'dev=0 ino=0',
    ],
  ])('%s', (field, text) => {
    expect(shown(field, show())).toMatch(
      text instanceof RegExp ? text : new RegExp(`^${literal(text)}$`),
    );
  });
});

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

describe('other calls', () => {
  test('one that writes', () => {
    const params = { res: 3, data: 'a\0\xff', fd: 1, size: 9 };
    const ctx = fixture.show(
      { type: 'syscall_write_x', tid: 7, params },
      { fd: 1, type: FD_TYPES.fileV2 },
    );
    expect(shown('evt.res', ctx)).toBe('SUCCESS');
    expect(shown('evt.buffer', ctx)).toBe('a..');
    expect(shown('evt.buflen', ctx)).toBe('3');
    expect(shown('evt.io_dir', ctx)).toBe('write');
    expect(shown('evt.is_io_write %evt.is_io_read', ctx)).toBe('true false');
    expect(shown('evt.category', ctx)).toBe('file');
  });

  test('one with an absolute path of its own', () => {
    const params = {
      res: 0,
      olddirfd: -100,
      oldpath: 'a',
      newdirfd: -100,
      newpath: '/b',
      flags: 0,
    };
    const ctx = fixture.show({ type: 'syscall_renameat2_x', tid: 7, params });
    expect(shown('evt.abspath.src', ctx)).toBe('/home/a');
    expect(shown('evt.abspath.dst', ctx)).toBe('/b');
    expect(shown('evt.is_open_write', ctx)).toBe('false');
  });

  test('a syscall without a type of its own', () => {
    const ctx = fixture.show({ type: 'generic_x', tid: 7, params: { ID: 0, nativeID: 156 } });
    expect(shown('evt.type', ctx)).toBe('_sysctl');
    expect(shown('evt.res', ctx)).toBe('<NA>');
  });
});

test('times and numbers of events', () => {
  const timeNs = 1_774_620_189_000_000_042n;
  const ctx = fixture.show({ type: 'syscall_close_x', tid: 7, timeNs });
  const before = ctx.evtNum;
  expect(shown('evt.num', ctx)).toBe(String(before));
  expect(shown('evt.rawtime', ctx)).toBe('1774620189000000042');
  expect(shown('evt.rawtime.s %evt.rawtime.ns', ctx)).toBe('1774620189 42');
  expect(shown('evt.time.iso8601', ctx)).toBe('2026-03-27T14:03:09.000000042+0000');
  expect(shown('evt.source', ctx)).toBe('syscall');
});
