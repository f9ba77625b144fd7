import { statSync } from 'node:fs';
import { CGROUPS_MAX } from '#model/limits.ts';
import type { CgroupHierarchy } from './cgroup-hierarchy.ts';
import { pathIn } from './cgroup-hierarchy.ts';

/**
 * From a cgroup's kernel id, which every live record has, to its paths. A process in it tells by
 * /proc; since it may have been moved meanwhile, the directory's inode number, which is that id,
 * must agree. Who is gone before that can be asked is known if `learn` was told otherwise.
 *
 * Metrics: cgroup_index_size, cgroup_index_moved_total, cgroup_index_unknown_total.
 */
export class CgroupIndex {
  moved = 0;
  unknown = 0;
  private readonly byId = new Map<number, string>();
  private readonly cgroupsOfPid: (pid: number) => string | undefined;
  private readonly hierarchy: CgroupHierarchy | undefined;

  constructor(
    cgroupsOfPid: (pid: number) => string | undefined,
    hierarchy: CgroupHierarchy | undefined,
  ) {
    this.cgroupsOfPid = cgroupsOfPid;
    this.hierarchy = hierarchy;
  }

  get size(): number {
    return this.byId.size;
  }

  /** NUL-separated `subsystem=path`; undefined where nobody can tell. */
  cgroupsOf(pid: number, id: number): string | undefined {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const cgroups = this.cgroupsOfPid(pid);
    if (cgroups === undefined) {
      this.unknown += 1;
      return undefined;
    }
    if (!this.isOf(cgroups, id)) {
      this.moved += 1;
      return undefined;
    }
    this.learn(id, cgroups);
    return cgroups;
  }

  // Where the directory is gone, or its hierarchy not mounted here, nothing speaks against it.
  private isOf(cgroups: string, id: number): boolean {
    const path = this.hierarchy && pathIn(cgroups, this.hierarchy.name);
    if (path === undefined) return true;
    const stat = statSync(`${this.hierarchy?.mountPoint}${path}`, { throwIfNoEntry: false });
    return stat === undefined || stat.ino === id;
  }

  learn(id: number, cgroups: string): void {
    this.byId.delete(id);
    this.byId.set(id, cgroups);
    if (this.byId.size <= CGROUPS_MAX) return;
    for (const oldest of this.byId.keys()) {
      this.byId.delete(oldest);
      return;
    }
  }
}
