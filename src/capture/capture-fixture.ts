/** Builds captures byte by byte for tests: sound ones, old ones and lying ones. */
import { EVENT_BLOCK_V2, SECTION_BLOCK, SECTION_MAGIC } from './block.ts';

export function block(
  type: number,
  body: Buffer,
  lengths?: { head?: number; tail?: number },
): Buffer {
  const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
  const length = 12 + body.length + padding.length;
  return Buffer.concat([
    u32(type, lengths?.head ?? length),
    body,
    padding,
    u32(lengths?.tail ?? length),
  ]);
}

export function section(major = 1): Buffer {
  const tail = Buffer.alloc(12, 0xff);
  tail.writeUInt16LE(major, 0);
  tail.writeUInt16LE(2, 2);
  return block(SECTION_BLOCK, Buffer.concat([u32(SECTION_MAGIC), tail]));
}

export interface EventFields {
  readonly type: number;
  readonly params?: readonly Buffer[];
  readonly tid?: number;
  readonly timeNs?: bigint;
  /** Of parameter lengths; 4 for large-payload types. */
  readonly lengthSize?: 2 | 4;
}

/** An event with a v2 header, or with the first version's, which does not count its parameters. */
export function event(fields: EventFields, version: 1 | 2 = 2): Buffer {
  const params = fields.params ?? [];
  const size = fields.lengthSize ?? 2;
  const lengths = Buffer.alloc(params.length * size);
  for (const [i, param] of params.entries()) lengths.writeUIntLE(param.length, i * size, size);
  const header = Buffer.alloc(version === 2 ? 26 : 22);
  const data = Buffer.concat(params);
  header.writeBigUInt64LE(fields.timeNs ?? 1_000_000_000n, 0);
  header.writeBigInt64LE(BigInt(fields.tid ?? 1), 8);
  header.writeUInt32LE(header.length + lengths.length + data.length, 16);
  header.writeUInt16LE(fields.type, 20);
  if (version === 2) header.writeUInt32LE(params.length, 22);
  return Buffer.concat([header, lengths, data]);
}

export function eventBlock(fields: EventFields, cpu = 0): Buffer {
  return block(EVENT_BLOCK_V2, Buffer.concat([u16(cpu), event(fields)]));
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, i * 2);
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4);
  return bytes;
}

export function i64(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), i * 8);
  return bytes;
}

/** A u16 length and the bytes. */
export function sized(text: string): Buffer {
  return Buffer.concat([u16(text.length), Buffer.from(text, 'latin1')]);
}

/** A charbuf parameter. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1');
}
