import { expect, test } from 'vitest';
import { assert } from './assert.ts';

test('assert returns, when the condition holds', () => {
  expect(() => assert(1 + 1 === 2, 'arithmetic works')).not.toThrow();
});

test('assert throws with its message, when the condition fails', () => {
  expect(() => assert(false, 'ring position goes forward')).toThrow(
    'Assertion failed: ring position goes forward',
  );
});
