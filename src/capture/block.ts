/**
 * The blocks of a .scap capture: pcapng framing, `u32 type | u32 length | body | u32 length`, all
 * little-endian, the length counting its own twelve bytes. Each writer's generation had its own
 * ids.
 */
export const BLOCK_FRAME_SIZE = 12;
export const BLOCK_BODY = 8;
export const SECTION_MAGIC = 0x1a2b3c4d;
export const SUPPORTED_MAJOR = 1;

export const SECTION_BLOCK = 0x0a0d0d0a;
/** By far the commonest: an event as current writers write it. */
export const EVENT_BLOCK_V2 = 0x216;

export type TableKind = 'machine' | 'interfaces' | 'users' | 'processes' | 'fds';

/** How a block is laid out inside. `version` is that of the kind: processes have nine. */
export type BlockLayout =
  | { readonly kind: 'section' }
  | { readonly kind: TableKind; readonly version: number }
  | {
      readonly kind: 'event';
      /** Whether u32 dump flags follow the CPU. */
      readonly flags: boolean;
      /** Whether the event header tells its number of parameters (v2). */
      readonly counted: boolean;
      /** Whether it may be larger than 64 KiB. */
      readonly large: boolean;
    };

const EVENT_V1 = { kind: 'event', flags: false, counted: false, large: false } as const;
const table = (kind: TableKind, version: number) => ({ kind, version }) as const;

/** Every block id, the internal ones of early writers (`8000ABCD` …) included. */
export const BLOCK_LAYOUTS: ReadonlyMap<number, BlockLayout> = new Map<number, BlockLayout>([
  [SECTION_BLOCK, { kind: 'section' }],
  [0x201, table('machine', 1)],
  [0x8002abcd, table('machine', 1)],
  [0x205, table('interfaces', 1)],
  [0x8011abcd, table('interfaces', 1)],
  [0x219, table('interfaces', 2)],
  [0x206, table('users', 1)],
  [0x8012abcd, table('users', 1)],
  [0x220, table('users', 2)],
  [0x202, table('processes', 1)],
  [0x8000abcd, table('processes', 1)],
  [0x207, table('processes', 2)],
  [0x8013abcd, table('processes', 2)],
  [0x209, table('processes', 3)],
  [0x8014abcd, table('processes', 3)],
  [0x210, table('processes', 4)],
  [0x211, table('processes', 5)],
  [0x212, table('processes', 6)],
  [0x213, table('processes', 7)],
  [0x214, table('processes', 8)],
  [0x215, table('processes', 9)],
  [0x203, table('fds', 1)],
  [0x8001abcd, table('fds', 1)],
  [0x218, table('fds', 2)],
  [0x204, EVENT_V1],
  [0x8010abcd, EVENT_V1],
  [0x208, { kind: 'event', flags: true, counted: false, large: false }],
  [EVENT_BLOCK_V2, { kind: 'event', flags: false, counted: true, large: false }],
  [0x217, { kind: 'event', flags: true, counted: true, large: false }],
  [0x221, { kind: 'event', flags: false, counted: true, large: true }],
  [0x222, { kind: 'event', flags: true, counted: true, large: true }],
]);

/** Dump flags of an event block. */
export const DUMP_FLAG = { stateOnly: 1 } as const;
