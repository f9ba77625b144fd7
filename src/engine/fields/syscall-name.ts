import { SYSCALL_NAMES } from './tables/syscall-names.ts';

const names = SYSCALL_NAMES.trim().split(/\s+/);

/** Name of a syscall by its number in generic events (not the kernel's); '' where unknown. */
export function syscallName(id: number): string {
  return names[id] ?? '';
}

/** Names that generic events can have: those of syscalls without an event type of their own. */
export const GENERIC_NAMES: ReadonlySet<string> = new Set(names);
