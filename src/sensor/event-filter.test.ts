import { describe, expect, test } from 'vitest';
import { EVENTS } from '#model/event-schema.ts';
import { openEventFilter, openEventFormat } from './event-filter.ts';

const names = (text: string): string[] => [
  ...new Set([...openEventFilter(text).eventTypes].map((type) => EVENTS[type]?.name ?? '')),
];

describe('openEventFilter', () => {
  test('asks the kernel for what the filter needs and no more', () => {
    expect(names('evt.type = execve')).toContain('execve');
    expect(names('evt.type = execve').length).toBeLessThan(5);
    expect(names('evt.type in (mkdir, rmdir) and proc.name = x')).toContain('rmdir');
    expect(names('').length).toBeGreaterThan(100);
  });

  test('lets the kernel drop files that the filter is not about', () => {
    const { prefilter } = openEventFilter('evt.type = openat and fd.name startswith /etc/ssl/');
    expect(JSON.stringify(prefilter)).toContain('/etc/ssl/');
  });

  test.each([
    ['evt.type=execve and (', /column 22: .*\n {2}evt\.type=execve and \(\n {23}\^/],
    ['proc.nam = x', /unknown field "proc\.nam": did you mean "proc\.name"/],
    ['proc.name === x', /Cannot (read|use) the filter/],
    ['some_macro', /Cannot (read|use) the filter/],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => openEventFilter(text)).toThrow(message);
  });
});

test('openEventFormat says what is wrong', () => {
  expect(openEventFormat('%proc.name x').fieldNames).toEqual(['proc.name']);
  expect(() => openEventFormat('a %proc.nam')).toThrow(/column 3: .*proc\.nam/);
});
