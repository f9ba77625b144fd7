import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const FIELDS = ['proc.name', 'proc.pname', 'fd.name', 'evt.type', 'user.name'];

const cases: readonly (readonly [name: string, meant: string | undefined])[] = [
  ['proc.nam', 'proc.name'],
  ['proc.nmae', 'proc.name'],
  ['proc.name', 'proc.name'],
  ['proc.pnme', 'proc.pname'],
  ['PROC.NAME', 'proc.name'],
  ['evt_type', 'evt.type'],
  ['fdname', 'fd.name'],
  ['container.image', undefined],
  ['', undefined],
  ['x', undefined],
  ['p'.repeat(100_000), undefined],
];

test.each(cases)('nearestName of %j is %j', (name, meant) => {
  expect(nearestName(name, FIELDS)).toBe(meant);
});

test('nearestName takes the first, when two are equally near', () => {
  expect(nearestName('bat', ['cat', 'hat'])).toBe('cat');
});
