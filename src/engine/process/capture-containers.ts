import type { Container, ContainerMount, ContainerRuntime } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import { CAPTURE_CGROUPS_MAX, CAPTURE_CONTAINERS_MAX } from '#model/limits.ts';
import type { CgroupIdentity } from './cgroup-identity.ts';
import { identifyCgroups } from './cgroup-identity.ts';

/** Digits of a container's id that operators use. */
const SHORT_ID = 12;

/** A thread's cgroups that are longer are worked out each time. */
const CGROUPS_CHARS = 4_096;

/** How containers were numbered in captures (CT_DOCKER …). */
const RUNTIMES: Readonly<Record<number, ContainerRuntime>> = {
  0: 'docker',
  1: 'lxc',
  6: 'containerd',
  7: 'containerd',
  8: 'cri-o',
  11: 'podman',
};

/** The containers of a capture: their ids from cgroup paths, the rest from container events. */
export class CaptureContainers {
  private readonly byId = new Map<string, Container>();
  private readonly byCgroups = new Map<string, Container>();
  /** Raw IPv4 addresses by container id. */
  private readonly addresses = new Map<string, string>();

  clear(): void {
    this.byId.clear();
    this.byCgroups.clear();
    this.addresses.clear();
  }

  /** The container that NUL-separated `subsystem=path` cgroups are of; HOST where of none. */
  ofCgroups(cgroups: string): Container {
    const cached = this.byCgroups.get(cgroups);
    if (cached === HOST) return HOST;
    if (cached !== undefined) return this.byId.get(cached.id) ?? cached;
    const { verdict } = identifyCgroups(cgroups);
    const found = typeof verdict === 'string' ? HOST : this.known(verdict);
    if (this.byCgroups.size >= CAPTURE_CGROUPS_MAX) this.byCgroups.clear();
    if (cgroups.length <= CGROUPS_CHARS) this.byCgroups.set(cgroups, found);
    return found;
  }

  /** The container that a container event's JSON describes; undefined where it describes none. */
  describe(json: string): Container | undefined {
    const facts = parseFacts(json);
    const id = textAt(facts, 'id');
    if (id === undefined || id === '') return undefined;
    const now = containerOf(facts, id, this.byId.get(id)?.fullId);
    this.put(now);
    const ip = ipv4Bytes(textAt(facts, 'ip') ?? '');
    if (ip !== undefined && this.byId.has(id)) this.addresses.set(id, ip);
    return now;
  }

  addressOf({ id }: Container): string | undefined {
    return this.addresses.get(id);
  }

  hasAddress(ip: string): boolean {
    for (const address of this.addresses.values()) if (address === ip) return true;
    return false;
  }

  private known({ fullId, runtime, podUid }: CgroupIdentity): Container {
    const id = fullId.slice(0, SHORT_ID);
    const found = this.byId.get(id);
    if (found !== undefined) return found;
    const made: Container = { id, fullId, runtime, ...present('podUid', podUid) };
    this.put(made);
    return made;
  }

  private put(container: Container): void {
    if (this.byId.size < CAPTURE_CONTAINERS_MAX || this.byId.has(container.id)) {
      this.byId.set(container.id, container);
    }
  }
}

function ipv4Bytes(text: string): string | undefined {
  const bytes = text.split('.').map(Number);
  const isAddress = bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte <= 255);
  return isAddress ? String.fromCharCode(...bytes) : undefined;
}

type Facts = Readonly<Record<string, unknown>>;

function recordOf(value: unknown): Facts {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** JSON of a capture is nobody's promise: what is not there or of another type is left out. */
function parseFacts(json: string): Facts {
  try {
    return recordOf(recordOf(JSON.parse(json))['container']);
  } catch {
    return {};
  }
}

function textAt(facts: Facts, key: string): string | undefined {
  const value = facts[key];
  return typeof value === 'string' ? value : undefined;
}

function containerOf(facts: Facts, id: string, knownFullId: string | undefined): Container {
  const image = textAt(facts, 'image') ?? '';
  const repository = textAt(facts, 'imagerepo') || repositoryOf(image);
  const tag = textAt(facts, 'imagetag') || tagOf(image);
  const labels = textsOf(recordOf(facts['labels']));
  const privileged = facts['privileged'];
  return {
    id,
    fullId: textAt(facts, 'full_id') || knownFullId || id,
    runtime: RUNTIMES[Number(facts['type'])] ?? 'unknown',
    name: textAt(facts, 'name') ?? '',
    imageRepository: repository,
    ...present('imageTag', tag),
    ...present('imageDigest', textAt(facts, 'imagedigest')),
    ...present('imageId', textAt(facts, 'imageid')),
    ...(typeof privileged === 'boolean' ? { privileged } : {}),
    ...startedAt(facts['created_time']),
    labels,
    mounts: mountsOf(facts['Mounts']),
    ...present('podName', labels['io.kubernetes.pod.name']),
    ...present('podNamespace', labels['io.kubernetes.pod.namespace']),
    ...present('podUid', labels['io.kubernetes.pod.uid']),
  };
}

function present<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  const made: Partial<Record<K, string>> = {};
  if (value !== undefined && value !== '') made[key] = value;
  return made;
}

function startedAt(createdSeconds: unknown): { startedAtMs?: number } {
  return typeof createdSeconds === 'number' && createdSeconds > 0
    ? { startedAtMs: createdSeconds * 1000 }
    : {};
}

/** `registry:5000/name:tag@digest` without tag and digest. */
function repositoryOf(image: string): string {
  const name = image.split('@', 1)[0] ?? '';
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

function tagOf(image: string): string {
  const name = image.split('@', 1)[0] ?? '';
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(colon + 1) : '';
}

function textsOf(facts: Facts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function mountsOf(value: unknown): readonly ContainerMount[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => {
    const mount = recordOf(item);
    return {
      source: textAt(mount, 'Source') ?? '',
      destination: textAt(mount, 'Destination') ?? '',
      mode: textAt(mount, 'Mode') ?? '',
      writable: mount['RW'] === true,
      propagation: textAt(mount, 'Propagation') ?? '',
    };
  });
}
