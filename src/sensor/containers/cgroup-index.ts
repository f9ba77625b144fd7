import { CGROUPS_MAX } from '#model/limits.ts';

/**
 * From a cgroup's kernel id, which every live record has, to its paths. A process in it tells by
 * /proc; who is gone again before that can be asked is known if the path was learnt otherwise.
 */
export class CgroupIndex {
  private readonly byId = new Map<number, string>();
  private readonly cgroupsOfPid: (pid: number) => string | undefined;

  constructor(cgroupsOfPid: (pid: number) => string | undefined) {
    this.cgroupsOfPid = cgroupsOfPid;
  }

  get size(): number {
    return this.byId.size;
  }

  /** NUL-separated `subsystem=path`; undefined where nobody can tell. */
  cgroupsOf(pid: number, id: number): string | undefined {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const cgroups = this.cgroupsOfPid(pid);
    if (cgroups !== undefined) this.learn(id, cgroups);
    return cgroups;
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
