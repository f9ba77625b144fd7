import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ThreadRecord } from '#engine/process/thread-record.ts';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import { CONTAINERS_MAX } from '#model/limits.ts';
import { ContainerTable } from './container-table.ts';

const ID = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';
const IMAGE = 'feedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedface';
const DIGEST = `sha256:${'d1'.repeat(32)}`;
const UID = '2b7a3f0e-1c4d-4e5f-8a9b-0c1d2e3f4a5b';
const POD_CGROUP = `unified=/kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice`;

const top = mkdtempSync(join(tmpdir(), 'midwatch-containers-'));
afterAll(() => rmSync(top, { recursive: true }));
let root = '';
let round = 0;
let table: ContainerTable;
let told: Container[] = [];

function open(options: ConstructorParameters<typeof ContainerTable>[0] = {}): void {
  table = new ContainerTable({
    root,
    onChange: (changes) => told.push(...changes.values()),
    ...options,
  });
}

beforeEach(() => {
  round += 1;
  root = join(top, String(round));
  told = [];
  open();
});
afterEach(() => table.close());

function put(path: string, content: unknown): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

async function described(cgroups: string): Promise<Container> {
  table.resolve(cgroups, 0);
  await table.settled();
  return table.resolve(cgroups, 0);
}

describe('ContainerTable', () => {
  test('answers at once by the path alone', () => {
    expect(table.resolve(`unified=/system.slice/docker-${ID}.scope`, 0)).toEqual({
      id: 'a1b2c3d4e5f6',
      fullId: ID,
      runtime: 'docker',
    });
    expect(table.resolve('unified=/system.slice/ssh.service', 0)).toBe(HOST);
    const crio = table.resolve(`unified=/kubepods.slice/crio-conmon-${ID}.scope`, 0);
    expect(crio).toBe(HOST);
  });

  test('docker: name, image, digest, mounts, pod labels', async () => {
    put(`var/lib/docker/containers/${ID}/config.v2.json`, {
      Name: '/web',
      Image: `sha256:${IMAGE}`,
      Config: {
        Image: 'registry.example:5000/team/nginx:1.25',
        Labels: {
          'io.kubernetes.pod.name': 'web-1',
          'io.kubernetes.pod.namespace': 'shop',
          team: 'a',
        },
      },
      State: { StartedAt: '2024-05-01T10:00:00.123456789Z' },
      MountPoints: {
        '/data': {
          Source: '/srv/data',
          Destination: '/data',
          RW: false,
          Mode: 'ro',
          Propagation: 'rprivate',
        },
      },
    });
    put(`var/lib/docker/containers/${ID}/hostconfig.json`, { Privileged: true });
    put('var/lib/docker/image/overlay2/repositories.json', {
      Repositories: {
        nginx: { 'nginx:1.25': `sha256:${IMAGE}`, [`nginx@${DIGEST}`]: `sha256:${IMAGE}` },
      },
    });
    expect(await described(`memory=/docker/${ID}`)).toEqual({
      id: 'a1b2c3d4e5f6',
      fullId: ID,
      runtime: 'docker',
      name: 'web',
      imageRepository: 'registry.example:5000/team/nginx',
      imageTag: '1.25',
      imageDigest: DIGEST,
      imageId: IMAGE,
      privileged: true,
      startedAtMs: Date.parse('2024-05-01T10:00:00.123Z'),
      podName: 'web-1',
      podNamespace: 'shop',
      labels: expect.objectContaining({ team: 'a' }),
      mounts: [
        {
          source: '/srv/data',
          destination: '/data',
          mode: 'ro',
          writable: false,
          propagation: 'rprivate',
        },
      ],
    });
    expect(told.map((container) => container.name)).toEqual(['web']);
  });

  test.each(['/run/containerd', '/run/k3s/containerd'])('containerd in %s', async (dir) => {
    put(`${dir}/io.containerd.runtime.v2.task/moby/other/config.json`, {});
    put(`${dir}/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`, {
      process: { capabilities: { effective: ['CAP_CHOWN'] } },
      annotations: {
        'io.kubernetes.cri.container-type': 'container',
        'io.kubernetes.cri.container-name': 'app',
        'io.kubernetes.cri.image-name': `ghcr.io/team/app:2@${DIGEST}`,
        'io.kubernetes.cri.sandbox-id': 'abc',
        'io.kubernetes.cri.sandbox-name': 'app-7d9',
        'io.kubernetes.cri.sandbox-namespace': 'prod',
        'io.kubernetes.cri.sandbox-uid': UID,
      },
      mounts: [
        { destination: '/proc', type: 'proc', source: 'proc' },
        { destination: '/host', type: 'bind', source: '/', options: ['rbind', 'rslave', 'ro'] },
      ],
    });
    expect(await described(`${POD_CGROUP}/cri-containerd-${ID}.scope`)).toEqual({
      id: 'a1b2c3d4e5f6',
      fullId: ID,
      runtime: 'containerd',
      name: 'app',
      imageRepository: 'ghcr.io/team/app',
      imageTag: '2',
      imageDigest: DIGEST,
      privileged: false,
      podUid: UID,
      podName: 'app-7d9',
      podNamespace: 'prod',
      podSandboxId: 'abc',
      mounts: [
        { source: '/', destination: '/host', mode: 'ro', writable: false, propagation: 'rslave' },
      ],
    });
  });

  test('containerd: a pod’s sandbox is called POD; privileged is told by what it means', async () => {
    put(`run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`, {
      process: { capabilities: { effective: ['CAP_SYS_ADMIN'] } },
      linux: { resources: { devices: [{ allow: true, access: 'rwm' }] }, maskedPaths: [] },
      annotations: { 'io.kubernetes.cri.container-type': 'sandbox' },
    });
    expect(await described(`${POD_CGROUP}/cri-containerd-${ID}.scope`)).toMatchObject({
      name: 'POD',
      privileged: true,
      podUid: UID,
    });
  });

  test('CRI-O', async () => {
    put(`run/containers/storage/overlay-containers/${ID}/userdata/config.json`, {
      process: {},
      annotations: {
        'io.kubernetes.container.name': 'db',
        'io.kubernetes.pod.name': 'db-0',
        'io.kubernetes.pod.namespace': 'data',
        'io.kubernetes.pod.uid': UID,
        'io.kubernetes.cri-o.ImageName': 'quay.io/org/db:9',
        'io.kubernetes.cri-o.ImageRef': IMAGE,
        'io.kubernetes.cri-o.SandboxID': 'xyz',
        'io.kubernetes.cri-o.Created': '2024-05-01T10:00:00.5Z',
        'io.kubernetes.cri-o.Labels': '{"tier":"data"}',
      },
    });
    expect(await described(`${POD_CGROUP}/crio-${ID}.scope`)).toMatchObject({
      runtime: 'cri-o',
      name: 'db',
      podName: 'db-0',
      podNamespace: 'data',
      podSandboxId: 'xyz',
      imageRepository: 'quay.io/org/db',
      imageTag: '9',
      imageId: IMAGE,
      labels: { tier: 'data' },
    });
  });

  test.each([
    ['root’s', 'var/lib/containers/storage'],
    ['a user’s', 'home/ann/.local/share/containers/storage'],
  ])('podman, %s', async (_name, dir) => {
    put(`${dir}/overlay-containers/containers.json`, [
      { id: 'other', names: ['x'] },
      {
        id: ID,
        names: ['web'],
        image: IMAGE,
        metadata: JSON.stringify({ 'image-name': 'docker.io/library/nginx:latest', name: 'web' }),
        created: '2024-05-01T10:00:00Z',
      },
    ]);
    put(`${dir}/overlay-containers/${ID}/userdata/config.json`, {
      process: {},
      annotations: { 'io.podman.annotations.privileged': 'TRUE' },
    });
    expect(await described(`unified=/machine.slice/libpod-${ID}.scope/container`)).toMatchObject({
      runtime: 'podman',
      name: 'web',
      imageRepository: 'docker.io/library/nginx',
      imageTag: 'latest',
      imageId: IMAGE,
      privileged: true,
    });
  });

  test('a path below a pod names no runtime: whose state is there is asked', async () => {
    put(`var/lib/docker/containers/${ID}/config.v2.json`, { Name: '/x', Config: { Image: 'a:1' } });
    expect(await described(`memory=/kubepods/burstable/pod${UID}/${ID}`)).toMatchObject({
      runtime: 'docker',
      name: 'x',
      podUid: UID,
    });
  });

  test.each([
    [
      `var/log/containers/web-1_shop_app-${ID}.log`,
      { podName: 'web-1', podNamespace: 'shop', name: 'app' },
    ],
    [`var/log/pods/shop_web-1_${UID}/app/0.log`, { podName: 'web-1', podNamespace: 'shop' }],
  ])('pod and namespace from the kubelet’s logs: %s', async (path, expected) => {
    put(path, '');
    expect(await described(`${POD_CGROUP}/cri-containerd-${ID}.scope`)).toMatchObject(expected);
  });

  test('state that appears later is found; the path’s answer stands until then', async () => {
    const cgroups = `memory=/docker/${ID}`;
    expect((await described(cgroups)).name).toBe(undefined);
    put(`var/lib/docker/containers/${ID}/config.v2.json`, { Name: '/late', Config: {} });
    await expect.poll(() => table.resolve(cgroups, 0).name, { timeout: 5_000 }).toBe('late');
    expect(told.map((container) => container.name)).toEqual(['late']);
  });

  test.each([
    ['half a file', '{"Name":"/w'],
    ['another shape', '[1,2]'],
    ['members of other types', { Name: 7, Config: { Labels: ['x'] }, MountPoints: 'no' }],
  ])('what cannot be read is left out: %s', async (_name, content) => {
    put(`var/lib/docker/containers/${ID}/config.v2.json`, content);
    expect((await described(`memory=/docker/${ID}`)).name).toBe(undefined);
  });

  test('a state file that is a link is not followed', async () => {
    put('elsewhere.json', { Name: '/stolen', Config: {} });
    mkdirSync(join(root, `var/lib/docker/containers/${ID}`), { recursive: true });
    const link = join(root, `var/lib/docker/containers/${ID}/config.v2.json`);
    symlinkSync(join(root, 'elsewhere.json'), link);
    expect((await described(`memory=/docker/${ID}`)).name).toBe(undefined);
  });

  test('kind: the state of a pod is read inside its node', async () => {
    const node = 'b'.repeat(64);
    put(`node/run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`, {
      process: {},
      annotations: { 'io.kubernetes.cri.sandbox-name': 'inner' },
    });
    open({ rootOfContainer: (fullId) => (fullId === node ? join(root, 'node') : undefined) });
    const cgroups = `memory=/docker/${node}/kubelet/kubepods/burstable/pod${UID}/${ID}`;
    expect(await described(cgroups)).toMatchObject({ podName: 'inner', podUid: UID });
  });

  test('bounded: the containers known first make room', () => {
    for (let i = 0; i < CONTAINERS_MAX + 5; i++) {
      table.resolve(`memory=/docker/${i.toString(16).padStart(64, '0')}`, 0);
    }
    expect(table.size).toBe(CONTAINERS_MAX);
    expect(table.evicted).toBe(5);
  });
});

describe('ContainerTable, bare runtimes', () => {
  const inNamespace = new ThreadRecord(100, 100);
  inNamespace.vpid = 1;
  const plain = new ThreadRecord(101, 101);
  plain.vpid = 101;

  test('runc’s state tells by the cgroup, wherever that is', async () => {
    put('run/runc/web/state.json', {
      id: 'web',
      created: '2024-05-01T10:00:00Z',
      config: { labels: ['bundle=/b', 'team=a=b'] },
      cgroup_paths: { memory: '/sys/fs/cgroup/memory/custom/web', '': '/sys/fs/cgroup/unified/x' },
    });
    put('b/config.json', { process: {}, annotations: {} });
    expect(await described('memory=/custom/web\0unified=/')).toMatchObject({
      id: 'web',
      runtime: 'runc',
      name: 'web',
      labels: { bundle: '/b', team: 'a=b' },
    });
    expect((await described('memory=/custom/web/child')).id).toBe('web');
    expect(await described('memory=/custom/website')).toBe(HOST);
  });

  test('crun’s state, rootless', async () => {
    put('run/user/1000/crun/box/status', {
      'cgroup-path': '/any/box',
      created: '2024-05-01T10:00:00Z',
    });
    expect(await described('unified=/any/box')).toMatchObject({ runtime: 'crun', name: 'box' });
  });

  test('without state, a pid namespace of its own makes a container of an unknown runtime', () => {
    expect(table.resolve('memory=/custom/x', 0, plain)).toBe(HOST);
    expect(table.resolve('memory=/custom/x', 0, inNamespace)).toMatchObject({
      id: 'x',
      runtime: 'unknown',
    });
    expect(table.resolve('memory=/custom/x', 0, plain).id).toBe('x');
  });

  test('containerd names a container as its user likes', async () => {
    put('run/containerd/io.containerd.runtime.v2.task/default/redis/config.json', {
      process: {},
      annotations: { 'nerdctl/name': 'cache' },
    });
    table.resolve('memory=/default/redis', 0, inNamespace);
    await table.settled();
    expect(table.resolve('memory=/default/redis', 0, inNamespace)).toMatchObject({
      id: 'redis',
      runtime: 'containerd',
      name: 'cache',
    });
  });

  test('what was not told from the host at first is looked at again, ever later', () => {
    let now = 0;
    open({ now: () => now });
    expect(table.resolve('memory=/custom/late', 0, plain)).toBe(HOST);
    put('run/runc/late/state.json', {
      cgroup_paths: { memory: '/sys/fs/cgroup/memory/custom/late' },
    });
    expect(table.resolve('memory=/custom/late', 0, plain)).toBe(HOST);
    now = 20;
    expect(table.resolve('memory=/custom/late', 0, plain).id).toBe('late');
  });

  test('what shares the sensor’s own cgroup is the host’s', () => {
    open({ ownCgroups: 'memory=/session/7' });
    expect(table.resolve('memory=/session/7\0unified=/', 0, inNamespace)).toBe(HOST);
  });
});
