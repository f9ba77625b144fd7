import { expect, test } from 'vitest';
import { unmetRequirement } from './read-versions.ts';
import { compareVersions, isCompatible, parseVersion, printVersion } from './version.ts';

const version = (text: string) => {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`expected a version: ${text}`);
  return parsed;
};

test('parseVersion takes x.y.z with a pre-release, and nothing else', () => {
  expect(printVersion(version('1.20.3-rc1+build'))).toBe('1.20.3-rc1');
  for (const text of ['', '1', '1.2', 'v1.2.3', '1.2.3.4', '1.2.x', 'seven']) {
    expect(parseVersion(text)).toBeUndefined();
  }
});

test('compareVersions and isCompatible: the same major, not older', () => {
  expect(compareVersions(version('1.2.3'), version('1.10.0'))).toBeLessThan(0);
  expect(compareVersions(version('1.0.0-rc1'), version('1.0.0'))).toBeLessThan(0);
  expect(isCompatible(version('0.62.0'), version('0.57.0'))).toBe(true);
  expect(isCompatible(version('0.62.0'), version('0.63.0'))).toBe(false);
  expect(isCompatible(version('1.0.0'), version('0.57.0'))).toBe(false);
});

test('unmetRequirement takes any alternative', () => {
  const required = {
    name: 'k8saudit',
    version: '0.4.0',
    alternatives: [{ name: 'k8saudit-other', version: '0.4.0' }],
  };
  expect(unmetRequirement(required, [{ name: 'k8saudit', version: '0.5.0' }])).toBeUndefined();
  expect(
    unmetRequirement(required, [{ name: 'k8saudit-other', version: '0.4.1' }]),
  ).toBeUndefined();
  expect(unmetRequirement(required, [{ name: 'k8saudit', version: '0.3.0' }])).toBe(
    'Plugin requirement not satisfied, must load one of: k8saudit (>= 0.4.0), or k8saudit-other (>= 0.4.0)',
  );
});
