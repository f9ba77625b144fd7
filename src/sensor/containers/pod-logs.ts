import { readdir } from 'node:fs/promises';
import type { CgroupIdentity } from '#engine/process/cgroup-identity.ts';
import type { ContainerInfo } from './container-info.ts';

/**
 * Names of pod and container from where the kubelet keeps their logs, whatever the runtime is:
 *   /var/log/containers/<pod>_<namespace>_<container>-<container id>.log
 *   /var/log/pods/<namespace>_<pod>_<pod uid>/
 */
export async function readPodLogs(
  { fullId, podUid }: CgroupIdentity,
  root: string,
): Promise<ContainerInfo | undefined> {
  if (podUid === undefined) return undefined;
  const suffix = `-${fullId}.log`;
  const log = (await names(`${root}/var/log/containers`)).find((name) => name.endsWith(suffix));
  const [pod, namespace, container] = log?.slice(0, -suffix.length).split('_') ?? [];
  if (pod !== undefined && namespace !== undefined && container !== undefined) {
    return { name: container, podName: pod, podNamespace: namespace };
  }
  const tail = `_${podUid}`;
  const dir = (await names(`${root}/var/log/pods`)).find((name) => name.endsWith(tail));
  const [podNamespace, podName] = dir?.slice(0, -tail.length).split('_') ?? [];
  if (podNamespace === undefined || podName === undefined) return undefined;
  return { podName, podNamespace };
}

async function names(dir: string): Promise<readonly string[]> {
  return readdir(dir).catch(() => []);
}
