import type { ContainerRuntime } from '#model/container.ts';

/** What the path of a cgroup says about the container in it. */
export interface CgroupIdentity {
  readonly fullId: string;
  readonly runtime: ContainerRuntime;
  readonly podUid?: string;
  /** The container around it, for kind and docker in docker. */
  readonly outerId?: string;
}

/** `other`: neither a known runtime's path nor a host service's; a bare runc may have made it. */
export type CgroupVerdict = CgroupIdentity | 'host' | 'other';

/**
 * Reads a cgroup path from its leaf up, so that the innermost container wins: systemd inside a
 * container, kind's nodes and docker in docker have more below. Forms (64 hexadecimal digits = ID):
 *
 *   docker-ID.scope                 docker, systemd driver        docker/ID      cgroupfs driver
 *   cri-containerd-ID.scope         containerd                    kubepods…/ID   cgroupfs driver
 *   SLICE:cri-containerd:ID         containerd without systemd at the time
 *   crio-ID(.scope)                 CRI-O                         crio-conmon-…  its helper: host
 *   libpod-ID(.scope)               podman                        libpod-conmon… its helper: host
 *   nerdctl-ID.scope, NAMESPACE/ID  containerd
 *   runc-NAME.scope, crun-NAME.scope
 *   lxc.payload.NAME, lxc/NAME      lxc                           lxc.monitor…   its helper: host
 */
export function identifyCgroup(path: string): CgroupVerdict {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '..');
  for (let i = segments.length - 1; i >= 0; i--) {
    const found = matchSegment(segments, i);
    if (found === 'host') return 'host';
    if (found !== undefined) return withSurroundings(found, segments, i);
  }
  return segments.every(isHostUnit) ? 'host' : 'other';
}

interface Match {
  readonly fullId: string;
  readonly runtime: ContainerRuntime;
}

const ID = '([0-9a-f]{64})';
const PREFIXED = new RegExp(`^(docker|cri-containerd|crio|libpod|nerdctl)-${ID}(?:\\.scope)?$`);
const COLONS = new RegExp(`:(docker|cri-containerd|crio|libpod|nerdctl):${ID}$`);
const BARE_ID = new RegExp(`^${ID}$`);
const OCI_SCOPE = /^(runc|crun)-(.+)\.scope$/;
const HELPER = /^(crio|libpod)-conmon-|^lxc\.monitor(\.|$)/;
const LXC_PAYLOAD = /^lxc\.payload\.(.+)$/;
// Fargate has no dashes in a task's id and a number after it.
const ECS_TASK = /^[0-9a-f]{32}-\d+$/;

const RUNTIME_OF: Readonly<Record<string, ContainerRuntime>> = {
  docker: 'docker',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
  libpod: 'podman',
};

function matchSegment(segments: readonly string[], index: number): Match | 'host' | undefined {
  const segment = segments[index] ?? '';
  if (HELPER.test(segment)) return 'host';
  const prefixed = PREFIXED.exec(segment) ?? COLONS.exec(segment);
  if (prefixed !== null) {
    return { fullId: prefixed[2] ?? '', runtime: RUNTIME_OF[prefixed[1] ?? ''] ?? 'unknown' };
  }
  if (BARE_ID.test(segment)) return { fullId: segment, runtime: runtimeAbove(segments, index) };
  const oci = OCI_SCOPE.exec(segment);
  if (oci !== null) return { fullId: oci[2] ?? '', runtime: oci[1] === 'crun' ? 'crun' : 'runc' };
  return matchNamed(segments, index);
}

function matchNamed(segments: readonly string[], index: number): Match | undefined {
  const segment = segments[index] ?? '';
  const above = segments[index - 1] ?? '';
  const payload = LXC_PAYLOAD.exec(segment);
  if (payload !== null) return { fullId: payload[1] ?? '', runtime: 'lxc' };
  if (above === 'lxc' || above === 'lxc.payload') return { fullId: segment, runtime: 'lxc' };
  if (ECS_TASK.test(segment) && segments[0] === 'ecs') {
    return { fullId: segment, runtime: 'containerd' };
  }
  return undefined;
}

// Below a pod the runtime is whoever the kubelet uses: today containerd, corrected by state on
// disk.
function runtimeAbove(segments: readonly string[], index: number): ContainerRuntime {
  const above = segments[index - 1] ?? '';
  if (above === 'docker' || segments[0] === 'ecs' || above === 'actions_job') return 'docker';
  if (above === 'libpod_parent') return 'podman';
  return 'containerd';
}

const POD =
  /(?:^|-)pod([0-9a-f]{8}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{12})/;

function withSurroundings(match: Match, segments: readonly string[], at: number): CgroupIdentity {
  let podUid: string | undefined;
  let outerId: string | undefined;
  for (let i = at; i >= 0 && outerId === undefined; i--) {
    const pod = POD.exec(segments[i] ?? '');
    if (pod !== null && podUid === undefined) podUid = (pod[1] ?? '').replaceAll('_', '-');
    const outer = i < at ? matchSegment(segments, i) : undefined;
    if (outer !== undefined && outer !== 'host') outerId = outer.fullId;
  }
  return {
    ...match,
    ...(podUid === undefined ? {} : { podUid }),
    ...(outerId === undefined ? {} : { outerId }),
  };
}

// What systemd and OpenRC name their units, and the kubelet its groups. A path of
// nothing else is the host's.
const HOST_UNIT = /\.(slice|service|scope|mount|socket|swap|timer|path)$|^openrc(\.|$)/;
const HOST_NAMES = new Set([
  'kubepods',
  'besteffort',
  'burstable',
  'guaranteed',
  'docker',
  'machine',
  'system',
  'user',
  'lxc',
  'podruntime',
  'runtime',
  'kubelet',
  'libpod_parent',
  'init',
  'session',
  'elogind',
  'control',
  'supervise',
  'payload',
]);

function isHostUnit(segment: string): boolean {
  return HOST_UNIT.test(segment) || HOST_NAMES.has(segment) || POD.test(segment);
}

/** The paths in `subsystem=path` text, each once; those that say most first. */
export function cgroupPaths(cgroups: string): string[] {
  const paths = new Set<string>();
  for (const entry of cgroups.split('\0')) {
    const path = entry.slice(entry.indexOf('=/') + 1);
    if (entry !== '' && path !== '/') paths.add(path);
  }
  return [...paths].sort((a, b) => b.length - a.length);
}

/**
 * The verdict over all hierarchies: a container that one of them shows counts, whatever the others
 * say, for a hybrid machine may have left its process at the root of some.
 */
export function identifyCgroups(cgroups: string): CgroupsVerdict {
  const others: string[] = [];
  for (const path of cgroupPaths(cgroups)) {
    const verdict = identifyCgroup(path);
    if (verdict === 'other') others.push(path);
    else if (verdict !== 'host') return { verdict, others: [] };
  }
  return { verdict: others.length === 0 ? 'host' : 'other', others };
}

export interface CgroupsVerdict {
  readonly verdict: CgroupVerdict;
  /** The paths that a bare runtime's state may name; none unless the verdict is `other`. */
  readonly others: readonly string[];
}
