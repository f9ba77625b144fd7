import { readdir } from 'node:fs/promises';
import type { CgroupIdentity } from '#engine/process/cgroup-identity.ts';
import type { ContainerInfo } from './container-info.ts';
import { mergeInfo } from './container-info.ts';
import { parseImageName } from './image-name.ts';
import type { Json } from './json-state.ts';
import { list, member, parse, readJson, text, texts, timeMs } from './json-state.ts';
import { readSpec } from './oci-spec.ts';

/**
 * What each runtime leaves on disk about a container; undefined where there is nothing of it.
 * `root` is '' for this machine, or where another one's root file system is seen (kind's nodes).
 */
export type StateReader = (
  identity: CgroupIdentity,
  root: string,
) => Promise<ContainerInfo | undefined>;

export const STATE_READERS: Readonly<
  Record<'docker' | 'containerd' | 'cri-o' | 'podman', StateReader>
> = {
  docker: readDocker,
  containerd: readContainerd,
  'cri-o': readCrio,
  podman: readPodman,
};

const DOCKER_DIRS = ['/var/lib/docker', '/var/snap/docker/common/var-lib-docker'];

async function readDocker(
  { fullId }: CgroupIdentity,
  root: string,
): Promise<ContainerInfo | undefined> {
  for (const dir of DOCKER_DIRS) {
    const home = `${root}${dir}/containers/${fullId}`;
    const config = await readJson(`${home}/config.v2.json`);
    if (config === undefined) continue;
    const host = await readJson(`${home}/hostconfig.json`);
    const labels = texts(member(config, 'Config', 'Labels'));
    const imageId = text(member(config, 'Image'));
    const digest = await dockerDigest(`${root}${dir}`, imageId);
    const name = text(member(config, 'Name'))?.replace(/^\//, '');
    return mergeInfo(
      kubernetesLabels(labels),
      defined({
        runtime: 'docker',
        name,
        imageId: imageId?.replace('sha256:', ''),
        imageDigest: digest,
        privileged: booleanOf(member(host, 'Privileged')),
        startedAtMs: timeMs(member(config, 'State', 'StartedAt')),
        labels,
        mounts: dockerMounts(member(config, 'MountPoints')),
      }),
      parseImageName(text(member(config, 'Config', 'Image'))),
    );
  }
  return undefined;
}

/** The digest that the registry knows the image by: only docker's own list of references has it. */
async function dockerDigest(dir: string, imageId: string | undefined): Promise<string | undefined> {
  for (const driver of ['overlay2', 'overlayfs', 'btrfs', 'vfs']) {
    const file = await readJson(`${dir}/image/${driver}/repositories.json`);
    const repositories = member(file, 'Repositories');
    if (typeof repositories !== 'object' || repositories === null) continue;
    for (const references of Object.values(repositories)) {
      for (const [reference, id] of Object.entries(texts(references))) {
        if (id === imageId && reference.includes('@')) return reference.split('@')[1];
      }
    }
  }
  return undefined;
}

function dockerMounts(points: Json): ContainerInfo['mounts'] {
  if (typeof points !== 'object' || points === null) return [];
  return Object.values(points).map((point) => ({
    source: text(member(point, 'Source')) ?? '',
    destination: text(member(point, 'Destination')) ?? '',
    mode: text(member(point, 'Relabel')) ?? text(member(point, 'Mode')) ?? '',
    writable: member(point, 'RW') === true,
    propagation: text(member(point, 'Propagation')) ?? '',
  }));
}

/** Where containerd's shims keep their bundles; distributions of Kubernetes bring their own. */
const CONTAINERD_DIRS = [
  '/run/containerd',
  '/run/k3s/containerd',
  '/run/k0s/containerd',
  '/var/snap/microk8s/common/run/containerd',
];

async function readContainerd(
  { fullId }: CgroupIdentity,
  root: string,
): Promise<ContainerInfo | undefined> {
  for (const dir of CONTAINERD_DIRS) {
    const tasks = `${root}${dir}/io.containerd.runtime.v2.task`;
    for (const namespace of await namespaces(tasks)) {
      const spec = await readJson(`${tasks}/${namespace}/${fullId}/config.json`);
      if (spec !== undefined) return containerdInfo(spec);
    }
  }
  return undefined;
}

async function namespaces(dir: string): Promise<readonly string[]> {
  const found = await readdir(dir).catch(() => []);
  return found.sort((a, b) => Number(b === 'k8s.io') - Number(a === 'k8s.io'));
}

function containerdInfo(spec: Json): ContainerInfo {
  const notes = texts(member(spec, 'annotations'));
  const cri = (key: string): string | undefined => text(notes[`io.kubernetes.cri.${key}`]);
  const isSandbox = cri('container-type') === 'sandbox';
  return mergeInfo(
    defined({
      name: cri('container-name') ?? (isSandbox ? 'POD' : text(notes['nerdctl/name'])),
      podName: cri('sandbox-name'),
      podNamespace: cri('sandbox-namespace'),
      podUid: cri('sandbox-uid'),
      podSandboxId: cri('sandbox-id'),
      runtime: 'containerd',
    }),
    parseImageName(cri('image-name') ?? cri('podsandbox.image-name')),
    readSpec(spec),
  );
}

const STORAGE_DIRS = ['/run/containers/storage', '/var/lib/containers/storage'];

async function readCrio(
  { fullId }: CgroupIdentity,
  root: string,
): Promise<ContainerInfo | undefined> {
  for (const dir of STORAGE_DIRS) {
    const spec = await readJson(`${root}${dir}/overlay-containers/${fullId}/userdata/config.json`);
    if (spec !== undefined) return crioInfo(spec);
  }
  return undefined;
}

function crioInfo(spec: Json): ContainerInfo {
  const notes = texts(member(spec, 'annotations'));
  const crio = (key: string): string | undefined => text(notes[`io.kubernetes.cri-o.${key}`]);
  const labels = texts(parse(notes['io.kubernetes.cri-o.Labels']));
  const imageId = text(crio('ImageRef'))?.replace(/^.*sha256:/, '');
  return mergeInfo(
    defined({
      name: text(notes['io.kubernetes.container.name']) ?? crio('ContainerName'),
      podName: text(notes['io.kubernetes.pod.name']) ?? crio('KubeName'),
      podNamespace: text(notes['io.kubernetes.pod.namespace']) ?? crio('Namespace'),
      podUid: text(notes['io.kubernetes.pod.uid']),
      podSandboxId: crio('SandboxID'),
      startedAtMs: timeMs(crio('Created')),
      imageId: /^[0-9a-f]{64}$/.test(imageId ?? '') ? imageId : undefined,
      labels,
      runtime: 'cri-o',
    }),
    parseImageName(crio('ImageName') ?? crio('Image')),
    kubernetesLabels(labels),
    readSpec(spec),
  );
}

async function readPodman(
  identity: CgroupIdentity,
  root: string,
): Promise<ContainerInfo | undefined> {
  const { fullId } = identity;
  for (const dir of [...STORAGE_DIRS, ...(await userStorage(root))]) {
    const known = await readJson(`${root}${dir}/overlay-containers/containers.json`);
    const entry = list(known).find((item) => member(item, 'id') === fullId);
    const spec = await readJson(`${root}${dir}/overlay-containers/${fullId}/userdata/config.json`);
    if (entry === undefined && spec === undefined) continue;
    return podmanInfo(entry, spec ?? (await podmanSpec(fullId, root)));
  }
  return undefined;
}

async function podmanSpec(fullId: string, root: string): Promise<Json> {
  for (const dir of STORAGE_DIRS) {
    const spec = await readJson(`${root}${dir}/overlay-containers/${fullId}/userdata/config.json`);
    if (spec !== undefined) return spec;
  }
  return undefined;
}

/** Rootless podman keeps everything in its user's home. */
async function userStorage(root: string): Promise<readonly string[]> {
  const homes = await readdir(`${root}/home`).catch(() => []);
  return homes.slice(0, MAX_HOMES).map((home) => `/home/${home}/.local/share/containers/storage`);
}

const MAX_HOMES = 100;

function podmanInfo(entry: Json, spec: Json): ContainerInfo {
  const metadata = parse(member(entry, 'metadata'));
  const notes = texts(member(spec, 'annotations'));
  const name = text(member(metadata, 'name')) ?? text(list(member(entry, 'names'))[0]);
  const fromSpec = readSpec(spec);
  const isPrivileged = notes['io.podman.annotations.privileged'] === 'TRUE';
  return mergeInfo(
    defined({
      name,
      imageId: text(member(metadata, 'image-id')) ?? text(member(entry, 'image')),
      startedAtMs: timeMs(member(entry, 'created')),
      privileged: isPrivileged ? true : undefined,
      runtime: 'podman',
    }),
    parseImageName(text(member(metadata, 'image-name'))),
    fromSpec,
  );
}

function kubernetesLabels(labels: Readonly<Record<string, string>>): ContainerInfo {
  const label = (key: string): string | undefined => text(labels[`io.kubernetes.${key}`]);
  return defined({
    name: label('container.name'),
    podName: label('pod.name'),
    podNamespace: label('pod.namespace'),
    podUid: label('pod.uid'),
    podSandboxId: label('sandbox.id'),
  });
}

function booleanOf(value: Json): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Without the members that are undefined: absent is absent. */
export function defined(
  info: { [K in keyof ContainerInfo]: ContainerInfo[K] | undefined },
): ContainerInfo {
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(info)) if (value !== undefined) found[key] = value;
  return found;
}
