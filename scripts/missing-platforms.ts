/**
 * npm writes into the lock file only those optional packages that it could fetch: what another
 * platform needs can be absent, and `npm ci` then refuses the whole file. The version stands in the
 * parent, the platform in the name (`binding-linux-arm64-musl`), so the entry can be written; only
 * its integrity hash is not known, which is why no package that ships may be among them.
 */
export function missingPlatforms(packages: LockPackages): Record<string, LockPackage> {
  const missing: Record<string, LockPackage> = {};
  for (const parent of Object.values(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (path in packages) continue;
      missing[path] = {
        version,
        ...(parent.dev === true ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
    }
  }
  return missing;
}

/** The part of a lock file (version 3) that is read here. */
export interface LockPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockPackages = Readonly<Record<string, LockPackage>>;

function platformOf(name: string): Pick<LockPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (os === undefined || cpu === undefined) {
    throw new Error(`Cannot complete the lock file: "${name}" does not name system and processor`);
  }
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return { os: [os], cpu: [cpu], ...(os === 'linux' ? { libc: [libc] } : {}) };
}

const SYSTEMS = ['linux', 'darwin', 'win32', 'freebsd', 'openbsd', 'android', 'openharmony', 'aix'];
const PROCESSORS = [
  'x64',
  'arm64',
  'arm',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'wasm32',
];
