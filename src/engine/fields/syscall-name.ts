import type { EventView } from '#model/event-view.ts';
import { paramNumber } from './param-value.ts';
import { NATIVE_SYSCALL_NAMES } from './tables/native-syscall-names.ts';
import { SYSCALL_NAMES } from './tables/syscall-names.ts';

const names = SYSCALL_NAMES.trim().split(/\s+/);

/** Name of a syscall by its number in generic events (not the kernel's); '' where unknown. */
export function syscallName(id: number): string {
  return names[id] ?? '';
}

const nativeNames = new Map(
  NATIVE_SYSCALL_NAMES.trim()
    .split('\n')
    .flatMap((row) => {
      const [first = '', ...rest] = row.split(' ');
      return rest.map((name, i): [number, string] => [Number(first) + i, name]);
    }),
);

/** Name of a syscall by the number that x86-64 kernels have for it; `unknown` where it has none. */
function nativeSyscallName(id: number): string {
  return nativeNames.get(id) ?? 'unknown';
}

/** Names that generic events can have: those of syscalls without an event type of their own. */
export const GENERIC_NAMES: ReadonlySet<string> = new Set(names);

/** The type of events that stand for a call without a type of its own. */
export const GENERIC = 1;
/** Added to the kernel's number of a call that has no other. */
const NATIVE = 0x1_0000;

/** A number that says which call a generic event stands for: the same number, the same name. */
export function genericNumber(evt: EventView): number {
  const id = paramNumber(evt, 0, 'uint16') ?? 0;
  return id === 0 ? NATIVE + (paramNumber(evt, 1, 'uint16') ?? 0xffff) : id;
}

export function genericName(number: number): string {
  return number < NATIVE ? syscallName(number) : nativeSyscallName(number - NATIVE);
}
