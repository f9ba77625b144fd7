import { readFileSync } from 'node:fs';

/** The hierarchy by whose ids the kernel programs name a cgroup. */
export interface CgroupHierarchy {
  /** `unified` for v2, else the v1 controller. */
  readonly name: string;
  readonly mountPoint: string;
}

/**
 * On v2 there is but one. On v1 and hybrid machines runtimes put their processes into the
 * controllers and often leave them at another place of the v2 tree, so a controller that all use
 * tells more.
 */
export function findCgroupHierarchy(
  mounts: string = readFileSync('/proc/self/mounts', 'latin1'),
): CgroupHierarchy | undefined {
  const found = new Map<string, string>();
  for (const line of mounts.split('\n')) {
    const [, mountPoint = '', type = '', options = ''] = line.split(' ');
    if (type === 'cgroup2') found.set('unified', mountPoint);
    if (type !== 'cgroup') continue;
    for (const option of options.split(',')) {
      if (V1_CONTROLLERS.includes(option)) found.set(option, mountPoint);
    }
  }
  for (const name of [...V1_CONTROLLERS, 'unified']) {
    const mountPoint = found.get(name);
    if (mountPoint !== undefined) return { name, mountPoint };
  }
  return undefined;
}

const V1_CONTROLLERS = ['pids', 'memory', 'cpu', 'cpuset'];

/** The v2 hierarchy, where it is mounted. */
export function findUnifiedHierarchy(
  mounts: string = readFileSync('/proc/self/mounts', 'latin1'),
): CgroupHierarchy | undefined {
  const line = mounts.split('\n').find((text) => text.split(' ')[2] === 'cgroup2');
  const mountPoint = line?.split(' ')[1];
  return mountPoint === undefined ? undefined : { name: 'unified', mountPoint };
}

/** A process's path in one hierarchy, from `subsystem=path` text. */
export function pathIn(cgroups: string, name: string): string | undefined {
  const entry = cgroups.split('\0').find((text) => text.startsWith(`${name}=/`));
  return entry?.slice(name.length + 1);
}
