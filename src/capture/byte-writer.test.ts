import { expect, test } from 'vitest';
import { ByteCursor } from './byte-cursor.ts';
import { ByteWriter } from './byte-writer.ts';

test('ByteWriter gives back what was written, wherever its bytes had to grow', () => {
  for (let size = 1; size <= 40; size++) {
    const to = new ByteWriter(size);
    to.u8(200)
      .u16(65_535)
      .u32(-1)
      .u64(2n ** 63n)
      .i64(-(2 ** 40) - 3)
      .string('abcdef', 4);
    to.chars('xy').raw(Buffer.from('zz')).zeros(3);
    const cursor = new ByteCursor(to.written, 0, to.at);
    expect([
      cursor.u8(),
      cursor.u16(),
      cursor.u32(),
      cursor.u64(),
      cursor.i64(),
      cursor.string(),
      cursor.raw(4),
      cursor.raw(3),
    ]).toEqual([200, 65_535, 0xffff_ffff, 2n ** 63n, -(2 ** 40) - 3, 'abcd', 'xyzz', '\0\0\0']);
    expect([cursor.remaining, cursor.overrun]).toEqual([0, false]);
  }
});

test('ByteWriter reserves room that the caller fills', () => {
  const to = new ByteWriter(2).u8(1);
  const at = to.reserve(4);
  to.bytes.writeUInt32LE(7, at);
  expect([...to.written]).toEqual([1, 7, 0, 0, 0]);
});
