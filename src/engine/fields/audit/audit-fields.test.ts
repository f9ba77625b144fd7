import { describe, expect, test } from 'vitest';
import { resolveField } from '#engine/fields/resolve-field.ts';
import { parseJsonTree } from '#lib/parse-json-tree.ts';
import { auditEvaluation, showAuditEvent } from './audit-evaluation.ts';
import { AUDIT_FIELDS } from './audit-fields.ts';

/** The value of a field as an output names it, on an event of that content. */
function read(field: string, content: unknown) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const parsed = parseJsonTree(Buffer.from(text).toString('latin1'), 0, 300);
  if (!parsed.ok) throw new Error(`expected ${parsed.expected}`);
  const ctx = auditEvaluation('vm');
  showAuditEvent(ctx, { timeNs: 1540560318275010000n, body: parsed.node });
  const [, name = field, arg] = /^([^[]+)(?:\[(.*)\])?$/s.exec(field) ?? [];
  const resolved = resolveField(name, arg);
  if (!resolved.ok) throw new Error(resolved.error);
  return resolved.field.read(ctx);
}

const request = (more: object) => ({ auditID: 'a', ...more });
const pod = (spec: object) => request({ requestObject: { spec } });

test('the table has each field once, all for the audit log', () => {
  const names = AUDIT_FIELDS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.startsWith('ka.'))).toHaveLength(100);
  for (const { sources } of AUDIT_FIELDS) expect(sources).toContain('k8s_audit');
});

test('nothing has a value without an auditID, or outside the audit log', () => {
  const ctx = auditEvaluation('vm');
  for (const field of AUDIT_FIELDS) {
    const arg = field.arg === 'required' ? 'x' : '';
    expect(field.extract(ctx, arg), field.name).toBeUndefined();
    if (field.name.startsWith('ka.'))
      expect(read(`${field.name}${arg && '[x]'}`, { verb: 'get' })).toBeUndefined();
  }
});

describe('single values are', () => {
  test.each([
    ['text', 'ka.verb', request({ verb: 'get' }), 'get'],
    [
      'empty text',
      'ka.auth.reason',
      request({ annotations: { 'authorization.k8s.io/reason': '' } }),
      '',
    ],
    [
      'a number as written',
      'ka.response.code',
      '{"auditID":"a","responseStatus":{"code":4.030e2}}',
      '4.030e2',
    ],
    ['true', 'ka.req.pod.host_network', pod({ hostNetwork: true }), 'true'],
    ['null', 'ka.user.name', request({ user: { username: null } }), 'null'],
    [
      'JSON in its order',
      'ka.req.configmap.obj',
      '{"auditID":"a","requestObject":{"data":{"b": 1, "2": "\\u0041"}}}',
      '{"b":1,"2":"\\u0041"}',
    ],
    [
      'nothing where the way ends early',
      'ka.target.name',
      request({ objectRef: 'pods' }),
      undefined,
    ],
    ['the bytes of text', 'ka.user.name', request({ user: { username: 'Zoë' } }), 'Zo\xc3\xab'],
    ['text up to a NUL', 'ka.user.name', request({ user: { username: 'a\0b' } }), 'a'],
  ])('%s', (_what, field, content, value) => {
    expect(read(field, content)).toBe(value);
  });
});

describe('fields that lead to one place:', () => {
  const full = request({
    stage: 'ResponseComplete',
    requestURI: '/api',
    userAgent: 'kubectl',
    user: { username: 'ann', groups: ['g1', 'g2'] },
    impersonatedUser: { username: 'bob' },
    objectRef: { name: 'n', namespace: 'ns', resource: 'pods', subresource: 'exec' },
    responseObject: { metadata: { name: 'made' } },
    responseStatus: { code: 201, reason: 'Forbidden' },
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authentication.openshift.io/decision': 'ok',
      'authentication.openshift.io/username': 'ocp',
      'validation.policy.admission.k8s.io/validation_failure': 'vap',
      'pod-security.kubernetes.io/audit-violations': 'psa',
      cluster_name: 'c1',
    },
    requestObject: {
      roleRef: { name: 'admin' },
      rules: [{ verbs: ['get'] }, { verbs: ['*', 'list'], resources: [] }, {}],
      spec: {
        type: 'NodePort',
        ports: [{ port: 80 }, { port: 81 }],
        hostIPC: true,
        hostPID: false,
        securityContext: { runAsUser: 1, runAsGroup: 2, fsGroup: 3, supplementalGroups: [4, 5] },
      },
    },
  });

  test.each([
    ['ka.auditid', 'a'],
    ['ka.stage', 'ResponseComplete'],
    ['ka.uri', '/api'],
    ['ka.useragent', 'kubectl'],
    ['ka.user.groups', ['g1', 'g2']],
    ['ka.impuser.name', 'bob'],
    ['ka.target.name', 'n'],
    ['ka.target.namespace', 'ns'],
    ['ka.target.resource', 'pods'],
    ['ka.target.subresource', 'exec'],
    ['ka.resp.name', 'made'],
    ['ka.response.code', '201'],
    ['ka.response.reason', 'Forbidden'],
    ['ka.auth.decision', 'allow'],
    ['ka.auth.openshift.decision', 'ok'],
    ['ka.auth.openshift.username', 'ocp'],
    ['ka.validations.admission.policy.failure', 'vap'],
    ['ka.security.pod.violations', 'psa'],
    ['ka.cluster.name', 'c1'],
    ['ka.req.configmap.name', 'n'],
    ['ka.req.binding.role', 'admin'],
    ['ka.req.role.rules', ['{"verbs":["get"]}', '{"verbs":["*","list"],"resources":[]}', '{}']],
    ['ka.req.role.rules.verbs', ['get', '*', 'list']],
    ['ka.req.role.rules.verbs[1]', ['*', 'list']],
    ['ka.req.role.rules.verbs[3]', undefined],
    ['ka.req.role.rules.resources', undefined],
    ['ka.req.role.rules.apiGroups', undefined],
    ['ka.req.service.type', 'NodePort'],
    ['ka.req.service.ports', ['[{"port":80},{"port":81}]']],
    ['ka.req.service.ports[0]', ['[{"port":80},{"port":81}]']],
    ['ka.req.pod.host_ipc', 'true'],
    ['ka.req.pod.host_pid', 'false'],
    ['ka.req.pod.run_as_user', '1'],
    ['ka.req.pod.run_as_group', '2'],
    ['ka.req.pod.fs_group', '3'],
    ['ka.req.pod.supplemental_groups', ['4', '5']],
    ['ka.req.binding.subject.has_name[x]', 'true'],
  ])('%s', (field, value) => {
    expect(read(field, full)).toEqual(value);
  });
});

test.each([
  ['a pod that the answer names', { resource: 'pods' }, 'web-1'],
  ['a part of a pod', { resource: 'pods', subresource: 'log' }, undefined],
  ['an empty part', { resource: 'pods', subresource: '' }, 'web-1'],
  ['something else', { resource: 'services' }, undefined],
])('ka.target.pod.name is %s', (_what, objectRef, name) => {
  const content = request({ objectRef, responseObject: { metadata: { name: 'web-1' } } });
  expect(read('ka.target.pod.name', content)).toBe(name);
});

describe('ka.uri.param reads', () => {
  test.each([
    ['the first of several', '/x?c=sh&c=ls', 'sh'],
    ['blanks and escapes', '/x?c=a+b%20c%2b', 'a b c+'],
    ['bytes', '/x?c=%c3%A9', '\xc3\xa9'],
    ['no value as empty', '/x?a&c', ''],
    ['only behind the question mark', '/c=1', undefined],
    ['nothing behind a hash', '/x?a=1#c=2', undefined],
    ['nothing where an escape is wrong anywhere', '/x?c=1&a=%zz', undefined],
    ['nothing where the path has a wrong escape', '/%x?c=1', undefined],
    ['nothing where there is a semicolon', '/x?c=1;a=2', undefined],
    ['nothing where there is a control character', '/x?c=1\t', undefined],
    ['up to a NUL', '/x?c=a%00b', 'a'],
    ['an equals sign in the value', '/x?c=a=b', 'a=b'],
  ])('%s', (_what, requestURI, value) => {
    expect(read('ka.uri.param[c]', request({ requestURI }))).toBe(value);
  });
});

describe('subjects of a binding', () => {
  const content = request({
    requestObject: {
      subjects: [
        { kind: 'User', name: 'ann' },
        { kind: 'ServiceAccount', name: 'sa', namespace: 'ns' },
        { kind: 'ServiceAccount', name: 'lost' },
        { kind: 'Group', name: 'ops' },
        { kind: 'User' },
      ],
    },
  });

  test.each([
    ['user_names', ['ann']],
    ['serviceaccount_names', ['sa', 'lost']],
    ['serviceaccount_ns_names', ['ns:sa']],
    ['group_names', ['ops']],
  ])('%s', (name, value) => {
    expect(read(`ka.req.binding.subjects.${name}`, content)).toEqual(value);
  });

  test('are nothing where they are no list', () => {
    const wrong = request({ requestObject: { subjects: { kind: 'User', name: 'ann' } } });
    expect(read('ka.req.binding.subjects.user_names', wrong)).toBeUndefined();
    expect(read('ka.req.binding.subjects', wrong)).toBeUndefined();
  });
});

describe('containers of a pod', () => {
  const first = {
    name: 'a',
    image: 'reg.io/a/web:1@sha256:0',
    command: ['sh', '-c'],
    args: ['echo', 'hi'],
    ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }, { name: 'x' }],
    securityContext: {
      privileged: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsUser: 0,
      runAsGroup: 7,
      procMount: 'Unmasked',
      capabilities: { add: ['SYS_TIME', 'NET_RAW'] },
    },
  };
  const second = { name: 'b', image: 'reg.io:5000/b@sha256:1', securityContext: {} };

  const cases: readonly (readonly [string, unknown])[] = [
    ['name', ['a', 'b']],
    ['image', ['reg.io/a/web:1@sha256:0', 'reg.io:5000/b@sha256:1']],
    ['image.repository', ['reg.io/a/web', 'reg.io']],
    ['image.repository[1]', ['reg.io']],
    ['image[2]', undefined],
    ['command', ['sh -c']],
    ['command[1]', undefined],
    ['args[0]', ['echo hi']],
    ['privileged', ['true']],
    ['privileged[0]', ['true']],
    ['privileged[1]', undefined],
    ['allow_privilege_escalation', ['false']],
    ['read_only_fs', ['true']],
    ['run_as_user', ['0']],
    ['run_as_group', ['7']],
    ['proc_mount', ['Unmasked']],
    ['add_capabilities', ['["SYS_TIME","NET_RAW"]']],
    ['eff_run_as_user', ['0', '0']],
    ['eff_run_as_group', ['0', '0']],
  ];

  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    test.each(cases)(`${list}.%s`, (name, value) => {
      expect(read(`ka.req.pod.${list}.${name}`, pod({ [list]: [first, second] }))).toEqual(value);
      const others = { containers: [], initContainers: [], ephemeralContainers: [] };
      expect(read(`ka.req.pod.${list}.${name}`, pod(others))).toBeUndefined();
    });
  }

  test('ports on the node', () => {
    const field = 'ka.req.pod.containers.host_port';
    expect(read(field, pod({ containers: [first, second] }))).toEqual(['8080', '81']);
    expect(read(field, pod({ containers: [{ ports: 80 }] }))).toBeUndefined();
  });

  test('images are none where one container has none', () => {
    const content = pod({ containers: [first, { name: 'b' }] });
    expect(read('ka.req.pod.containers.image', content)).toBeUndefined();
    expect(read('ka.req.pod.containers.image[0]', content)).toEqual([first.image]);
    expect(read('ka.req.container.image', content)).toBe(first.image);
    expect(read('ka.req.container.image.repository', content)).toBe('reg.io/a/web');
  });

  test.each([
    ['true', [second, first], 'true'],
    ['false', [second], 'false'],
    ['false for text', [{ securityContext: { privileged: 'true' } }], 'false'],
    ['nothing without a list', undefined, undefined],
  ])('ka.req.container.privileged is %s', (_what, containers, value) => {
    expect(read('ka.req.container.privileged', pod({ containers }))).toBe(value);
  });

  test('commands that are no words are nothing', () => {
    const content = pod({ containers: [first, { command: ['sh', 1] }] });
    expect(read('ka.req.pod.containers.command', content)).toBeUndefined();
  });

  test('an id in force is found beside the security context only, as Falco does', () => {
    const content = pod({ runAsUser: 5, containers: [{ runAsUser: 6 }, first] });
    expect(read('ka.req.pod.containers.eff_run_as_user', content)).toEqual(['6', '5']);
  });
});

describe('volumes of a pod', () => {
  const content = pod({
    volumes: [
      { name: 'p', hostPath: { path: '/proc/1', type: '' } },
      { name: 's', secret: { secretName: 'x' } },
      { name: 'f', flexVolume: { driver: 'd' } },
      { name: 'e', hostPath: { path: '/etc' } },
    ],
  });

  test.each([
    ['ka.req.pod.volumes.hostpath', ['/proc/1', '/etc']],
    ['ka.req.pod.volumes.hostpath[3]', ['/etc']],
    ['ka.req.pod.volumes.hostpath[1]', undefined],
    ['ka.req.pod.volumes.flexvolume_driver', ['d']],
    ['ka.req.pod.volumes.volume_type', ['hostPath', 'secret', 'flexVolume', 'hostPath']],
    ['ka.req.pod.volumes.volume_type[1]', ['secret']],
    ['ka.req.pod.volumes.volume_type[9]', undefined],
    ['ka.req.volume.hostpath[/proc*]', 'true'],
    ['ka.req.volume.hostpath[/proc/1]', 'true'],
    ['ka.req.volume.hostpath[/proc]', 'false'],
    ['ka.req.volume.hostpath[/etc]', 'false'],
  ])('%s', (field, value) => {
    expect(read(field, content)).toEqual(value);
  });

  test('ka.req.volume.hostpath is nothing where the first volume is not of the node', () => {
    const secret = pod({ volumes: [{ name: 's', secret: {} }, { hostPath: { path: '/etc' } }] });
    expect(read('ka.req.volume.hostpath[/etc]', secret)).toBeUndefined();
  });
});

describe('JSON of any event', () => {
  const content = '{"a": [{"b/c": 1.50}, {"~": "x"}], "": 0, "o": {}}';

  test.each([
    ['jevt.value[/a/0/b~1c]', '1.50'],
    ['json.value[a/1/~0]', 'x'],
    ['jevt.value[/a]', '[{"b/c":1.50},{"~":"x"}]'],
    ['jevt.value[/]', '0'],
    ['jevt.value[/a/2]', undefined],
    ['jevt.value[/a/b]', undefined],
    ['jevt.rawtime', '1540560318275010000'],
    ['json.rawtime', '1540560318275010000'],
    ['evt.rawtime', 1540560318275010000n],
    ['evt.num', 1],
    ['evt.source', 'k8s_audit'],
    ['evt.pluginname', 'k8saudit'],
    ['evt.plugininfo', '{"a":[{"b/c":1.50},{"~":"x"}],"":0,"o":{}}'],
  ])('%s', (field, value) => {
    expect(read(field, content)).toEqual(value);
  });

  test('jevt.obj is the event, indented', () => {
    expect(read('jevt.obj', '{"a":{"b":[1]}}')).toBe(
      '{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}',
    );
  });
});

test.each([
  'ka.req.pod.containers.image[01]',
  'ka.req.pod.containers.image[x]',
  'ka.verb[1]',
  'ka.uri.param',
])('%s is refused', (field) => {
  expect(() => read(field, {})).toThrow(/argument/);
});
