import { describe, expect, test } from 'vitest';
import { identifyCgroup, identifyCgroups } from './cgroup-identity.ts';

const A = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';
const B = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0';
const UID = '2b7a3f0e-1c4d-4e5f-8a9b-0c1d2e3f4a5b';
const UID_ = UID.replaceAll('-', '_');
const STATIC = 'd41d8cd98f00b204e9800998ecf8427e';

const KIND = `kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${UID_}.slice`;

const POD = { podUid: UID };

describe('identifyCgroup', () => {
  test.each([
    ['docker, cgroupfs', `/docker/${A}`, { fullId: A, runtime: 'docker' }],
    ['docker, systemd', `/system.slice/docker-${A}.scope`, { fullId: A, runtime: 'docker' }],
    [
      'docker, systemd inside it',
      `/system.slice/docker-${A}.scope/init.scope`,
      { fullId: A, runtime: 'docker' },
    ],
    [
      'a service inside it',
      `/docker/${A}/system.slice/nginx.service`,
      { fullId: A, runtime: 'docker' },
    ],
    [
      'docker, rootless',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${A}.scope`,
      { fullId: A, runtime: 'docker' },
    ],
    [
      'docker, rootless, cgroupfs',
      `/user.slice/user-1000.slice/user@1000.service/app.slice/docker.service/docker/${A}`,
      { fullId: A, runtime: 'docker' },
    ],
    ['docker, own parent', `/mine/${A}`, { fullId: A, runtime: 'containerd' }],
    ['ECS', `/ecs/0123456789abcdef0123456789abcdef/${A}`, { fullId: A, runtime: 'docker' }],
    [
      'Fargate',
      '/ecs/0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef-2532067402',
      { fullId: '0123456789abcdef0123456789abcdef-2532067402', runtime: 'containerd' },
    ],
    [
      'pod, cgroupfs',
      `/kubepods/burstable/pod${UID}/${A}`,
      { fullId: A, runtime: 'containerd', ...POD },
    ],
    [
      'pod, cgroupfs, guaranteed',
      `/kubepods/pod${UID}/${A}`,
      { fullId: A, runtime: 'containerd', ...POD },
    ],
    [
      'pod, systemd',
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UID_}.slice/cri-containerd-${A}.scope`,
      { fullId: A, runtime: 'containerd', ...POD },
    ],
    [
      'pod, systemd, guaranteed',
      `/kubepods.slice/kubepods-pod${UID_}.slice/cri-containerd-${A}.scope`,
      { fullId: A, runtime: 'containerd', ...POD },
    ],
    [
      'pod, dockershim',
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice/docker-${A}.scope`,
      { fullId: A, runtime: 'docker', ...POD },
    ],
    [
      'pod, three parts with colons',
      `/system.slice/containerd.service/kubepods-burstable-pod${UID_}.slice:cri-containerd:${A}`,
      { fullId: A, runtime: 'containerd', ...POD },
    ],
    [
      'static pod',
      `/kubepods/burstable/pod${STATIC}/${A}`,
      { fullId: A, runtime: 'containerd', podUid: STATIC },
    ],
    [
      'static pod, systemd',
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${STATIC}.slice/cri-containerd-${A}.scope`,
      { fullId: A, runtime: 'containerd', podUid: STATIC },
    ],
    [
      'CRI-O, systemd',
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice/crio-${A}.scope`,
      { fullId: A, runtime: 'cri-o', ...POD },
    ],
    [
      'CRI-O, with a container group',
      `/kubepods.slice/kubepods-pod${UID_}.slice/crio-${A}.scope/container`,
      { fullId: A, runtime: 'cri-o', ...POD },
    ],
    [
      'CRI-O, cgroupfs',
      `/kubepods/besteffort/pod${UID}/crio-${A}`,
      { fullId: A, runtime: 'cri-o', ...POD },
    ],
    ['CRI-O’s helper', `/kubepods.slice/kubepods-pod${UID_}.slice/crio-conmon-${A}.scope`, 'host'],
    ['podman', `/machine.slice/libpod-${A}.scope`, { fullId: A, runtime: 'podman' }],
    [
      'podman, with a container group',
      `/machine.slice/libpod-${A}.scope/container`,
      { fullId: A, runtime: 'podman' },
    ],
    [
      'podman, rootless',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${A}.scope/container`,
      { fullId: A, runtime: 'podman' },
    ],
    [
      'podman, in its pod',
      `/machine.slice/machine-libpod_pod_${B}.slice/libpod-${A}.scope`,
      { fullId: A, runtime: 'podman' },
    ],
    ['podman, cgroupfs', `/libpod_parent/libpod-${A}`, { fullId: A, runtime: 'podman' }],
    ['podman’s helper', `/machine.slice/libpod-conmon-${A}.scope`, 'host'],
    ['nerdctl', `/system.slice/nerdctl-${A}.scope`, { fullId: A, runtime: 'containerd' }],
    ['nerdctl, cgroupfs', `/default/${A}`, { fullId: A, runtime: 'containerd' }],
    ['runc, systemd', '/system.slice/runc-web.scope', { fullId: 'web', runtime: 'runc' }],
    ['crun, systemd', '/system.slice/crun-web-1.scope', { fullId: 'web-1', runtime: 'crun' }],
    ['lxc 4', '/lxc.payload.web', { fullId: 'web', runtime: 'lxc' }],
    [
      'lxc 4, service inside',
      '/lxc.payload.web/system.slice/ssh.service',
      { fullId: 'web', runtime: 'lxc' },
    ],
    ['lxc 3', '/lxc/web', { fullId: 'web', runtime: 'lxc' }],
    ['lxc’s helper', '/lxc.monitor.web', 'host'],
    [
      'kind, its node',
      `/system.slice/docker-${B}.scope/kubelet.slice/kubelet.service`,
      { fullId: B, runtime: 'docker' },
    ],
    [
      'kind, a pod in it',
      `/docker/${B}/kubelet/kubepods/burstable/pod${UID}/${A}`,
      { fullId: A, runtime: 'containerd', ...POD, outerId: B },
    ],
    [
      'kind, a pod, systemd',
      `/system.slice/docker-${B}.scope/${KIND}/cri-containerd-${A}.scope`,
      { fullId: A, runtime: 'containerd', ...POD, outerId: B },
    ],
    ['docker in docker', `/docker/${B}/docker/${A}`, { fullId: A, runtime: 'docker', outerId: B }],
    [
      'docker in a pod',
      `/kubepods/burstable/pod${UID}/${B}/docker/${A}`,
      { fullId: A, runtime: 'docker', outerId: B },
    ],
    ['seen from a cgroup namespace', `/../../../docker/${A}`, { fullId: A, runtime: 'docker' }],
    ['root', '/', 'host'],
    ['a service', '/system.slice/sshd.service', 'host'],
    ['a templated service', '/system.slice/system-getty.slice/getty@tty1.service', 'host'],
    ['a session', '/user.slice/user-1000.slice/session-3.scope', 'host'],
    [
      'a desktop program',
      '/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-firefox-2134.scope',
      'host',
    ],
    ['init', '/init.scope', 'host'],
    ['an OpenRC service', '/openrc.sshd', 'host'],
    ['docker itself', '/system.slice/docker.service', 'host'],
    ['the kubelet', '/kubelet.slice/kubelet.service', 'host'],
    [
      'the shim of a pod',
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice`,
      'host',
    ],
    ['a bare runtime’s', '/midwatch-test/web', 'other'],
    ['a bare runtime’s under a slice', '/user.slice/web', 'other'],
    ['63 digits', `/docker/${A.slice(1)}`, 'other'],
  ])('%s: %s', (_name, path, expected) => {
    expect(identifyCgroup(path)).toEqual(expected);
  });
});

describe('identifyCgroups', () => {
  test.each([
    ['v1', `cpu=/docker/${A}\0memory=/docker/${A}\0name=systemd=/docker/${A}`, A],
    ['hybrid, v2 left behind', `memory=/docker/${A}\0unified=/system.slice/containerd.service`, A],
    ['hybrid, only v2 tells', `memory=/\0unified=/system.slice/docker-${A}.scope`, A],
    ['v2', `unified=/system.slice/docker-${A}.scope`, A],
  ])('%s', (_name, cgroups, fullId) => {
    expect(identifyCgroups(cgroups).verdict).toMatchObject({ fullId });
  });

  test('a named hierarchy’s path is what follows the last sign', () => {
    expect(identifyCgroups('name=systemd=/user.slice').verdict).toBe('host');
  });

  test('nothing known is the host', () => {
    expect(identifyCgroups('').verdict).toBe('host');
    expect(identifyCgroups('memory=/\0unified=/').verdict).toBe('host');
  });

  test('a bare runtime’s path is handed on', () => {
    expect(identifyCgroups('memory=/midwatch-test/web\0unified=/init.scope')).toEqual({
      verdict: 'other',
      others: ['/midwatch-test/web'],
    });
  });
});
