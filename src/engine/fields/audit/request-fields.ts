import type { FieldDef } from '#engine/fields/field.ts';
import type { AuditRead } from './audit-value.ts';
import { child, itemsAt, listOf, spread, textAt, textOf } from './audit-value.ts';
import type { AuditArgRow, AuditRow } from './define-audit.ts';
import { auditLists, auditTexts, indexedLists, indexOf, keyedTexts } from './define-audit.ts';
import { queryParameter } from './request-uri.ts';

/** Fields of who asked for what, and what was answered. */

const annotation = (name: string): AuditRead => textAt('annotations', name);

const TEXTS: readonly AuditRow[] = [
  ['ka.auditid', 'Id of the request; its stages share it.', textAt('auditID')],
  ['ka.stage', 'RequestReceived, ResponseStarted, ResponseComplete or Panic.', textAt('stage')],
  [
    'ka.auth.decision',
    'What the authorizer decided: allow or forbid.',
    annotation('authorization.k8s.io/decision'),
  ],
  ['ka.auth.reason', 'Why it decided so.', annotation('authorization.k8s.io/reason')],
  [
    'ka.auth.openshift.decision',
    "What OpenShift's authentication decided.",
    annotation('authentication.openshift.io/decision'),
  ],
  [
    'ka.auth.openshift.username',
    "The user of OpenShift's authentication.",
    annotation('authentication.openshift.io/username'),
  ],
  [
    'ka.validations.admission.policy.failure',
    'What a ValidatingAdmissionPolicy found wrong.',
    annotation('validation.policy.admission.k8s.io/validation_failure'),
  ],
  [
    'ka.security.pod.violations',
    'What the pod does that its Pod Security Standard forbids.',
    annotation('pod-security.kubernetes.io/audit-violations'),
  ],
  [
    'ka.cluster.name',
    'Name of the cluster, where an annotation gives it.',
    annotation('cluster_name'),
  ],
  ['ka.user.name', 'Who asked.', textAt('user', 'username')],
  [
    'ka.impuser.name',
    'As whom, where somebody acts as another.',
    textAt('impersonatedUser', 'username'),
  ],
  ['ka.verb', 'get, list, watch, create, update, patch, delete …', textAt('verb')],
  ['ka.uri', 'The URI of the request.', textAt('requestURI')],
  ['ka.target.name', 'Name of the object.', textAt('objectRef', 'name')],
  ['ka.target.namespace', 'Namespace of the object.', textAt('objectRef', 'namespace')],
  ['ka.target.resource', 'Kind of the object: pods, configmaps …', textAt('objectRef', 'resource')],
  ['ka.target.subresource', 'Part of the object: exec, log …', textAt('objectRef', 'subresource')],
  ['ka.target.pod.name', 'Name of the pod, where the answer is a pod.', targetPod],
  ['ka.resp.name', "Name of the answer's object.", textAt('responseObject', 'metadata', 'name')],
  ['ka.response.code', 'HTTP status of the answer.', textAt('responseStatus', 'code')],
  ['ka.response.reason', 'Why it failed, where it did.', textAt('responseStatus', 'reason')],
  ['ka.useragent', 'What the client calls itself; it can say anything.', textAt('userAgent')],
];

function targetPod(body: Parameters<AuditRead>[0]): string | undefined {
  const resource = child(body, 'objectRef', 'resource');
  const part = child(body, 'objectRef', 'subresource');
  if (resource?.kind !== 'string' || textOf(resource) !== 'pods') return undefined;
  if (part?.kind === 'string' && textOf(part) !== '') return undefined;
  const name = child(body, 'responseObject', 'metadata', 'name');
  return name === undefined ? undefined : textOf(name);
}

const LISTS: readonly AuditRow[] = [
  ['ka.user.groups', 'Groups of who asked.', itemsAt('user', 'groups')],
];

const INDEXED: readonly AuditArgRow[] = [
  [
    'ka.sourceips',
    'As Falco has it, where it is never set: use `jevt.value[/sourceIPs]` for the addresses.',
    ruleLists('sourceIPs'),
  ],
  ['ka.req.role.rules.apiGroups', "API groups of a role's rules.", ruleLists('apiGroups')],
  [
    'ka.req.role.rules.nonResourceURLs',
    "Paths of a role's rules that are no resource.",
    ruleLists('nonResourceURLs'),
  ],
  ['ka.req.role.rules.verbs', "Verbs of a role's rules.", ruleLists('verbs')],
  ['ka.req.role.rules.resources', "Resources of a role's rules.", ruleLists('resources')],
];

/** The items of a list in each rule of a role, one after another. */
function ruleLists(name: string): AuditArgRow[2] {
  return (arg) => {
    const index = indexOf(arg);
    return (body) => {
      const lists = spread(body, ['requestObject', 'rules', name], index) ?? [];
      return listOf(lists.flatMap((node) => (node?.kind === 'list' ? node.items.map(textOf) : [])));
    };
  };
}

const KEYED: readonly AuditArgRow[] = [
  [
    'ka.uri.param',
    "A parameter of the URI's query: `ka.uri.param[command]`.",
    (arg) => (body) => {
      const uri = child(body, 'requestURI');
      const value = uri === undefined ? undefined : queryParameter(textOf(uri), arg);
      // Falco's strings end at a NUL, which %00 can be.
      return value?.split('\0', 1)[0];
    },
  ],
];

export const REQUEST_FIELDS: readonly FieldDef[] = [
  ...auditTexts(TEXTS),
  ...auditLists(LISTS),
  ...indexedLists(INDEXED),
  ...keyedTexts(KEYED),
];
