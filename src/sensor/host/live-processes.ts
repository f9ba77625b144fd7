import { ProcessTable } from '#engine/process/process-table.ts';
import type { Container } from '#model/container.ts';
import type { CgroupHierarchy } from '#sensor/containers/cgroup-hierarchy.ts';
import { findCgroupHierarchy, findUnifiedHierarchy } from '#sensor/containers/cgroup-hierarchy.ts';
import { CgroupIndex } from '#sensor/containers/cgroup-index.ts';
import { ContainerTable } from '#sensor/containers/container-table.ts';
import { CpuSampler } from './cpu-sampler.ts';
import { bootTimeNs, LocalAddresses } from './machine.ts';
import { ProcessReader } from './read-processes.ts';
import { UserDirectory } from './user-directory.ts';

/**
 * The process table of this machine with all that it asks of it. `seed` reads what runs already and
 * is called once the kernel programs are attached, so that nothing falls between; `reconcile` after
 * events were lost; `sampleCpu` once a CPU_WINDOW_MS, and its records go through `table.apply` as
 * if they came from the ring.
 */
export class LiveProcesses {
  readonly table: ProcessTable;
  readonly containers: ContainerTable;
  readonly users = new UserDirectory();
  readonly cgroups: CgroupIndex;
  private readonly reader: ProcessReader;
  private readonly addresses = new LocalAddresses();
  private readonly cpu = new CpuSampler();

  constructor(options: LiveProcessesOptions = {}) {
    const bootNs = options.bootNs ?? bootTimeNs();
    const isByV2 = findCgroupHierarchy()?.name === 'unified';
    this.reader = new ProcessReader(() => bootNs);
    this.cgroups = new CgroupIndex(
      (pid) => this.reader.cgroups(pid),
      options.hierarchy ?? findUnifiedHierarchy(),
    );
    this.containers = new ContainerTable({
      ownCgroups: this.reader.cgroups(process.pid) ?? '',
      onChange: (changes) => {
        this.table.replaceContainers(changes);
        options.onContainers?.(changes);
      },
      rootOfContainer: (fullId) => this.rootOfContainer(fullId),
    });
    this.table = new ProcessTable({
      containers: this.containers,
      users: this.users,
      bootNs,
      localAddresses: () => this.addresses.get(),
      resolve: (pid) => this.reader.read(pid),
      cgroupsOf: (pid, id) => this.cgroups.cgroupsOf(pid, id),
      ...(isByV2 ? {} : { cgroupsAtExec: (pid: number) => this.reader.cgroups(pid) }),
    });
  }

  seed(): void {
    this.table.seed(this.reader.readAll());
  }

  reconcile(): void {
    this.table.reconcile(this.reader.readAll());
  }

  /** Records of processes that burnt CPU since the last call; `nowNs` is CLOCK_BOOTTIME's. */
  sampleCpu(nowNs: number): readonly Buffer[] {
    return this.cpu.sample(this.table.leaders(), nowNs);
  }

  close(): void {
    this.containers.close();
  }

  private rootOfContainer(fullId: string): string | undefined {
    const container = this.containers.get(fullId);
    const init = container === undefined ? undefined : this.table.rootOf(container);
    return init === undefined ? undefined : `/proc/${init.pid}/root`;
  }
}

export interface LiveProcessesOptions {
  /** Added to a CLOCK_BOOTTIME gives ns since 1970; by default what /proc/uptime tells. */
  readonly bootNs?: bigint;
  /** By whose ids the kernel programs name a cgroup; by default the v2 hierarchy. */
  readonly hierarchy?: CgroupHierarchy;
  /** Names, images and pods of containers became known; their processes have them already. */
  readonly onContainers?: (changes: ReadonlyMap<Container, Container>) => void;
}
