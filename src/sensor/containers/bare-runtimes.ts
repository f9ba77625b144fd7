import { readdirSync } from 'node:fs';
import type { ContainerRuntime } from '#model/container.ts';
import { BARE_CONTAINERS_MAX, STATE_FILE_BYTES } from '#model/limits.ts';
import { readForeignFile } from '#sensor/host/read-file.ts';
import type { ContainerInfo } from './container-info.ts';
import type { Json } from './json-state.ts';
import { list, member, parse, readJson, text, texts, timeMs } from './json-state.ts';
import { bindMounts, readSpec } from './oci-spec.ts';
import { defined } from './runtime-state.ts';

/** A container that runc or crun runs for nobody else, found by the cgroup it is in. */
export interface BareContainer {
  readonly name: string;
  readonly runtime: 'runc' | 'crun';
  readonly stateFile: string;
}

/**
 * Looks for the container whose cgroup is one of `paths` in the state of runc and crun, at once,
 * because without it a process of a bare container looks like any other. It happens once for each
 * cgroup that is of neither a known runtime nor systemd, so rarely; the files are small.
 */
export function findBareContainer(
  paths: readonly string[],
  run = '/run',
): BareContainer | undefined {
  for (const [runtime, file] of [
    ['runc', 'state.json'],
    ['crun', 'status'],
  ] as const) {
    for (const dir of stateDirs(runtime, run)) {
      for (const name of directory(dir)) {
        const stateFile = `${dir}/${name}/${file}`;
        const state = parse(readForeignFile(stateFile, STATE_FILE_BYTES));
        if (cgroupsOf(state).some((cgroup) => paths.some((path) => isWithin(path, cgroup)))) {
          return { name, runtime, stateFile };
        }
      }
    }
  }
  return undefined;
}

/** The one of a known name, where a systemd scope named it. */
export function bareContainerOf(
  runtime: ContainerRuntime,
  name: string,
  run = '/run',
): BareContainer | undefined {
  if (runtime !== 'runc' && runtime !== 'crun') return undefined;
  const file = runtime === 'runc' ? 'state.json' : 'status';
  for (const dir of stateDirs(runtime, run)) {
    if (directory(dir).includes(name)) {
      return { name, runtime, stateFile: `${dir}/${name}/${file}` };
    }
  }
  return undefined;
}

/** As root below /run, rootless below /run/user/<uid>. */
function stateDirs(runtime: string, run: string): string[] {
  return [
    `${run}/${runtime}`,
    ...directory(`${run}/user`).map((uid) => `${run}/user/${uid}/${runtime}`),
  ];
}

function directory(path: string): string[] {
  try {
    return readdirSync(path).slice(0, BARE_CONTAINERS_MAX);
  } catch {
    return [];
  }
}

/**
 * Paths in the cgroup tree; runc gives them with the mount points that differ from machine to
 * machine.
 */
function cgroupsOf(state: Json): string[] {
  const paths = Object.values(texts(member(state, 'cgroup_paths')));
  const own = text(member(state, 'cgroup-path'));
  const wanted = text(member(state, 'config', 'cgroups', 'path'));
  return [
    ...paths.map(withoutMountPoint),
    ...(own === undefined ? [] : [own]),
    ...(wanted ? [wanted] : []),
  ];
}

function withoutMountPoint(path: string): string {
  return path.replace(/^\/sys\/fs\/cgroup(\/(unified|systemd|[a-z_,]+))?(?=\/)/, '');
}

function isWithin(path: string, cgroup: string): boolean {
  return cgroup !== '' && cgroup !== '/' && (path === cgroup || path.startsWith(`${cgroup}/`));
}

/**
 * Image, mounts and privileges of a bare container: from its state and its bundle's config.json.
 */
export async function readBareContainer(found: BareContainer): Promise<ContainerInfo | undefined> {
  const state = await readJson(found.stateFile);
  if (state === undefined) return undefined;
  const labels = labelsOf(state);
  const bundle = text(member(state, 'bundle')) ?? labels['bundle'];
  const spec = bundle === undefined ? undefined : await readJson(`${bundle}/config.json`);
  const notes = { ...texts(member(spec, 'annotations')), ...labels };
  return {
    ...defined({
      runtime: found.runtime,
      name: found.name,
      imageRepository: text(notes['org.opencontainers.image.ref.name']),
      startedAtMs: timeMs(member(state, 'created')),
      labels: notes,
      mounts: bindMounts(member(spec, 'mounts') ?? member(state, 'config', 'mounts')),
    }),
    ...readSpec(spec),
  };
}

/** runc writes annotations as `key=value`. */
function labelsOf(state: Json): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const item of list(member(state, 'config', 'labels'))) {
    if (typeof item !== 'string') continue;
    const equals = item.indexOf('=');
    if (equals > 0) labels[item.slice(0, equals)] = item.slice(equals + 1);
  }
  return labels;
}
