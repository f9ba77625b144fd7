/** What a file descriptor refers to. Ids are those of a .scap FD entry. */
export const FD_TYPES = {
  unknown: 0,
  file: 1,
  directory: 2,
  ipv4: 3,
  ipv6: 4,
  ipv4Server: 5,
  ipv6Server: 6,
  fifo: 7,
  unix: 8,
  event: 9,
  unsupported: 10,
  signal: 11,
  eventpoll: 12,
  inotify: 13,
  timerfd: 14,
  netlink: 15,
  fileV2: 16,
  bpf: 17,
  userfaultfd: 18,
  ioUring: 19,
  memfd: 20,
  pidfd: 21,
} as const;
export type FdType = (typeof FD_TYPES)[keyof typeof FD_TYPES];

/**
 * Mutable: one is reused for live events; a capture's fd table owns its own.
 * Addresses are 4 or 16 raw bytes as a byte string, so that comparing them is comparing strings.
 */
export interface FdInfo {
  fd: number;
  type: FdType;
  /** Path, or the rendered tuple `1.2.3.4:5->6.7.8.9:10`. Byte string. */
  name: string;
  /** The path as the caller wrote it, where that differs. */
  nameRaw: string;
  openFlags: number;
  dev: number;
  ino: number;
  /** Socket ends: source is the client's for a connection; '' where there is none. */
  sourceIp: string;
  sourcePort: number;
  destinationIp: string;
  destinationPort: number;
  /** 0 unknown, 1 tcp, 2 udp, 3 icmp, 4 raw (as the schema's L4PROTO). */
  l4proto: number;
  /** Whether this end accepted; undefined where unknown. */
  isServer: boolean | undefined;
  /** FD_STATE bits. */
  state: number;
  /** An event of this fd changed its name. */
  nameChanged: boolean;
  /** Kernel addresses of a unix socket's ends; 0 where there is none. */
  unixSource: bigint;
  unixPeer: bigint;
  /** Whose a pidfd is; 0 for others. */
  pidfdPid: number;
}

/**
 * Roles are set once: a socket that accepted or was bound is a server's, one that connected a
 * client's.
 */
export const FD_STATE = {
  roleClient: 1,
  roleServer: 2,
  connected: 4,
  pending: 8,
  failed: 16,
  upperLayer: 32,
  lowerLayer: 64,
  fromTable: 128,
  cloned: 256,
} as const;
