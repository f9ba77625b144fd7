/**
 * A container as its cgroup path and the runtime's state on disk describe it. All strings are text.
 */
export interface Container {
  /** 12 characters, as operators write it; the whole id is `fullId`. `host` for no container. */
  readonly id: string;
  readonly fullId: string;
  readonly runtime: ContainerRuntime;
  readonly name?: string;
  readonly imageRepository?: string;
  readonly imageTag?: string;
  /** `sha256:…` */
  readonly imageDigest?: string;
  readonly imageId?: string;
  readonly privileged?: boolean;
  readonly startedAtMs?: number;
  readonly podUid?: string;
  readonly podName?: string;
  readonly podNamespace?: string;
  readonly podSandboxId?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly mounts?: readonly ContainerMount[];
}

export interface ContainerMount {
  readonly source: string;
  readonly destination: string;
  readonly mode: string;
  readonly writable: boolean;
  readonly propagation: string;
}

export const CONTAINER_RUNTIMES = [
  'host',
  'docker',
  'containerd',
  'cri-o',
  'podman',
  'runc',
  'crun',
  'lxc',
  'unknown',
] as const;
export type ContainerRuntime = (typeof CONTAINER_RUNTIMES)[number];

export const HOST: Container = { id: 'host', fullId: '', runtime: 'host' };
