import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_STATE, FD_TYPES } from '#model/file-descriptor.ts';
import { ipText } from './address-text.ts';
import type { FieldOptions, FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import {
  eventFd,
  eventFdOf,
  fdTypeChar,
  fdTypeName,
  isConnection,
  isFile,
  isIpSocket,
  isServerSocket,
  L4_NAMES,
} from './event-fd.ts';
import type { Extract, FieldDef, FieldPart, FieldScalar } from './field.ts';
import { directoryOf, fileNameOf, withoutDoubledSlashes } from './paths.ts';
import { serviceName } from './service-port.ts';

/**
 * Fields of the fd that the event is about. Three cases: no fd at all (all null), an fd number of
 * which nothing is known (number and name, perhaps a failed open's), and a known fd.
 */

/** A value of a known fd. */
function of(value: (fd: FdInfo, ctx: Evaluation) => FieldScalar | undefined): Extract {
  return (ctx) => {
    const fd = eventFd(ctx);
    return fd === undefined ? undefined : value(fd, ctx);
  };
}

/**
 * Of a descriptor that is not known (a failed open) the directory of the path that was asked for; a
 * directory is its own.
 */
function directory(ctx: Evaluation): string | undefined {
  const fd = ctx.fd;
  if (fd === undefined) return undefined;
  if (fd.type === FD_TYPES.unknown) return directoryOf(fd.name);
  if (fd.type === FD_TYPES.directory) return fd.name;
  return isFile(fd) ? directoryOf(fd.name) : undefined;
}

/** Where the directory lies within the name: most look-ups then copy nothing. */
const directoryPart: FieldPart = {
  whole: (ctx) => {
    const fd = ctx.fd;
    if (fd === undefined) return undefined;
    return fd.type === FD_TYPES.unknown || isFile(fd) ? fd.name : directory(ctx);
  },
  start: () => 0,
  end: (name, ctx) => {
    if (ctx.fd?.type === FD_TYPES.directory) return name.length;
    const slash = name.lastIndexOf('/');
    return slash <= 0 || slash === name.length - 1 ? -1 : slash;
  },
};

const fileNamePart: FieldPart = {
  whole: (ctx) => (ctx.fd !== undefined && isFile(ctx.fd) ? ctx.fd.name : undefined),
  start: (name) => name.lastIndexOf('/') + 1,
  end: (name) => (name.includes('/') && !name.endsWith('/') ? name.length : -1),
};

// The kind of fd that a failed call would have made; the rest are 'o' for other.
const WANTED_KIND: Readonly<Record<string, string>> = {
  socket: '4',
  accept: '4',
  accept4: '4',
  pipe: 'p',
  pipe2: 'p',
  eventfd: 'e',
  eventfd2: 'e',
  signalfd: 's',
  signalfd4: 's',
  timerfd_create: 't',
  inotify_init: 'i',
  inotify_init1: 'i',
};

/** A failed call shows the kind that it would have made. */
function typeChar(ctx: Evaluation): string | undefined {
  const fd = ctx.fd;
  if (fd === undefined) return undefined;
  if (fd.type !== FD_TYPES.unknown) return fdTypeChar(fd);
  return WANTED_KIND[EVENTS[ctx.evt.type]?.name ?? ''] ?? 'o';
}

/** Nothing is known of client and server before a socket is connected, bound or accepted. */
function hasRole(fd: FdInfo): boolean {
  return fd.isServer !== undefined;
}

/** Falco's null is our empty string here: an end that a socket does not have yet. */
function none<T extends string | number>(value: T): T | undefined {
  return value === '' ? undefined : value;
}

function clientIp(fd: FdInfo): string | undefined {
  return isConnection(fd) && hasRole(fd) ? none(fd.sourceIp) : undefined;
}

function serverIp(fd: FdInfo): string | undefined {
  if (isServerSocket(fd)) return none(serverEnd(fd));
  return isConnection(fd) && hasRole(fd) ? none(fd.destinationIp) : undefined;
}

/** Before it is known who serves, only that it is raw. */
function l4proto(fd: FdInfo): string {
  if (!isIpSocket(fd)) return NO_L4;
  const isTold = isServerSocket(fd) || hasRole(fd) || fd.l4proto === L4_NAMES.indexOf('raw');
  return (isTold ? L4_NAMES[fd.l4proto] : undefined) ?? NO_L4;
}

const NO_L4 = '<NA>';

/** A listening socket has one end; it may stand in either place. */
function serverEnd(fd: FdInfo): string {
  return fd.destinationIp === '' ? fd.sourceIp : fd.destinationIp;
}

function serverEndPort(fd: FdInfo): number {
  return fd.destinationIp === '' ? fd.sourcePort : fd.destinationPort;
}

function clientPort(fd: FdInfo): number | undefined {
  return isConnection(fd) && hasRole(fd) ? fd.sourcePort : undefined;
}

function serverPort(fd: FdInfo): number | undefined {
  if (isServerSocket(fd)) return serverEndPort(fd);
  return isConnection(fd) && hasRole(fd) ? fd.destinationPort : undefined;
}

/**
 * Which end is here. A live event says it: the source, unless this end accepted. In a capture the
 * machine's addresses tell, which leaves out those that only a container has.
 */
function isSourceLocal(fd: FdInfo, ctx: Evaluation): boolean {
  return ctx.evt.isLive ? fd.isServer !== true : ctx.state.isLocalAddress(fd.sourceIp);
}

type Side = 'here' | 'there';

/** A capture's ends count once a role is known, a live event's always: the kernel told them. */
function hasEnds(fd: FdInfo, ctx: Evaluation): boolean {
  return isConnection(fd) && (hasRole(fd) || ctx.evt.isLive);
}

function endIp(fd: FdInfo, ctx: Evaluation, side: Side): string | undefined {
  if (!hasEnds(fd, ctx)) return undefined;
  const isSource = isSourceLocal(fd, ctx) === (side === 'here');
  return none(isSource ? fd.sourceIp : fd.destinationIp);
}

function endPort(fd: FdInfo, ctx: Evaluation, side: Side): number | undefined {
  if (!hasEnds(fd, ctx)) return undefined;
  const isSource = isSourceLocal(fd, ctx) === (side === 'here');
  return isSource ? fd.sourcePort : fd.destinationPort;
}

/** Both ends; a listening socket has one. */
function bothIps(ctx: Evaluation): readonly string[] | undefined {
  const fd = ctx.fd;
  if (fd === undefined) return undefined;
  if (isServerSocket(fd)) return [serverEnd(fd)];
  return isConnection(fd) && fd.destinationIp !== '' ? [fd.sourceIp, fd.destinationIp] : undefined;
}

/** As bothIps. */
function bothPorts(ctx: Evaluation): readonly number[] | undefined {
  const fd = ctx.fd;
  if (fd === undefined) return undefined;
  if (isServerSocket(fd)) return [serverEndPort(fd)];
  return isConnection(fd) ? [fd.sourcePort, fd.destinationPort] : undefined;
}

function service(port: number | undefined): string | undefined {
  return port === undefined ? undefined : serviceName(port);
}

/** Who accepted is the server; where nobody knows, whose address the destination is. */
function isServer(fd: FdInfo, ctx: Evaluation): boolean {
  if (isServerSocket(fd)) return true;
  if (!isConnection(fd)) return false;
  if (ctx.evt.isLive && fd.isServer !== undefined) return fd.isServer;
  return fd.destinationIp !== '' && ctx.state.isLocalAddress(fd.destinationIp, ctx.thread);
}

function family(fd: FdInfo): string | undefined {
  if (isIpSocket(fd)) return 'ip';
  return fd.type === FD_TYPES.unix ? 'unix' : undefined;
}

function inContainer(ctx: Evaluation, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${ctx.thread?.container.id ?? ''}:${text}`;
}

/** Of the whole fd table where a capture has it; live, of the event's own descriptor. */
const types: Extract = (ctx, arg) => {
  if (arg !== '') {
    const fd = eventFdOf(ctx, Number(arg));
    return fd === undefined ? undefined : [fdTypeName(fd)];
  }
  const open = ctx.thread && ctx.state.leader(ctx.thread).fds;
  if (open === undefined) return ctx.fd === undefined ? undefined : [fdTypeName(ctx.fd)];
  return [...new Set([...open.values()].map(fdTypeName))];
};

const asIp = { format: (value: FieldScalar): string => ipText(String(value)) };
const ENDS: FieldOptions = { several: 'ends', plainOnly: true, filterOnly: true };
const NET: FieldOptions = { ...asIp, plainOnly: true, filterOnly: true };
const NAMED: FieldOptions = { plainOnly: true, cost: 20 };
const HEX = { format: (value: FieldScalar): string => value.toString(16).toUpperCase() };

const FILE_ROWS: readonly FieldRow[] = [
  ['fd.num', 'INT64', "The fd's number; of a failed open, -1.", (c) => c.fd?.fd, { cost: 3 }],
  [
    'fd.type',
    'CHARBUF',
    'file, directory, ipv4, ipv6, unix, pipe, event, signalfd, memfd …',
    of(fdTypeName),
    { cost: 8 },
  ],
  [
    'fd.typechar',
    'CHARBUF',
    'The same in one letter: f d 4 6 u p e s l i t m …',
    typeChar,
    { cost: 8 },
  ],
  [
    'fd.name',
    'CHARBUF',
    'Absolute path of a file, both ends of a connection, path of a socket.',
    (c) => c.fd?.name,
    { cost: 3 },
  ],
  [
    'fd.directory',
    'CHARBUF',
    'Directory of the file.',
    directory,
    { cost: 30, part: directoryPart },
  ],
  [
    'fd.filename',
    'CHARBUF',
    'Name of the file without its directory.',
    of((fd) => (isFile(fd) ? fileNameOf(fd.name) : undefined)),
    { cost: 30, part: fileNamePart },
  ],
  [
    'fd.nameraw',
    'CHARBUF',
    'Path as the caller wrote it.',
    (c) => c.fd && withoutDoubledSlashes(c.fd.nameRaw),
    { cost: 15 },
  ],
  [
    'fd.uid',
    'CHARBUF',
    'Thread id and fd number in one text.',
    (c) => (c.fd && c.thread ? `${c.thread.tid}${c.fd.fd}` : undefined),
    { cost: 60 },
  ],
  [
    'fd.containername',
    'CHARBUF',
    'Container id and name in one text.',
    (c) => inContainer(c, c.fd?.name),
    { cost: 40 },
  ],
  [
    'fd.containerdirectory',
    'CHARBUF',
    'Container id and directory in one text.',
    (c) => inContainer(c, directory(c)),
    { cost: 60 },
  ],
  [
    'fd.name_changed',
    'BOOL',
    "Whether this event changed the fd's name.",
    of((fd) => fd.nameChanged),
    { cost: 4 },
  ],
  ['fd.dev', 'INT32', 'Device of the file.', of((fd) => fd.dev), { ...HEX, cost: 4 }],
  [
    'fd.dev.major',
    'INT32',
    'Major number of that device.',
    of((fd) => (fd.dev >>> 8) & 0xfff),
    { cost: 4 },
  ],
  [
    'fd.dev.minor',
    'INT32',
    'Minor number of that device.',
    of((fd) => (fd.dev & 0xff) | ((fd.dev >>> 12) & 0xfff00)),
    { cost: 4 },
  ],
  ['fd.ino', 'INT64', 'Inode of the file.', of((fd) => fd.ino), { cost: 4 }],
  [
    'fd.types',
    'CHARBUF',
    'Kinds of all open fds, or of one.',
    types,
    { isList: true, arg: 'optional', argKind: 'index', constantsOnly: true, cost: 100 },
  ],
  [
    'fd.is_upper_layer',
    'BOOL',
    "Whether the file is on an overlay's upper layer.",
    of((fd) => (fd.state & FD_STATE.upperLayer) !== 0),
    { cost: 4 },
  ],
  [
    'fd.is_lower_layer',
    'BOOL',
    "Whether the file is on an overlay's lower layer.",
    of((fd) => (fd.state & FD_STATE.lowerLayer) !== 0),
    { cost: 4 },
  ],
];

const SOCKET_ROWS: readonly FieldRow[] = [
  ['fd.ip', 'IPADDR', 'Address of either end.', bothIps, { ...ENDS, ...asIp }],
  ['fd.cip', 'IPADDR', 'Address of the client.', of(clientIp), asIp],
  ['fd.sip', 'IPADDR', 'Address of the server.', of(serverIp), asIp],
  [
    'fd.lip',
    'IPADDR',
    'Address of the end on this machine.',
    of((fd, c) => endIp(fd, c, 'here')),
    asIp,
  ],
  ['fd.rip', 'IPADDR', 'Address of the other end.', of((fd, c) => endIp(fd, c, 'there')), asIp],
  ['fd.port', 'PORT', 'Port of either end.', bothPorts, ENDS],
  ['fd.cport', 'PORT', 'Port of the client.', of(clientPort)],
  ['fd.sport', 'PORT', 'Port of the server.', of(serverPort)],
  ['fd.lport', 'PORT', 'Port of the end on this machine.', of((fd, c) => endPort(fd, c, 'here'))],
  ['fd.rport', 'PORT', 'Port of the other end.', of((fd, c) => endPort(fd, c, 'there'))],
  ['fd.l4proto', 'CHARBUF', 'tcp, udp, icmp or raw.', of(l4proto)],
  ['fd.sockfamily', 'CHARBUF', '`ip` or `unix`.', of(family)],
  ['fd.is_server', 'BOOL', "Whether the server's end is on this machine.", of(isServer)],
  [
    'fd.connected',
    'BOOL',
    'Whether the socket is connected.',
    of((fd) => (fd.state & FD_STATE.connected) !== 0),
  ],
  ['fd.proto', 'PORT', 'Port of either end, by its service.', bothPorts, ENDS],
  ['fd.cproto', 'CHARBUF', "Service of the client's port.", of((fd) => service(clientPort(fd)))],
  ['fd.sproto', 'CHARBUF', "Service of the server's port.", of((fd) => service(serverPort(fd)))],
  [
    'fd.lproto',
    'CHARBUF',
    "Service of this end's port.",
    of((fd, c) => service(endPort(fd, c, 'here'))),
  ],
  [
    'fd.rproto',
    'CHARBUF',
    "Service of the other end's port.",
    of((fd, c) => service(endPort(fd, c, 'there'))),
  ],
  ['fd.net', 'IPNET', 'Network of either end.', bothIps, { ...ENDS, ...NET }],
  ['fd.cnet', 'IPNET', 'Network of the client.', of(clientIp), NET],
  ['fd.snet', 'IPNET', 'Network of the server.', of(serverIp), NET],
  [
    'fd.lnet',
    'IPNET',
    'Network of the end on this machine.',
    of((fd, c) => endIp(fd, c, 'here')),
    NET,
  ],
  ['fd.rnet', 'IPNET', 'Network of the other end.', of((fd, c) => endIp(fd, c, 'there')), NET],
  [
    'fd.cip.name',
    'CHARBUF',
    'Domain of the client; names are not looked up, so it is never set.',
    () => undefined,
    NAMED,
  ],
  ['fd.sip.name', 'CHARBUF', 'Domain of the server; never set.', () => undefined, NAMED],
  ['fd.lip.name', 'CHARBUF', 'Domain of this end; never set.', () => undefined, NAMED],
  ['fd.rip.name', 'CHARBUF', 'Domain of the other end; never set.', () => undefined, NAMED],
];

export const FD_FIELDS: readonly FieldDef[] = [
  ...defineFields({ scope: 'fd' }, FILE_ROWS),
  ...defineFields({ scope: 'fd', cost: 15 }, SOCKET_ROWS),
];
