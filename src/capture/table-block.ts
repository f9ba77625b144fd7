import type { CaptureTables } from '#model/capture-tables.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { TableKind } from './block.ts';
import { ByteCursor } from './byte-cursor.ts';
import { readThread } from './thread-entry.ts';

/** One table block's body. */
export interface TableBlock {
  readonly kind: TableKind;
  readonly version: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What remains of a body when fewer bytes are left is padding. */
const SMALLEST_ENTRY = 4;

/**
 * Hands every entry of a block to `tables`. Returns where the first entry starts that says more
 * than the block holds; -1 for a sound block. What was decoded before it stands.
 */
export function readTableBlock(block: TableBlock, tables: CaptureTables): number {
  const cursor = new ByteCursor(block.bytes, block.start, block.end);
  const readEntry = ENTRY_READERS[block.kind](block, cursor, tables);
  while (cursor.remaining >= SMALLEST_ENTRY) {
    const start = cursor.at;
    readEntry();
    if (cursor.overrun || cursor.at <= start) return start;
  }
  return cursor.overrun ? block.start : -1;
}

type EntryReader = () => void;

const ENTRY_READERS: Readonly<
  Record<TableKind, (block: TableBlock, cursor: ByteCursor, tables: CaptureTables) => EntryReader>
> = {
  machine: (_block, cursor, tables) => () => readMachine(cursor, tables),
  interfaces: (block, cursor, tables) =>
    bounded(cursor, prefixOf(block, 0), () => readInterface(cursor, tables)),
  users: (block, cursor, tables) =>
    bounded(cursor, prefixOf(block, LENGTH_SIZE), () => readUserOrGroup(cursor, tables)),
  processes: (block, cursor, tables) =>
    bounded(cursor, block.version === 9 ? { counted: LENGTH_SIZE } : undefined, () => {
      const entry = readThread(cursor, block.version);
      if (!cursor.overrun) tables.threadEntry(entry);
    }),
  fds: (block, cursor, tables) => {
    const tid = cursor.i64();
    const read = () => readFd(tid, cursor, block.version, tables);
    return bounded(cursor, prefixOf(block, LENGTH_SIZE), read);
  },
};

const LENGTH_SIZE = 4;

/**
 * Version 2 of the small tables prefixes each entry with its length; `counted`: counting itself.
 */
function prefixOf(block: TableBlock, counted: number): { counted: number } | undefined {
  return block.version === 2 ? { counted } : undefined;
}

/**
 * Narrows the cursor to one entry where a length precedes it: fields that an entry has no room for
 * are absent, and what a newer writer added behind them is skipped.
 */
function bounded(
  cursor: ByteCursor,
  prefix: { readonly counted: number } | undefined,
  read: EntryReader,
): EntryReader {
  if (prefix === undefined) return read;
  return () => {
    const blockEnd = cursor.end;
    const entryEnd = cursor.at + cursor.u32() + LENGTH_SIZE - prefix.counted;
    if (cursor.overrun || entryEnd > blockEnd || entryEnd < cursor.at) {
      cursor.overrun = true;
      return;
    }
    cursor.end = entryEnd;
    read();
    cursor.end = blockEnd;
    cursor.at = entryEnd;
  };
}

const HOSTNAME_SIZE = 128;

function readMachine(cursor: ByteCursor, tables: CaptureTables): void {
  const cpus = cursor.u32();
  const memoryBytes = cursor.i64();
  cursor.skip(8);
  const hostname = cursor.raw(HOSTNAME_SIZE).split('\0', 1)[0] ?? '';
  const bootNs = cursor.u64();
  if (!cursor.overrun) tables.machine({ cpus, memoryBytes, hostname, bootNs });
  cursor.at = cursor.end;
}

const INTERFACE_TYPES = { v4: 1, v6: 2, v4NoSpeed: 3, v6NoSpeed: 4 } as const;

function readInterface(cursor: ByteCursor, tables: CaptureTables): void {
  const type = cursor.u16();
  const nameLength = cursor.u16();
  const v6 = type === INTERFACE_TYPES.v6 || type === INTERFACE_TYPES.v6NoSpeed;
  const size = v6 ? 16 : 4;
  if (type < INTERFACE_TYPES.v4 || type > INTERFACE_TYPES.v6NoSpeed) {
    cursor.overrun = true;
    return;
  }
  const address = cursor.raw(size);
  const netmask = cursor.raw(size);
  cursor.skip(size);
  if (type === INTERFACE_TYPES.v4 || type === INTERFACE_TYPES.v6) cursor.skip(8);
  const name = cursor.raw(nameLength);
  if (!cursor.overrun) tables.networkInterface({ name, address, netmask });
}

const USER_ENTRY = 0;

function readUserOrGroup(cursor: ByteCursor, tables: CaptureTables): void {
  if (cursor.u8() === USER_ENTRY) {
    const entry = {
      uid: cursor.u32(),
      gid: cursor.u32(),
      name: cursor.string(),
      home: cursor.string(),
      shell: cursor.string(),
    };
    if (!cursor.overrun) tables.user(entry);
  } else {
    const entry = { gid: cursor.u32(), name: cursor.string() };
    if (!cursor.overrun) tables.group(entry);
  }
}

/** Bytes of an FD entry behind fd, inode and type; where a path follows, before it. */
const FD_FIXED_SIZE = new Map<number, number>([
  [FD_TYPES.unknown, 0],
  [FD_TYPES.ipv4, 13],
  [FD_TYPES.ipv4Server, 7],
  [FD_TYPES.ipv6, 37],
  [FD_TYPES.ipv6Server, 19],
]);
const UNIX_POINTERS_SIZE = 16;
const OPEN_FLAGS_SIZE = 4;
const DEVICE_SIZE = 4;

function readFd(tid: number, cursor: ByteCursor, version: number, tables: CaptureTables): void {
  const start = cursor.at;
  cursor.skip(16);
  const type = cursor.u8();
  const fixed = FD_FIXED_SIZE.get(type);
  if (fixed !== undefined) {
    cursor.skip(fixed);
  } else if (type <= FD_TYPES.pidfd) {
    if (type === FD_TYPES.unix) cursor.skip(UNIX_POINTERS_SIZE);
    if (type === FD_TYPES.fileV2) cursor.skip(OPEN_FLAGS_SIZE);
    cursor.skip(cursor.u16());
    // Only an entry with a length can say that the device, which came later, is there.
    if (type === FD_TYPES.fileV2 && version === 2 && cursor.remaining >= DEVICE_SIZE) {
      cursor.skip(DEVICE_SIZE);
    }
  } else {
    cursor.overrun = true;
  }
  if (!cursor.overrun) tables.fd(tid, cursor.bytes, start, cursor.at);
}
