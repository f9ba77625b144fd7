import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findCgroupHierarchy, findUnifiedHierarchy } from './cgroup-hierarchy.ts';
import { CgroupIndex } from './cgroup-index.ts';

const mountPoint = mkdtempSync(join(tmpdir(), 'midwatch-cgroup-'));
afterAll(() => rmSync(mountPoint, { recursive: true }));

describe('CgroupIndex', () => {
  test('asks the process once; the directory’s inode number must be the id', () => {
    mkdirSync(join(mountPoint, 'a'));
    const id = statSync(join(mountPoint, 'a')).ino;
    let asked = 0;
    const index = new CgroupIndex(
      () => {
        asked += 1;
        return 'memory=/elsewhere\0unified=/a';
      },
      { name: 'unified', mountPoint },
    );
    expect(index.cgroupsOf(7, id)).toBe('memory=/elsewhere\0unified=/a');
    expect(index.cgroupsOf(8, id)).toBe('memory=/elsewhere\0unified=/a');
    expect(asked).toBe(1);
    expect(index.cgroupsOf(7, id + 1)).toBe(undefined);
    expect(index.moved).toBe(1);
  });

  test('a process that is gone is known only by what was learnt', () => {
    const index = new CgroupIndex(() => undefined, undefined);
    expect(index.cgroupsOf(7, 5)).toBe(undefined);
    expect(index.unknown).toBe(1);
    index.learn(5, 'unified=/x');
    expect(index.cgroupsOf(7, 5)).toBe('unified=/x');
  });
});

describe('findCgroupHierarchy', () => {
  const v2 = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n';
  const hybrid =
    'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n' +
    'cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0\n' +
    'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n' +
    'cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n';
  test.each([
    ['v2', v2, { name: 'unified', mountPoint: '/sys/fs/cgroup' }],
    ['hybrid', hybrid, { name: 'memory', mountPoint: '/sys/fs/cgroup/memory' }],
    ['none', 'proc /proc proc rw 0 0\n', undefined],
  ])('%s', (_name, mounts, expected) => expect(findCgroupHierarchy(mounts)).toEqual(expected));

  test('the v2 part of a hybrid machine', () => {
    expect(findUnifiedHierarchy(hybrid)?.mountPoint).toBe('/sys/fs/cgroup/unified');
  });
});
