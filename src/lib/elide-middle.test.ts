import { expect, test } from 'vitest';
import { elideMiddle } from './elide-middle.ts';

test('elideMiddle leaves what fits', () => {
  expect(elideMiddle('short', 5)).toBe('short');
});

test('elideMiddle keeps start and end and says how much is gone', () => {
  const elided = elideMiddle(`start${'x'.repeat(1000)}end`, 40);
  expect(elided).toMatch(/^startx+…\[\d+ more\]…x+end$/);
  const gone = Number(/\[(\d+) more\]/.exec(elided)?.[1]);
  expect(elided.replace(/…\[\d+ more\]…/, '').length + gone).toBe(1008);
  expect(elided.length).toBeLessThanOrEqual(42);
});

test('elideMiddle does not cut a character in half', () => {
  for (let max = 20; max < 40; max++) {
    expect(elideMiddle('😀'.repeat(100), max).isWellFormed()).toBe(true);
  }
});
