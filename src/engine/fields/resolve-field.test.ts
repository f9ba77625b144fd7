import { describe, expect, test } from 'vitest';
import { OWN_FIELDS } from './own-fields.ts';
import { resolveField } from './resolve-field.ts';

describe('one way to write each field', () => {
  test.each([
    ['proc.name', undefined, 'proc.name'],
    ['proc.aname', '2', 'proc.aname[2]'],
    ['evt.arg.flags', undefined, 'evt.arg.flags'],
    ['evt.arg', 'flags', 'evt.arg.flags'],
    ['evt.arg', '1', 'evt.arg[1]'],
    ['proc.env', 'HOME', 'proc.env[HOME]'],
    ['container.label.app.kubernetes.io/name', undefined, 'container.label.app.kubernetes.io/name'],
  ])('%s[%s]', (name, arg, text) => {
    expect(resolveField(name, arg)).toMatchObject({ ok: true, field: { text } });
  });
});

describe('mistakes', () => {
  test.each([
    ['proc.nmae', undefined, 'unknown field "proc.nmae": did you mean "proc.name"?'],
    ['zzzzzz', undefined, 'unknown field "zzzzzz"'],
    ['proc.name', '1', 'field "proc.name" takes no argument, found "1"'],
    ['evt.arg', undefined, 'field "evt.arg" needs an argument'],
    ['proc.aname', 'x', /^wrong argument of field "proc.aname": /],
    ['evt.arg.nosuchparam', undefined, /^wrong argument of field "evt.arg": .*nosuchparam/],
  ])('%s[%s]', (name, arg, error) => {
    const result = resolveField(name, arg);
    expect(result.ok ? '' : result.error).toMatch(error);
  });
});

test('the type of a raw parameter is its own', () => {
  expect(resolveField('evt.rawarg.res')).toMatchObject({ field: { type: 'number' } });
  expect(resolveField('evt.rawarg.name')).toMatchObject({ field: { type: 'string' } });
});

test('the loader finds every field by its name', () => {
  for (const name of OWN_FIELDS.names()) expect(OWN_FIELDS.find(name)?.name).toBe(name);
  expect(OWN_FIELDS.names()).toContain('proc.name');
});
