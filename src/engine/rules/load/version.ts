/** Versions as rule files require them: `x.y.z`, perhaps with a pre-release. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: string;
}

/** The engine whose language this is: Falco 0.44.1's. */
export const ENGINE_VERSION = '0.62.0';

export function parseVersion(text: string): Version | undefined {
  const match =
    /^(\d{1,10})\.(\d{1,10})\.(\d{1,10})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, prerelease = ''] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), prerelease };
}

/** Below, equal or above zero as a is older than, as old as or newer than b. */
export function compareVersions(a: Version, b: Version): number {
  const numbers = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (numbers !== 0 || a.prerelease === b.prerelease) return numbers;
  if (a.prerelease === '' || b.prerelease === '') return a.prerelease === '' ? 1 : -1;
  return a.prerelease < b.prerelease ? -1 : 1;
}

/** Whether what `has` offers serves who needs `required`: the same major, not older. */
export function isCompatible(has: Version, required: Version): boolean {
  return has.major === required.major && compareVersions(has, required) >= 0;
}

export function printVersion({ major, minor, patch, prerelease }: Version): string {
  return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}`;
}
