import type { ContainerMount } from '#model/container.ts';
import type { ContainerInfo } from './container-info.ts';
import type { Json } from './json-state.ts';
import { list, member, text } from './json-state.ts';

/** What an OCI runtime configuration (config.json) says about mounts and privileges. */
export function readSpec(spec: Json): ContainerInfo {
  if (member(spec, 'process') === undefined) return {};
  return { privileged: isPrivileged(spec), mounts: bindMounts(member(spec, 'mounts')) };
}

/** Mounts that bring something of the host in; /proc, /dev and the like are the container's own. */
export function bindMounts(mounts: Json): readonly ContainerMount[] {
  const found: ContainerMount[] = [];
  for (const mount of list(mounts)) {
    const source = text(member(mount, 'source')) ?? '';
    const destination = text(member(mount, 'destination')) ?? '';
    const options = list(member(mount, 'options')).filter((option) => typeof option === 'string');
    const isBind = text(member(mount, 'type')) === 'bind' || options.some(isBindOption);
    if (!isBind || destination === '') continue;
    found.push({
      source,
      destination,
      mode: options.filter((option) => MODES.has(option)).join(','),
      writable: !options.includes('ro'),
      propagation: options.find((option) => PROPAGATIONS.has(option)) ?? 'rprivate',
    });
  }
  return found;
}

const MODES = new Set(['ro', 'rw', 'z', 'Z', 'noexec', 'nosuid', 'nodev']);
const PROPAGATIONS = new Set([
  'private',
  'rprivate',
  'shared',
  'rshared',
  'slave',
  'rslave',
  'unbindable',
  'runbindable',
]);

function isBindOption(option: string): boolean {
  return option === 'bind' || option === 'rbind';
}

/**
 * No runtime writes "privileged" there; it writes what that means. Privileged is who has the
 * capability that rules all others, may use any device, and sees all of /proc.
 */
function isPrivileged(spec: Json): boolean {
  const effective = list(member(spec, 'process', 'capabilities', 'effective'));
  if (!effective.includes('CAP_SYS_ADMIN')) return false;
  const devices = list(member(spec, 'linux', 'resources', 'devices'));
  const last = devices.at(-1);
  const anyDevice =
    member(last, 'allow') === true &&
    text(member(last, 'access')) === 'rwm' &&
    text(member(last, 'type')) !== 'c' &&
    member(last, 'major') === undefined;
  return anyDevice && list(member(spec, 'linux', 'maskedPaths')).length === 0;
}
