import { toByteString } from '#lib/byte-string.ts';
import type { Container, ContainerMount } from '#model/container.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { FieldOptions, FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import type { Extract, FieldDef } from './field.ts';
import { globMatcher } from './glob.ts';

/** Fields of the container and pod. Of the host only id, name and type are set. */

const HOST_ID = 'host';

/** Whether more than the id is known. */
function isKnown(container: Container): boolean {
  return container.name !== undefined || container.id === HOST_ID;
}

/** A text of the container: of the host and where the runtime tells none, the empty one. */
function of(value: (container: Container) => string | undefined): Extract {
  return (ctx) => {
    const container = ctx.thread?.container;
    if (container === undefined) return undefined;
    const found = value(container);
    if (found !== undefined && container.id !== HOST_ID) return toByteString(found);
    return isKnown(container) ? '' : undefined;
  };
}

/** A text that only containers have. */
function ofPod(value: (container: Container) => string | undefined): Extract {
  return (ctx) => {
    const found = ctx.thread && value(ctx.thread.container);
    return found === undefined ? undefined : toByteString(found);
  };
}

/** As `of`, but the host has a value: its name. */
function orHost(value: (container: Container) => string | undefined): Extract {
  const inContainer = of(value);
  return (ctx, arg) => (ctx.thread?.container.id === HOST_ID ? HOST_ID : inContainer(ctx, arg));
}

/** Of a container that the runtime told about, no word means no. */
function isPrivileged(ctx: Evaluation): boolean | undefined {
  const container = ctx.thread?.container;
  if (container === undefined) return undefined;
  return container.privileged ?? (isKnown(container) ? false : undefined);
}

/** As docker shows it: an image without a tag has no colon. */
function image(container: Container): string | undefined {
  const { imageRepository, imageTag } = container;
  if (imageRepository === undefined) return undefined;
  return imageTag === undefined || imageTag === ''
    ? imageRepository
    : `${imageRepository}:${imageTag}`;
}

function mountText(mount: ContainerMount): string {
  const { source, destination, mode, writable, propagation } = mount;
  return [source, destination, mode, String(writable), propagation].join(':');
}

const patterns = new Map<string, (text: string) => boolean>();

function pattern(text: string): (value: string) => boolean {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const made = globMatcher(text);
  // Bounded by the number of mount fields in the loaded rules.
  patterns.set(text, made);
  return made;
}

/** A mount by position, or the first whose `by` matches a pattern. */
function findMount(
  mounts: readonly ContainerMount[],
  arg: string,
  by: 'source' | 'destination',
): ContainerMount | undefined {
  if (/^\d+$/.test(arg)) return mounts[Number(arg)];
  const matches = pattern(arg);
  return mounts.find((mount) => matches(toByteString(mount[by])));
}

/** One part of the mount that the field's argument asks for; null where there is none. */
function mountPart(by: 'source' | 'destination', part: (mount: ContainerMount) => string): Extract {
  return (ctx, arg) => {
    const mounts = ctx.thread?.container.mounts;
    if (mounts === undefined) return undefined;
    const mount = findMount(mounts, arg, by);
    return mount === undefined ? undefined : toByteString(part(mount));
  };
}

function label(prefix: string): Extract {
  return (ctx, name) => {
    const text = ctx.thread?.container.labels?.[prefix + name];
    return text === undefined ? undefined : toByteString(text);
  };
}

/** The runtime's own labels and annotations are left out. */
function labelsText(container: Container): string | undefined {
  return Object.entries(container.labels ?? {})
    .filter(([key]) => !key.startsWith('annotation.') && !key.startsWith('io.kubernetes.'))
    .map(([key, value]) => (value === '' ? key : `${key}:${value}`))
    .join(', ');
}

/** Start of the container: of its pid namespace where the event tells it, else of the runtime. */
function startedNs(ctx: Evaluation): bigint | undefined {
  const thread = ctx.thread;
  if (thread === undefined || thread.container.id === HOST_ID) return undefined;
  if (thread.pidnsInitStartNs !== 0n) return thread.pidnsInitStartNs;
  const startedAtMs = thread.container.startedAtMs;
  return startedAtMs === undefined ? undefined : BigInt(startedAtMs) * 1_000_000n;
}

/** Grows with every event, so it is never kept with the process. */
function runningNs(ctx: Evaluation): bigint | undefined {
  const start = startedNs(ctx);
  return start === undefined ? undefined : ctx.timeNs - start;
}

const MOUNT: FieldOptions = { arg: 'required', argKind: 'either', cost: 200 };
const LABEL: FieldOptions = { arg: 'required', argKind: 'key', dotted: true };

const CONTAINER_ROWS: readonly FieldRow[] = [
  [
    'container.id',
    'CHARBUF',
    "First 12 characters of the container's id; `host` for none.",
    (c) => c.thread?.container.id ?? c.container?.id,
    { cost: 5 },
  ],
  ['container.full_id', 'CHARBUF', 'The whole id.', orHost((k) => k.fullId)],
  ['container.name', 'CHARBUF', 'Name; `host` for none.', orHost((k) => k.name)],
  ['container.image', 'CHARBUF', 'Image as it was asked for.', of(image), { cost: 40 }],
  ['container.image.id', 'CHARBUF', 'Id of the image.', of((k) => k.imageId)],
  [
    'container.type',
    'CHARBUF',
    'Runtime: docker, containerd, cri-o, podman …; `host` for none.',
    orHost((k) => k.runtime),
  ],
  ['container.privileged', 'BOOL', 'Whether it runs privileged.', isPrivileged],
  [
    'container.mounts',
    'CHARBUF',
    'All mounts, `source:destination:mode:writable:propagation` each.',
    of((k) => k.mounts?.map(mountText).join(',')),
    { cost: 300 },
  ],
  [
    'container.mount',
    'CHARBUF',
    'One mount, by position or source (a pattern).',
    mountPart('source', mountText),
    MOUNT,
  ],
  [
    'container.mount.source',
    'CHARBUF',
    'Source of a mount, by position or destination.',
    mountPart('destination', (m) => m.source),
    MOUNT,
  ],
  [
    'container.mount.dest',
    'CHARBUF',
    'Destination of a mount, by position or source.',
    mountPart('source', (m) => m.destination),
    MOUNT,
  ],
  [
    'container.mount.mode',
    'CHARBUF',
    'Mode of a mount, by position or source.',
    mountPart('source', (m) => m.mode),
    MOUNT,
  ],
  [
    'container.mount.rdwr',
    'CHARBUF',
    '`true` where a mount is writable.',
    mountPart('source', (m) => String(m.writable)),
    MOUNT,
  ],
  [
    'container.mount.propagation',
    'CHARBUF',
    'Propagation of a mount, by position or source.',
    mountPart('source', (m) => m.propagation),
    MOUNT,
  ],
  [
    'container.image.repository',
    'CHARBUF',
    'Image without tag and digest.',
    of((k) => k.imageRepository),
  ],
  ['container.image.tag', 'CHARBUF', 'Tag of the image.', of((k) => k.imageTag)],
  [
    'container.image.digest',
    'CHARBUF',
    'Digest of the image, `sha256:…`.',
    of((k) => k.imageDigest),
  ],
  [
    'container.start_ts',
    'ABSTIME',
    'When it started, nanoseconds since 1970.',
    startedNs,
    { cost: 30 },
  ],
  [
    'container.duration',
    'RELTIME',
    'Nanoseconds since it started.',
    runningNs,
    { scope: 'event', cost: 100 },
  ],
  ['container.label', 'CHARBUF', 'One label.', label(''), LABEL],
  [
    'container.labels',
    'CHARBUF',
    'All labels, `key:value` with commas.',
    of(labelsText),
    { cost: 300 },
  ],
];

const POD_ROWS: readonly FieldRow[] = [
  ['k8s.pod.name', 'CHARBUF', 'Name of the pod.', ofPod((k) => k.podName)],
  ['k8s.ns.name', 'CHARBUF', 'Namespace of the pod.', ofPod((k) => k.podNamespace)],
  ['k8s.pod.id', 'CHARBUF', 'Uid of the pod.', ofPod((k) => k.podUid)],
  ['k8s.pod.uid', 'CHARBUF', 'Uid of the pod.', ofPod((k) => k.podUid)],
  [
    'k8s.pod.sandbox_id',
    'CHARBUF',
    "First 12 characters of the pod's sandbox id.",
    of((k) => k.podSandboxId?.slice(0, 12)),
  ],
  ['k8s.pod.full_sandbox_id', 'CHARBUF', "The pod's whole sandbox id.", of((k) => k.podSandboxId)],
  ['k8s.pod.label', 'CHARBUF', 'One label of the pod.', label(''), LABEL],
  [
    'k8s.pod.labels',
    'CHARBUF',
    'All labels of the pod, `key:value` with commas.',
    of(labelsText),
    { cost: 300 },
  ],
];

// Kept so that old rule files load; Falco itself no longer sets them.
const GONE: readonly string[] = [
  'container.healthcheck',
  'container.liveness_probe',
  'container.readiness_probe',
  'container.ip',
  'container.cni.json',
  'k8s.pod.ip',
  'k8s.pod.cni.json',
  'k8s.ns.id',
  'k8s.ns.labels',
  ...['rc', 'svc', 'rs', 'deployment'].flatMap((kind) => [
    `k8s.${kind}.name`,
    `k8s.${kind}.id`,
    `k8s.${kind}.labels`,
  ]),
];
const GONE_LABELS: readonly string[] = ['ns', 'rc', 'svc', 'rs', 'deployment'].map(
  (kind) => `k8s.${kind}.label`,
);
const GONE_FLAGS: readonly string[] = [
  'container.host_pid',
  'container.host_network',
  'container.host_ipc',
  'proc.is_container_healthcheck',
  'proc.is_container_liveness_probe',
  'proc.is_container_readiness_probe',
];

const neverSet = (name: string, falcoType: string, options: FieldOptions): FieldRow => [
  name,
  falcoType,
  'Known so that older rules load; never set.',
  () => undefined,
  { ...options, forType: () => ({ constant: undefined }) },
];

export const CONTAINER_FIELDS: readonly FieldDef[] = defineFields({ scope: 'process', cost: 20 }, [
  ...CONTAINER_ROWS,
  ...POD_ROWS,
  ...GONE.map((name) => neverSet(name, 'CHARBUF', {})),
  ...GONE_LABELS.map((name) => neverSet(name, 'CHARBUF', LABEL)),
  ...GONE_FLAGS.map((name) => neverSet(name, 'BOOL', {})),
]);
