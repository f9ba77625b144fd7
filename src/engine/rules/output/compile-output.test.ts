import { describe, expect, test } from 'vitest';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { CompiledOutput } from './compile-output.ts';
import { compileOutput } from './compile-output.ts';

const fixture = new Fixture(
  [
    { pid: 1, comm: 'systemd' },
    { pid: 7, parent: 1, comm: 'caf\xe9', exe: 'cat', args: ['-c', 'x\ty'], uid: 5 },
  ],
  { 5: 'ann' },
);

function ctx() {
  return fixture.show(
    { type: 'syscall_write_x', tid: 7, params: { res: 3, data: 'a\0\xff', fd: 3, size: 3 } },
    {
      fd: 3,
      type: FD_TYPES.ipv4,
      name: '10.0.0.2:4->8.8.8.8:53',
      sourceIp: '\x0a\0\0\x02',
      sourcePort: 4,
      destinationIp: '\x08\x08\x08\x08',
      destinationPort: 53,
      l4proto: 2,
      isServer: false,
    },
  );
}

function compiled(text: string): CompiledOutput {
  const result = compileOutput(text);
  if (!result.ok) throw new Error(result.error);
  return result.output;
}

describe('text', () => {
  test.each([
    ['', ''],
    ['plain', 'plain'],
    ['user=%user.name uid=%user.uid', 'user=ann uid=5'],
    ['%proc.name', 'caf\xe9'],
    ['%proc.names and %proc.name.', 'caf\xe9s and caf\xe9.'],
    ['%proc.aname[1]/%proc.pname', 'systemd/systemd'],
    ['%proc.aname[3]', '<NA>'],
    ['%proc.name[1] %proc.aname[x]', 'caf\xe9[1] systemd[x]'],
    ['%user.name %proc.aname[', 'ann systemd['],
    ['%fs.path.name', '<NA>'],
    ['%toupper(proc.pname) %len(proc.pname)', 'SYSTEMD 7'],
    ['%concat(user.name, "-", proc.pname)', 'ann-systemd'],
    ['[%4user.name][%2user.name][%1user.uid]', '[ann ][an][5]'],
    ['%evt.arg.res %evt.arg[0]', '3 3'],
    ['%evt.buffer', 'a..'],
    ['%fd.cip:%fd.cport %fd.sip', '10.0.0.2:4 8.8.8.8'],
    ['%evt.is_io_write', 'true'],
    ['%fd.types', '(ipv4)'],
    ['\u00e9', '\xc3\xa9'],
    ['%container.id%user.name', 'hostann'],
  ])('%s', (text, shown) => expect(compiled(text).render(ctx())).toBe(shown));

  test('an apid or aname without a number', () => {
    expect(compiled('%proc.apid %proc.aname').render(ctx())).toBe('7 systemd');
  });
});

test('a width that would fill memory is an error', () => {
  const result = compileOutput('%99999999999proc.name');
  expect(result).toMatchObject({ ok: false, offset: 0 });
  expect(result.ok ? '' : result.error).toContain('at most 65536 wide, found 99999999999');
});

describe('values for JSON', () => {
  test('each field once, by its name; null for none', () => {
    const output = compiled(
      '%user.uid %user.uid %evt.is_io_write %fs.path.name %fd.sip %evt.arg[0] %toupper(user.name)',
    );
    expect(output.fields(ctx())).toEqual({
      'user.uid': 5,
      'evt.is_io_write': true,
      'fs.path.name': null,
      'fd.sip': '8.8.8.8',
      'evt.arg[0]': '3',
      'toupper(user.name)': 'ANN',
    });
    expect(output.fieldNames).toEqual([
      'user.uid',
      'evt.is_io_write',
      'fs.path.name',
      'fd.sip',
      'evt.arg[0]',
      'toupper(user.name)',
    ]);
  });
});

test('fields that the text does not name: raw as they are, others as text', () => {
  const result = compileOutput('%user.name', [
    { name: 'user.uid', format: '%user.uid', isRaw: true },
    { name: 'who', format: 'uid %user.uid', isRaw: false },
    { name: 'none', format: '%fs.path.name', isRaw: true },
  ]);
  if (!result.ok) throw new Error(result.error);
  const values = { 'user.name': 'ann', 'user.uid': 5, who: 'uid 5', none: null };
  expect(result.output.fields(ctx())).toEqual(values);
  expect(result.output.fieldNames).toEqual(Object.keys(values));
  expect(result.output.render(ctx())).toBe('ann');
});

test('a mistake in a field that the text does not name', () => {
  const extra = [{ name: 'x', format: '%nosuch.field', isRaw: true }];
  expect(compileOutput('a', extra)).toMatchObject({ ok: false });
});

test.each([
  ['100%', /cannot end with a %/, 3],
  ['a %nosuch.field b', /unknown field "nosuch.field"/, 2],
  ['%evt.arg', /needs an argument/, 0],
  ['%evt.around[1]', /in conditions only/, 0],
  ['%toupper(nosuch)', /nosuch/, 0],
  ['x %(y)', /expected a field/, 2],
  ['%user.name %evt.arg[', /expected/, 11],
  ['%toupper(user.names)', /unknown field "user.names"/, 0],
])('mistake: %s', (text, error, offset) => {
  const result = compileOutput(text);
  expect(result).toMatchObject({ ok: false, offset, error: expect.stringMatching(error) });
});
