import type { Finding, FindingProcess } from '#model/finding.ts';
import { FINDING_SCHEMA } from '#model/finding.ts';

/** A finding for tests, changed by what is given. */
export function findingFixture(changes: Partial<Finding> = {}): Finding {
  const time = changes.time ?? '2026-11-20T02:47:31.123456789Z';
  return {
    schema: FINDING_SCHEMA,
    id: '3f9a12cd4e5f60718293a4b5c6d7e8f9',
    kind: 'rule',
    time,
    timeNs: '1795142851123456789',
    rule: 'Shell in a container',
    tier: 'ticket',
    priority: 'Warning',
    tags: ['container', 'T1059.004'],
    techniques: ['T1059.004'],
    runbook: 'shell-in-container',
    holdable: true,
    source: 'syscall',
    sentence: 'sh was started with a terminal',
    event: { type: 'execve', num: 7, tid: 4012, cpu: 1 },
    tree: [
      processFixture(),
      processFixture({ pid: 4012, comm: 'sh', exe: '/bin/sh', markers: [] }),
    ],
    container: {
      id: '3f2a9c81b0de',
      fullId: '3f2a9c81b0de'.repeat(5),
      runtime: 'containerd',
      name: 'app',
      image: 'ghcr.io/acme/app:1.4.2',
    },
    node: 'node-1',
    fields: { 'proc.cmdline': 'sh -c id', 'proc.pid': 4012 },
    repeat: { count: 1, firstTime: time, lastTime: time, distinct: 1 },
    ...changes,
  };
}

export function processFixture(changes: Partial<FindingProcess> = {}): FindingProcess {
  return {
    pid: 4000,
    vpid: 1,
    comm: 'tini',
    exe: '/sbin/tini',
    args: ['--', 'app'],
    uid: 1000,
    user: 'app',
    startedAt: '2026-11-20T02:00:00.000Z',
    markers: ['container-init'],
    ...changes,
  };
}
