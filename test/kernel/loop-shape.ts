/**
 * Finds loops that kernels before 6.2 refuse ("back-edge from insn"): the last instruction of the
 * loop falls through into its first one, which was reached by a jump before. The walk is that of
 * the verifier's check_cfg. Which of a program's functions stand where does not matter: each ends
 * in an exit or a jump.
 */
const INSTRUCTION = 8;
const CLASS = { jump: 5, jump32: 6 };
const OPERATION = { always: 0x00, call: 0x80, exit: 0x90 };
/** Takes the place of two. */
const LOAD_64 = 0x18;

interface Successor {
  readonly at: number;
  readonly isJump: boolean;
}

/** Places of such instructions in a section of code, counted in instructions. */
export function refusedLoops(code: Buffer): number[] {
  const count = code.length / INSTRUCTION;
  const state = new Uint8Array(count);
  const found: number[] = [];
  for (let start = 0; start < count; start++) {
    if (state[start] === SEEN || state[start] === DONE || isSecondHalf(code, start)) continue;
    walk(code, start, state, found);
  }
  return found;
}

const SEEN = 1;
const DONE = 2;

function walk(code: Buffer, start: number, state: Uint8Array, found: number[]): void {
  const path: { at: number; left: Successor[] }[] = [];
  const enter = (at: number): void => {
    state[at] = SEEN;
    path.push({ at, left: successors(code, at) });
  };
  enter(start);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.left.shift();
    if (next === undefined) {
      state[top.at] = DONE;
      path.pop();
    } else if (state[next.at] === 0) {
      enter(next.at);
    } else if (state[next.at] === SEEN && !next.isJump) {
      found.push(top.at);
    }
  }
}

function isSecondHalf(code: Buffer, at: number): boolean {
  return at > 0 && code[(at - 1) * INSTRUCTION] === LOAD_64;
}

function successors(code: Buffer, at: number): Successor[] {
  const opcode = code.readUInt8(at * INSTRUCTION);
  const isJump = [CLASS.jump, CLASS.jump32].includes(opcode & 7);
  const operation = opcode & 0xf0;
  const following = at + (opcode === LOAD_64 ? 2 : 1);
  if (!isJump || operation === OPERATION.call) return [{ at: following, isJump: false }];
  if (operation === OPERATION.exit) return [];
  const target = at + 1 + code.readInt16LE(at * INSTRUCTION + 2);
  if (operation === OPERATION.always) return [{ at: target, isJump: true }];
  return [
    { at: following, isJump: true },
    { at: target, isJump: true },
  ];
}
