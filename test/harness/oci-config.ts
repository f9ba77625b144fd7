import { readFileSync } from 'node:fs';
import type { ContainerOptions } from './run-container.ts';

/** The OCI runtime configuration (config.json) of a test container: docker's defaults, in short. */
export function ociConfig(name: string, options: ContainerOptions): object {
  const privileged = options.privileged === true;
  const wanted = privileged
    ? ALL_CAPABILITIES
    : [...DEFAULT_CAPABILITIES, ...(options.capabilities ?? [])];
  const capabilities = wanted.filter(isInBoundingSet);
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: options.uid ?? 0, gid: options.gid ?? 0 },
      args: options.args ?? ['sleep', '3600'],
      env: environment(options),
      cwd: options.cwd ?? '/',
      capabilities: {
        bounding: capabilities,
        effective: capabilities,
        permitted: capabilities,
      },
      noNewPrivileges: false,
    },
    root: { path: 'rootfs', readonly: false },
    hostname: name,
    mounts: mounts(options),
    annotations: options.annotations ?? {},
    linux: {
      cgroupsPath: options.cgroup ?? `/midwatch-test/${name}`,
      resources: {
        devices: privileged ? [{ allow: true, access: 'rwm' }] : DEVICES,
      },
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount']
        .filter((type) => !options.hostNamespaces?.includes(type))
        .map((type) => ({ type })),
      maskedPaths: privileged ? [] : ['/proc/kcore', '/proc/keys', '/proc/timer_list'],
      readonlyPaths: privileged
        ? []
        : ['/proc/bus', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}

function environment(options: ContainerOptions): string[] {
  const variables = { PATH: '/bin:/sbin:/usr/bin:/usr/sbin', ...options.env };
  return Object.entries(variables).map(([key, value]) => `${key}=${value}`);
}

function mounts(options: ContainerOptions): object[] {
  const own = (options.mounts ?? []).map((mount) => ({
    destination: mount.destination,
    type: 'bind',
    source: mount.source,
    options: ['rbind', mount.readonly === true ? 'ro' : 'rw'],
  }));
  const usesHostNetwork = options.hostNamespaces?.includes('network') === true;
  // A sysfs of its own needs a network namespace of its own.
  const sys = usesHostNetwork
    ? { destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', 'ro'] }
    : {
        destination: '/sys',
        type: 'sysfs',
        source: 'sysfs',
        options: ['nosuid', 'noexec', 'nodev', options.privileged === true ? 'rw' : 'ro'],
      };
  return [
    { destination: '/proc', type: 'proc', source: 'proc' },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
    },
    {
      destination: '/dev/shm',
      type: 'tmpfs',
      source: 'shm',
      options: ['nosuid', 'nodev', 'mode=1777', 'size=65536k'],
    },
    sys,
    ...own,
  ];
}

const DEVICES = [
  { allow: false, access: 'rwm' },
  ...[
    [1, 3],
    [1, 5],
    [1, 7],
    [1, 8],
    [1, 9],
    [5, 0],
    [5, 2],
  ].map(([major, minor]) => ({
    allow: true,
    type: 'c',
    major,
    minor,
    access: 'rwm',
  })),
  { allow: true, type: 'c', major: 136, access: 'rwm' },
];

// What docker and containerd give by default.
const DEFAULT_CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
];

// In the order of their numbers (linux/capability.h).
const ALL_CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
];

// A machine that is itself a guest may have fewer, and a runtime refuses what it cannot give.
const bounding = BigInt(
  `0x${/^CapBnd:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0'}`,
);

function isInBoundingSet(capability: string): boolean {
  return ((bounding >> BigInt(ALL_CAPABILITIES.indexOf(capability))) & 1n) === 1n;
}
