import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exec } from '#engine/process/live-fixture.ts';
import { ProcessTable } from '#engine/process/process-table.ts';
import { NO_USERS } from '#engine/process/user-lookup.ts';
import type { Container } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import { IDENTITY_WAIT_MAX } from '#model/limits.ts';
import { IdentityWait } from './identity-wait.ts';

const NEW: Container = { id: 'abc', fullId: 'abcabc', runtime: 'containerd' };
const KNOWN: Container = { ...NEW, name: 'web', imageRepository: 'nginx' };

let wait: IdentityWait;
let told: string[];
beforeEach(() => {
  wait = new IdentityWait();
  told = [];
});
afterEach(() => wait.close());

function execIn(container: Container, exe = '/bin/sh'): Evaluation {
  const table = new ProcessTable({ containers: { resolve: () => container }, users: NO_USERS });
  const ctx = new Evaluation(table);
  ctx.evt.over(exec({ pid: 5, startNs: 9, exe, args: ['x'] })).atRecord(0);
  table.apply(ctx);
  return ctx;
}

const tell = (ctx: Evaluation, container: Container): void => {
  told.push(`${ctx.thread?.exePath} ${ctx.thread?.container.name} ${container.name}`);
};

describe('IdentityWait', () => {
  test('holds a finding until the description comes, with the event and thread as they were', () => {
    const ctx = execIn(NEW);
    expect(wait.take(ctx, tell)).toBe(true);
    // The ring's memory is given back and the process goes on to run something else.
    ctx.evt.bytes.fill(0);
    if (ctx.thread !== undefined) ctx.thread.exePath = '/bin/other';
    expect(told).toEqual([]);
    wait.replace(new Map([[NEW, KNOWN]]));
    expect(told).toEqual(['/bin/sh web web']);
  });

  test('gives it up after a moment', async () => {
    wait.take(execIn(NEW), tell);
    while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(told).toEqual(['/bin/sh undefined undefined']);
  });

  test('waits for a container once', () => {
    wait.take(execIn(NEW), tell);
    wait.close();
    expect(wait.take(execIn(NEW), tell)).toBe(false);
  });

  test.each([
    ['the host', { id: 'host', fullId: '', runtime: 'host' }],
    ['a described container', KNOWN],
    ['a bare runc container, which has no image', { ...NEW, runtime: 'runc', name: 'box' }],
  ] as const)('does not wait for %s', (_what, container) => {
    expect(wait.take(execIn(container), tell)).toBe(false);
  });

  test('is bounded', () => {
    const ctx = execIn(NEW);
    for (let i = 0; i < IDENTITY_WAIT_MAX; i++) expect(wait.take(ctx, tell)).toBe(true);
    expect(wait.take(ctx, tell)).toBe(false);
    expect(wait.overflowed).toBe(1);
  });
});
