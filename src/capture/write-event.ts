import { EVENT_HEADER_SIZE } from '#model/event-view.ts';
import { DUMP_FLAG, EVENT_BLOCK_V2 } from './block.ts';
import type { ByteWriter } from './byte-writer.ts';
import { writeBlock } from './write-tables.ts';

/** An event block that says with dump flags what its event is for. */
export const FLAGGED_EVENT_BLOCK_V2 = 0x217;

export interface EventHead {
  /** ns since 1970 */
  readonly timeNs: bigint;
  readonly tid: number;
  readonly type: number;
  readonly cpu: number;
}

/** Writes an event of these parameters; `stateOnly` where readers should not show it. */
export function writeEvent(
  to: ByteWriter,
  head: EventHead,
  params: readonly Buffer[],
  stateOnly = false,
): void {
  const data = params.reduce((sum, param) => sum + param.length, 0);
  writeBlock(to, stateOnly ? FLAGGED_EVENT_BLOCK_V2 : EVENT_BLOCK_V2, () => {
    to.u16(head.cpu);
    if (stateOnly) to.u32(DUMP_FLAG.stateOnly);
    to.u64(head.timeNs).i64(head.tid);
    to.u32(EVENT_HEADER_SIZE + 2 * params.length + data);
    to.u16(head.type).u32(params.length);
    for (const param of params) to.u16(param.length);
    for (const param of params) to.raw(param);
  });
}

/** Parameters as the schema's types encode them. */
export const PARAM = {
  i64: (value: number | bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)));
    return bytes;
  },
  u32: (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    return bytes;
  },
  u8: (value: number): Buffer => Buffer.of(value),
  /** A byte string, with the NUL that ends it. */
  text: (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1'),
  /** A byte string as it is. */
  bytes: (value: string): Buffer => Buffer.from(value, 'latin1'),
} as const;
