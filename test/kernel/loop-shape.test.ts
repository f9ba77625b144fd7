import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusedLoops } from './loop-shape.ts';
import { readCode } from './read-object.ts';

const object = readFileSync(join(import.meta.dirname, '../../bpf/midwatch.bpf.o'));

/** opcode, offset */
function code(...instructions: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [i, [opcode, offset]] of instructions.entries()) {
    bytes.writeUInt8(opcode, i * 8);
    bytes.writeInt16LE(offset, i * 8 + 2);
  }
  return bytes;
}

const MOVE = [0xb7, 0] as const;
const EXIT = [0x95, 0] as const;
const jump = (offset: number) => [0x05, offset] as const;
const jumpIf = (offset: number) => [0x15, offset] as const;

test.each([
  ['a loop that jumps back', code(MOVE, MOVE, jumpIf(-2), EXIT), []],
  ['a loop that falls into its head', code(jump(1), MOVE, jumpIf(-2), EXIT), [1]],
  ['a loop that jumps into its head', code(jump(2), MOVE, jump(0), jumpIf(-3), EXIT), []],
  ['no loop', code(MOVE, jumpIf(1), MOVE, EXIT), []],
])('%s', (_, bytes, found) => expect(refusedLoops(bytes)).toEqual(found));

test('no program has a loop that kernels before 6.2 refuse', () => {
  const sections = readCode(object);
  expect(sections.size).toBeGreaterThan(50);
  const refused = [...sections].flatMap(([name, bytes]) =>
    refusedLoops(bytes).map((at) => `${name} instruction ${at}`),
  );
  expect(refused).toEqual([]);
});
