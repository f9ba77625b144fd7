import { expect, test } from 'vitest';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import type { Container } from '#model/container.ts';
import { Fixture } from './event-fixture.ts';

const MS = 1_774_620_000_000;
const WEB: Container = {
  id: '0123456789ab',
  fullId: '0123456789abcdef'.repeat(4),
  runtime: 'containerd',
  name: 'w\u00e9b',
  imageRepository: 'docker.io/library/nginx',
  imageTag: '1.27',
  imageDigest: 'sha256:abc',
  privileged: true,
  startedAtMs: MS - 5000,
  podUid: 'uid-1',
  podName: 'web-1',
  podNamespace: 'prod',
  labels: { app: 'web', 'io.kubernetes.pod.name': 'web-1' },
  mounts: [
    { source: '/host', destination: '/mnt', mode: 'ro', writable: false, propagation: 'private' },
    { source: '/var/x', destination: '/data', mode: '', writable: true, propagation: 'shared' },
  ],
};
const BARE: Container = { id: 'ffffffffffff', fullId: 'f'.repeat(64), runtime: 'runc' };

const fixture = new Fixture([
  { pid: 1, comm: 'init' },
  { pid: 2, comm: 'nginx', container: WEB },
  { pid: 3, comm: 'sh', container: BARE },
]);

function shown(field: string, tid: number): string {
  const ctx = fixture.show({ type: 'syscall_close_x', tid, timeNs: BigInt(MS) * 1_000_000n });
  const result = compileOutput(`%${field}`);
  return result.ok ? result.output.render(ctx) : result.error;
}

test.each([
  ['container.id', 'host', '0123456789ab', 'ffffffffffff'],
  ['container.full_id', 'host', WEB.fullId, BARE.fullId],
  ['container.name', 'host', 'w\xc3\xa9b', '<NA>'],
  ['container.type', 'host', 'containerd', 'runc'],
  ['container.image', '', 'docker.io/library/nginx:1.27', '<NA>'],
  ['container.image.repository', '', 'docker.io/library/nginx', '<NA>'],
  ['container.image.tag', '', '1.27', '<NA>'],
  ['container.image.digest', '', 'sha256:abc', '<NA>'],
  ['container.privileged', 'false', 'true', '<NA>'],
  ['container.duration', '<NA>', '5000000000', '<NA>'],
  ['container.mount.source[/data]', '<NA>', '/var/x', '<NA>'],
  ['container.mount.source[/d*]', '<NA>', '/var/x', '<NA>'],
  ['container.mount.dest[/host]', '<NA>', '/mnt', '<NA>'],
  ['container.mount[0]', '<NA>', '/host:/mnt:ro:false:private', '<NA>'],
  ['container.mount[7]', '<NA>', '<NA>', '<NA>'],
  ['container.label.app', '<NA>', 'web', '<NA>'],
  ['container.label[app]', '<NA>', 'web', '<NA>'],
  ['container.label.none', '<NA>', '<NA>', '<NA>'],
  ['k8s.pod.name', '<NA>', 'web-1', '<NA>'],
  ['k8s.ns.name', '<NA>', 'prod', '<NA>'],
  ['k8s.pod.uid', '<NA>', 'uid-1', '<NA>'],
])('%s: host, web, one that is known by its id alone', (field, host, web, bare) => {
  expect([1, 2, 3].map((tid) => shown(field, tid))).toEqual([host, web, bare]);
});
