import type { CgroupIdentity } from '#engine/process/cgroup-identity.ts';
import { cgroupPaths, identifyCgroups } from '#engine/process/cgroup-identity.ts';
import type { ContainerLookup } from '#engine/process/process-world.ts';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import {
  CGROUPS_MAX,
  CONTAINERS_MAX,
  STATE_READS_AT_ONCE,
  STATE_RETRY_MS,
  UNCERTAIN_FIRST_MS,
  UNCERTAIN_MAX_MS,
} from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { bareContainerOf, findBareContainer, readBareContainer } from './bare-runtimes.ts';
import type { ContainerInfo } from './container-info.ts';
import { isEmptyInfo, mergeInfo } from './container-info.ts';
import { readPodLogs } from './pod-logs.ts';
import type { StateReader } from './runtime-state.ts';
import { STATE_READERS } from './runtime-state.ts';

/**
 * Which container a cgroup is. The path answers at once; name, image and pod are read from the
 * runtime's state meanwhile, and when they are there the container's description is replaced as a
 * whole and told to whoever keeps it (`onChange`). State may appear after a container's first exec,
 * so a reading that finds nothing is tried again, a few times, ever later.
 *
 * A cgroup that is of no known runtime and not of systemd is looked up in the state of bare runc
 * and crun; failing that, a process in a pid namespace of its own makes it a container, and
 * otherwise it is the host's, for a moment: then it is looked at again.
 *
 * Metrics: containers_known, containers_evicted_total, container_state_reads_total,
 * container_state_missing_total.
 */
export class ContainerTable implements ContainerLookup {
  evicted = 0;
  reads = 0;
  missing = 0;
  private readonly options: Required<ContainerTableOptions>;
  private readonly ownPaths: ReadonlySet<string>;
  private readonly byCgroups = new Map<string, Cached>();
  private readonly byId = new Map<string, Container>();
  private readonly queue: Job[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private changes = new Map<Container, Container>();
  private running = 0;
  private isClosed = false;

  constructor(options: ContainerTableOptions = {}) {
    this.options = {
      root: '',
      run: '/run',
      ownCgroups: '',
      now: Date.now,
      onChange: () => undefined,
      rootOfContainer: () => undefined,
      ...options,
    };
    this.ownPaths = new Set(cgroupPaths(this.options.ownCgroups));
  }

  get size(): number {
    return this.byId.size;
  }

  get(fullId: string): Container | undefined {
    return this.byId.get(fullId);
  }

  resolve(cgroups: string, _cgroupId: number, thread?: Thread): Container {
    const cached = this.byCgroups.get(cgroups);
    if (cached !== undefined && this.holds(cached, thread)) {
      return this.byId.get(cached.fullId) ?? cached.container;
    }
    const found = this.identify(cgroups, thread) ?? this.uncertain(cached);
    this.remember(cgroups, found);
    return found.container;
  }

  private holds(cached: Cached, thread: Thread | undefined): boolean {
    if (cached.triedMs === 0) return true;
    return !isInPidNamespace(thread) && cached.untilMs > this.options.now();
  }

  /** The host's for now. A container's state may be there soon: each next look is later. */
  private uncertain(before: Cached | undefined): Cached {
    const triedMs = Math.min((before?.triedMs ?? 0) * 2 || UNCERTAIN_FIRST_MS, UNCERTAIN_MAX_MS);
    return { container: HOST, fullId: '', triedMs, untilMs: this.options.now() + triedMs };
  }

  private identify(cgroups: string, thread: Thread | undefined): Cached | undefined {
    const { verdict, others } = identifyCgroups(cgroups);
    if (verdict === 'host') return HOST_FOR_GOOD;
    if (verdict !== 'other') return forGood(this.known(verdict, NO_PATHS));
    const paths = others.filter((path) => !this.ownPaths.has(path));
    if (paths.length === 0) return HOST_FOR_GOOD;
    const bare = findBareContainer(paths, `${this.options.root}${this.options.run}`);
    if (bare !== undefined) {
      return forGood(this.known({ fullId: bare.name, runtime: bare.runtime }, paths));
    }
    if (isInPidNamespace(thread)) {
      const fullId = paths[0]?.replace(/^.*\//, '') ?? '';
      return forGood(this.known({ fullId, runtime: 'unknown' }, paths));
    }
    return undefined;
  }

  /** `paths`: where to look for it in the state of bare runtimes. */
  private known(identity: CgroupIdentity, paths: readonly string[]): Container {
    const known = this.byId.get(identity.fullId);
    if (known !== undefined) return known;
    const container: Container = {
      id: shortId(identity.fullId),
      fullId: identity.fullId,
      runtime: identity.runtime,
      ...(identity.podUid === undefined ? {} : { podUid: identity.podUid }),
    };
    this.byId.set(identity.fullId, container);
    this.bound();
    if (identity.runtime !== 'lxc') this.enqueue({ identity, paths, attempt: 0 });
    return container;
  }

  private bound(): void {
    if (this.byId.size <= CONTAINERS_MAX) return;
    for (const fullId of this.byId.keys()) {
      this.byId.delete(fullId);
      this.evicted += 1;
      return;
    }
  }

  private remember(cgroups: string, cached: Cached): void {
    this.byCgroups.delete(cgroups);
    this.byCgroups.set(cgroups, cached);
    if (this.byCgroups.size <= CGROUPS_MAX) return;
    for (const oldest of this.byCgroups.keys()) {
      this.byCgroups.delete(oldest);
      return;
    }
  }

  private enqueue(job: Job): void {
    if (this.isClosed) return;
    this.queue.push(job);
    this.pump();
  }

  private pump(): void {
    while (this.running < STATE_READS_AT_ONCE) {
      const job = this.queue.shift();
      if (job === undefined) return;
      this.running += 1;
      void this.read(job).finally(() => {
        this.running -= 1;
        this.pump();
      });
    }
  }

  private async read(job: Job): Promise<void> {
    this.reads += 1;
    const info = await this.info(job).catch(() => ({}));
    if (isEmptyInfo(info)) this.retry(job);
    else this.describe(job.identity.fullId, info);
  }

  private async info({ identity, paths }: Job): Promise<ContainerInfo> {
    if (paths.length > 0 || identity.runtime === 'runc' || identity.runtime === 'crun') {
      return this.bareInfo(identity, paths);
    }
    const { outerId } = identity;
    const outer = outerId === undefined ? undefined : this.options.rootOfContainer(outerId);
    const root = outer ?? this.options.root;
    const state = await firstState(identity, root);
    const hasPod = state?.podName !== undefined || identity.podUid === undefined;
    return mergeInfo(state, hasPod ? undefined : await readPodLogs(identity, root));
  }

  private async bareInfo(
    identity: CgroupIdentity,
    paths: readonly string[],
  ): Promise<ContainerInfo> {
    const { fullId, runtime } = identity;
    const run = `${this.options.root}${this.options.run}`;
    const found =
      paths.length > 0 ? findBareContainer(paths, run) : bareContainerOf(runtime, fullId, run);
    if (found !== undefined) return (await readBareContainer(found)) ?? {};
    // containerd without Kubernetes names a container and its cgroup as its user likes.
    return (await firstState(identity, this.options.root)) ?? {};
  }

  private retry(job: Job): void {
    const delayMs = STATE_RETRY_MS[job.attempt];
    if (delayMs === undefined || this.isClosed) {
      this.missing += 1;
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.enqueue({ ...job, attempt: job.attempt + 1 });
    }, delayMs);
    timer.unref();
    this.timers.add(timer);
  }

  private describe(fullId: string, info: ContainerInfo): void {
    const before = this.byId.get(fullId);
    if (before === undefined) return;
    const after: Container = { ...before, ...info };
    this.byId.set(fullId, after);
    if (this.changes.size === 0) queueMicrotask(() => this.tell());
    this.changes.set(before, after);
  }

  private tell(): void {
    const { changes } = this;
    this.changes = new Map();
    if (!this.isClosed) this.options.onChange(changes);
  }

  /** Resolves when everything asked for so far was read, retries aside. */
  async settled(): Promise<void> {
    while (this.running > 0 || this.queue.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): void {
    this.isClosed = true;
    this.queue.length = 0;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

export interface ContainerTableOptions {
  /** Where the host's root file system is; '' for /. */
  readonly root?: string;
  readonly run?: string;
  /** The sensor's own cgroups: what shares them is the host's, or of the sensor's own container. */
  readonly ownCgroups?: string;
  readonly now?: () => number;
  /** Told once for all that became known together. */
  readonly onChange?: (changes: ReadonlyMap<Container, Container>) => void;
  /** Where the root of a running container is seen, to read the state of what runs inside it. */
  readonly rootOfContainer?: (fullId: string) => string | undefined;
}

interface Cached {
  readonly container: Container;
  readonly fullId: string;
  /** 0 for good; else how long this holds before it is looked at again. */
  readonly triedMs: number;
  readonly untilMs: number;
}

interface Job {
  readonly identity: CgroupIdentity;
  readonly paths: readonly string[];
  readonly attempt: number;
}

const NO_PATHS: readonly string[] = [];
const HOST_FOR_GOOD: Cached = { container: HOST, fullId: '', triedMs: 0, untilMs: 0 };

function forGood(container: Container): Cached {
  return { container, fullId: container.fullId, triedMs: 0, untilMs: 0 };
}

function isInPidNamespace(thread: Thread | undefined): boolean {
  return thread !== undefined && thread.vpid !== -1 && thread.vpid !== thread.pid;
}

/** Long ids are written short; names are written as they are. */
function shortId(fullId: string): string {
  return /^[0-9a-f]{64}$/.test(fullId) ? fullId.slice(0, 12) : fullId;
}

/** The runtime that the path names first, then the others: below a pod the path cannot tell. */
async function firstState(
  identity: CgroupIdentity,
  root: string,
): Promise<ContainerInfo | undefined> {
  const named: StateReader | undefined = Object.entries(STATE_READERS).find(
    ([runtime]) => runtime === identity.runtime,
  )?.[1];
  const others = Object.values(STATE_READERS).filter((reader) => reader !== named);
  for (const reader of named === undefined ? others : [named, ...others]) {
    const info = await reader(identity, root);
    if (info !== undefined) return info;
  }
  return undefined;
}
