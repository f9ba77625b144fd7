import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LockPackages } from './missing-platforms.ts';
import { missingPlatforms } from './missing-platforms.ts';

const packages: LockPackages = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const entries = Object.entries(packages).filter(([path]) => path !== '');
const shipped = entries.filter(([, entry]) => entry.dev !== true);

// What a security product may cost its users in other people's code.
const MOST_SHIPPED_PACKAGES = 60;

describe('package-lock.json', () => {
  test('has packages to check', () => {
    expect(shipped.length).toBeGreaterThan(0);
  });

  test('lists every platform, else npm ci refuses it elsewhere', () => {
    expect(Object.keys(missingPlatforms(packages))).toEqual([]);
  });

  test('names no registry: every package comes from the one that the user has set', () => {
    expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  test('has a version for every package and a hash for every one that ships', () => {
    expect(entries.filter(([, { version }]) => version === undefined)).toEqual([]);
    expect(shipped.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
  });

  test('runs the install script of nothing but the Node.js for development', () => {
    const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const scripts = entries.filter(([, entry]) => entry.hasInstallScript === true);
    const names = scripts.map(([path]) => path.replace('node_modules/', ''));
    expect(names.filter((name) => allowScripts[name] !== false)).toEqual(['node']);
    expect(names.filter((name) => allowScripts[name] === undefined)).toEqual([]);
  });

  test(`ships at most ${MOST_SHIPPED_PACKAGES} packages to one platform`, () => {
    const portable = shipped.filter(([, entry]) => entry.os === undefined);
    expect(portable.length).toBeLessThanOrEqual(MOST_SHIPPED_PACKAGES);
  });
});

describe('missingPlatforms', () => {
  const parent = { version: '1.0.0', dev: true };

  test('finds a planted gap and says for which platform it is', () => {
    const name = '@x/binding-linux-arm64-musl';
    const planted = { 'node_modules/x': { ...parent, optionalDependencies: { [name]: '1.2.3' } } };
    const musl = { os: ['linux'], cpu: ['arm64'], libc: ['musl'] };
    expect(missingPlatforms(planted)).toEqual({
      [`node_modules/${name}`]: { version: '1.2.3', dev: true, optional: true, ...musl },
    });
  });

  test('refuses a name that tells no platform', () => {
    const planted = { 'node_modules/x': { ...parent, optionalDependencies: { extra: '1' } } };
    expect(() => missingPlatforms(planted)).toThrow('"extra" does not name system and processor');
  });
});
