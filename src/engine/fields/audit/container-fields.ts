import type { FieldDef } from '#engine/fields/field.ts';
import type { JsonNode } from '#lib/json-tree.ts';
import type { AuditRead } from './audit-value.ts';
import { child, complete, listOf, present, spread, textOf } from './audit-value.ts';
import type { AuditArgRow, AuditRow } from './define-audit.ts';
import { auditTexts, indexedLists, indexOf } from './define-audit.ts';

/** Fields of the containers of a pod in the request, the same for each of its three lists. */

const SPEC = ['requestObject', 'spec'] as const;

type Container = 'containers' | 'initContainers' | 'ephemeralContainers';
/** What the containers of a list have under the names, each of them or the one at `index`. */
type Take = (body: JsonNode, list: Container, index?: number) => readonly string[] | undefined;

const under = (body: JsonNode, path: readonly string[], index?: number) =>
  spread(body, [...SPEC, ...path], index);

const context =
  (...names: readonly string[]): Take =>
  (body, list, index) =>
    present(under(body, [list, 'securityContext', ...names], index));

/** All or nothing: a container without it leaves the field without a value. */
const each =
  (name: string): Take =>
  (body, list, index) =>
    complete(under(body, [list, name], index));

const images = each('image');

/** Without tag and digest; a registry's port counts as a tag, as in Falco. */
const repositories: Take = (body, list, index) =>
  images(body, list, index)?.map((image) => image.split(/[:@]/, 1)[0] ?? '');

/** The words of a command or its arguments, with blanks between them. */
const words =
  (name: string): Take =>
  (body, list, index) => {
    const commands: string[] = [];
    for (const node of under(body, [list, name], index) ?? []) {
      if (node === undefined) continue;
      if (node.kind !== 'list' || node.items.some((item) => item.kind !== 'string'))
        return undefined;
      commands.push(node.items.map(textOf).join(' '));
    }
    return commands;
  };

/** The node's port, or the container's own, which is the node's where the network is shared. */
const hostPorts: Take = (body, list, index) => {
  const ports: string[] = [];
  for (const node of under(body, [list, 'ports'], index) ?? []) {
    if (node === undefined) continue;
    if (node.kind !== 'list') return undefined;
    for (const item of node.items) {
      const port = child(item, 'hostPort') ?? child(item, 'containerPort');
      if (port !== undefined) ports.push(textOf(port));
    }
  }
  return ports;
};

/**
 * Meant to be the id in force. Falco looks for it beside the security context, not in it, so that
 * in a real pod it is 0 for every container; a rule that counts on that must find the same here.
 */
const inForce =
  (name: string): Take =>
  (body, list, index) => {
    const ofPod = child(body, ...SPEC, name);
    const otherwise = ofPod === undefined ? '0' : textOf(ofPod);
    const nodes = under(body, [list, name], index);
    return nodes?.map((node) => (node === undefined ? otherwise : textOf(node)));
  };

const IN_FORCE = 'as Falco reads it, which misses the security context: mostly 0';

const TAKES: readonly (readonly [string, string, Take])[] = [
  ['name', 'names', each('name')],
  ['image', 'images', images],
  ['image.repository', 'images without tag and digest', repositories],
  ['command', 'commands', words('command')],
  ['args', 'arguments', words('args')],
  ['privileged', 'privileged flags', context('privileged')],
  [
    'allow_privilege_escalation',
    'allowPrivilegeEscalation flags',
    context('allowPrivilegeEscalation'),
  ],
  ['read_only_fs', 'readOnlyRootFilesystem flags', context('readOnlyRootFilesystem')],
  ['run_as_user', 'user ids', context('runAsUser')],
  ['eff_run_as_user', `user ids in force (${IN_FORCE})`, inForce('runAsUser')],
  ['run_as_group', 'group ids', context('runAsGroup')],
  ['eff_run_as_group', `group ids in force (${IN_FORCE})`, inForce('runAsGroup')],
  ['proc_mount', 'types of /proc', context('procMount')],
  ['add_capabilities', 'added capabilities, a JSON list each', context('capabilities', 'add')],
];

const HOST_PORTS = ['host_port', 'ports on the node', hostPorts] as const;

const LISTS: readonly (readonly [Container, string, typeof TAKES])[] = [
  ['containers', 'containers', [...TAKES, HOST_PORTS]],
  ['initContainers', 'init containers', [...TAKES, HOST_PORTS]],
  ['ephemeralContainers', 'ephemeral containers', TAKES],
];

const INDEXED: readonly AuditArgRow[] = LISTS.flatMap(([list, whose, takes]) =>
  takes.map(([name, what, take]): AuditArgRow => {
    const description = `Of the pod's ${whose}: ${what}.`;
    return [`ka.req.pod.${list}.${name}`, description, (arg) => readOf(take, list, indexOf(arg))];
  }),
);

function readOf(take: Take, list: Container, index: number | undefined): AuditRead {
  return (body) => listOf(take(body, list, index));
}

const TEXTS: readonly AuditRow[] = [
  [
    'ka.req.container.image',
    'Image of the first container.',
    (body) => images(body, 'containers', 0)?.[0],
  ],
  [
    'ka.req.container.image.repository',
    'Image of the first container without tag and digest.',
    (body) => repositories(body, 'containers', 0)?.[0],
  ],
  ['ka.req.container.privileged', 'Whether any container is privileged.', anyPrivileged],
];

function anyPrivileged(body: JsonNode): string | undefined {
  const flags = under(body, ['containers', 'securityContext', 'privileged']);
  if (flags === undefined) return undefined;
  return String(flags.some((flag) => flag?.kind === 'boolean' && flag.raw === 'true'));
}

export const CONTAINER_SPEC_FIELDS: readonly FieldDef[] = [
  ...auditTexts(TEXTS),
  ...indexedLists(INDEXED),
];
