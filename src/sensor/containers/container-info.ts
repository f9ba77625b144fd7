import type { Container } from '#model/container.ts';

/** What state on disk adds to what the cgroup path already told. */
export type ContainerInfo = Omit<Partial<Container>, 'id' | 'fullId'>;

/** Later ones fill what earlier ones leave open. */
export function mergeInfo(...infos: readonly (ContainerInfo | undefined)[]): ContainerInfo {
  let merged: ContainerInfo = {};
  for (const info of infos) if (info !== undefined) merged = { ...info, ...merged };
  return merged;
}

export function isEmptyInfo(info: ContainerInfo): boolean {
  return Object.keys(info).length === 0;
}
