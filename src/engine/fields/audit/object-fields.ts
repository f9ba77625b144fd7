import type { FieldDef } from '#engine/fields/field.ts';
import type { JsonNode } from '#lib/json-tree.ts';
import { unescapeJson } from '#lib/json-tree.ts';
import type { AuditRead } from './audit-value.ts';
import { child, itemsAt, listOf, present, spread, textAt, textOf } from './audit-value.ts';
import type { AuditArgRow, AuditRow } from './define-audit.ts';
import { auditLists, auditTexts, indexedLists, indexOf, keyedTexts } from './define-audit.ts';

/**
 * Fields of the object in the request: bindings, roles, config maps, services, pods and their
 * volumes.
 */

const REQUEST = 'requestObject';
const inSpec = (...names: readonly string[]): AuditRead => textAt(REQUEST, 'spec', ...names);
const inContext = (name: string): AuditRead => inSpec('securityContext', name);

const TEXTS: readonly AuditRow[] = [
  ['ka.req.binding.role', 'The role that a binding gives.', textAt(REQUEST, 'roleRef', 'name')],
  ['ka.req.configmap.name', 'Name of the config map.', textAt('objectRef', 'name')],
  ['ka.req.configmap.obj', 'Data of the config map, as JSON.', textAt(REQUEST, 'data')],
  ['ka.req.pod.host_ipc', "Whether the pod shares the node's IPC.", inSpec('hostIPC')],
  ['ka.req.pod.host_network', "Whether the pod uses the node's network.", inSpec('hostNetwork')],
  ['ka.req.container.host_network', 'Old name of ka.req.pod.host_network.', inSpec('hostNetwork')],
  ['ka.req.pod.host_pid', "Whether the pod sees the node's processes.", inSpec('hostPID')],
  ['ka.req.pod.run_as_user', 'User id that the pod sets.', inContext('runAsUser')],
  ['ka.req.pod.run_as_group', 'Group id that the pod sets.', inContext('runAsGroup')],
  ['ka.req.pod.fs_group', "Group id of the pod's volumes.", inContext('fsGroup')],
  ['ka.req.service.type', 'ClusterIP, NodePort, LoadBalancer or ExternalName.', inSpec('type')],
];

const LISTS: readonly AuditRow[] = [
  [
    'ka.req.binding.subjects',
    'To whom a binding gives its role; each as JSON.',
    itemsAt(REQUEST, 'subjects'),
  ],
  ['ka.req.binding.subjects.user_names', 'The users among them.', subjectNames('User')],
  [
    'ka.req.binding.subjects.serviceaccount_names',
    'The service accounts among them.',
    subjectNames('ServiceAccount'),
  ],
  [
    'ka.req.binding.subjects.serviceaccount_ns_names',
    'The service accounts among them, as namespace:name.',
    namespacedAccounts,
  ],
  ['ka.req.binding.subjects.group_names', 'The groups among them.', subjectNames('Group')],
  ['ka.req.role.rules', "A role's rules; each as JSON.", itemsAt(REQUEST, 'rules')],
  [
    'ka.req.pod.supplemental_groups',
    'Further group ids of the pod.',
    itemsAt(REQUEST, 'spec', 'securityContext', 'supplementalGroups'),
  ],
];

function subjectNames(kind: string): AuditRead {
  return (body) => listOf(subjects(body, kind).map(({ name }) => textOf(name)));
}

function namespacedAccounts(body: JsonNode): readonly string[] | undefined {
  const names = subjects(body, 'ServiceAccount').flatMap(({ node, name }) => {
    const namespace = child(node, 'namespace');
    return namespace === undefined ? [] : [`${textOf(namespace)}:${textOf(name)}`];
  });
  return listOf(names);
}

function subjects(body: JsonNode, wanted: string): readonly { node: JsonNode; name: JsonNode }[] {
  const list = child(body, REQUEST, 'subjects');
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((node) => {
    const kind = child(node, 'kind');
    const name = child(node, 'name');
    if (kind === undefined || name === undefined || textOf(kind) !== wanted) return [];
    return [{ node, name }];
  });
}

const INDEXED: readonly AuditArgRow[] = [
  [
    'ka.req.service.ports',
    'Ports of the service: all as one JSON list.',
    valuesAt('spec', 'ports'),
  ],
  [
    'ka.req.pod.volumes.hostpath',
    "Paths of the node that the pod's volumes show.",
    valuesAt('spec', 'volumes', 'hostPath', 'path'),
  ],
  [
    'ka.req.pod.volumes.flexvolume_driver',
    "Drivers of the pod's flex volumes.",
    valuesAt('spec', 'volumes', 'flexVolume', 'driver'),
  ],
  ['ka.req.pod.volumes.volume_type', "Types of the pod's volumes: hostPath, secret …", volumeTypes],
];

function valuesAt(...names: readonly string[]): AuditArgRow[2] {
  return (arg) => {
    const index = indexOf(arg);
    return (body) => listOf(present(spread(body, [REQUEST, ...names], index)));
  };
}

/** Every member of a volume but its name. */
function volumeTypes(arg: string): AuditRead {
  const index = indexOf(arg);
  return (body) => {
    const volumes = child(body, REQUEST, 'spec', 'volumes');
    const items = volumes?.kind === 'list' ? volumes.items : [volumes];
    const chosen = index === undefined || volumes?.kind !== 'list' ? items : [items[index]];
    return listOf(chosen.flatMap(memberNames).filter((name) => name !== 'name'));
  };
}

function memberNames(node: JsonNode | undefined): readonly string[] {
  return node?.kind === 'object' ? node.members.map(({ rawName }) => unescapeJson(rawName)) : [];
}

const KEYED: readonly AuditArgRow[] = [
  [
    'ka.req.binding.subject.has_name',
    'Always true, as in Falco; use ka.req.binding.subjects.user_names and the like.',
    () => () => 'true',
  ],
  [
    'ka.req.volume.hostpath',
    'Whether the first volume shows that path of the node; `*` at its end stands for anything. As in ' +
      'Falco only the first: use ka.req.pod.volumes.hostpath for all.',
    firstHostPath,
  ],
];

function firstHostPath(arg: string): AuditRead {
  const prefix = arg.endsWith('*') ? arg.slice(0, -1) : undefined;
  return (body) => {
    // A key counts as index 0 in Falco, which is why only the first volume is looked at.
    const paths = present(spread(body, [REQUEST, 'spec', 'volumes', 'hostPath', 'path'], 0));
    if (paths === undefined) return undefined;
    const isShown = (path: string) =>
      path === arg || (prefix !== undefined && path.startsWith(prefix));
    return String(paths.some(isShown));
  };
}

export const OBJECT_FIELDS: readonly FieldDef[] = [
  ...auditTexts(TEXTS),
  ...auditLists(LISTS),
  ...indexedLists(INDEXED),
  ...keyedTexts(KEYED),
];
