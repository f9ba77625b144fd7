import { expect, test } from 'vitest';
import { enumName, errnoName, flagNames, flagTable } from './flag-names.ts';
import type { FlagTable } from './tables/flag-tables.ts';

function table(event: string, param: string): FlagTable {
  const found = flagTable(event, param);
  if (found === undefined) throw new Error(`no table for ${event} ${param}`);
  return found;
}

test.each([
  ['openat', 'flags', 1, 'O_RDONLY'],
  ['openat', 'flags', 3, 'O_RDWR'],
  ['openat', 'flags', 7, 'O_CREAT|O_RDWR'],
  ['openat', 'flags', 0, 'O_NONE'],
  ['openat', 'mode', 0o4755, 'S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID'],
  ['mmap', 'prot', 5, 'PROT_READ|PROT_EXEC'],
])('%s %s %d', (event, param, word, names) => {
  expect(flagNames(table(event, param), word)).toBe(names);
});

test.each([
  ['socket', 'domain', 1, 'AF_LOCAL|AF_UNIX'],
  ['socket', 'domain', 2, 'AF_INET'],
  ['ptrace', 'request', 16, 'PTRACE_GETSIGINFO'],
  ['socket', 'domain', 9999, ''],
])('%s %s %d', (event, param, value, name) => {
  expect(enumName(table(event, param), value)).toBe(name);
});

test('errors by number of either sign', () => {
  expect([errnoName(2), errnoName(-13), errnoName(0), errnoName(99_999)]).toEqual([
    'ENOENT',
    'EACCES',
    '',
    '',
  ]);
});
