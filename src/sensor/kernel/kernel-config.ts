import { BULK_WAKE_MS, CRITICAL_WAKE_MS } from '#model/limits.ts';
import { findCgroupHierarchy } from '#sensor/containers/cgroup-hierarchy.ts';

/** `enum cgroup_hierarchy` of bpf/event.h. */
const HIERARCHIES = ['unified', 'pids', 'memory', 'cpu', 'cpuset'];
const NS_PER_MS = 1_000_000n;

/** `struct config` of bpf/event.h: what is a constant to the kernel programs. */
export function kernelConfig(ownPid: number): Buffer {
  const config = Buffer.alloc(24);
  const hierarchy = HIERARCHIES.indexOf(findCgroupHierarchy()?.name ?? 'unified');
  config.writeUInt32LE(ownPid, 0);
  config.writeUInt32LE(Math.max(0, hierarchy), 4);
  config.writeBigUInt64LE(BigInt(BULK_WAKE_MS) * NS_PER_MS, 8);
  config.writeBigUInt64LE(BigInt(CRITICAL_WAKE_MS) * NS_PER_MS, 16);
  return config;
}
