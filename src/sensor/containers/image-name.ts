import type { ContainerInfo } from './container-info.ts';

/**
 * `registry:5000/team/app:1.2@sha256:…` in its parts. A bare image id (64 hexadecimal digits, with
 * or without `sha256:`) names no repository.
 */
export function parseImageName(name: string | undefined): ContainerInfo {
  if (name === undefined) return {};
  if (/^(sha256:)?[0-9a-f]{64}$/.test(name)) return { imageId: name.replace('sha256:', '') };
  const at = name.indexOf('@');
  const digest = at < 0 ? undefined : name.slice(at + 1);
  const reference = at < 0 ? name : name.slice(0, at);
  const colon = reference.lastIndexOf(':');
  const hasTag = colon > reference.lastIndexOf('/');
  const tag = hasTag ? reference.slice(colon + 1) : undefined;
  return {
    imageRepository: hasTag ? reference.slice(0, colon) : reference,
    ...(tag === undefined || tag === '' ? {} : { imageTag: tag }),
    ...(digest === undefined || digest === '' ? {} : { imageDigest: digest }),
  };
}
