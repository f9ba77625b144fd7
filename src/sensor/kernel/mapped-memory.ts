import koffi from 'koffi';
import type { Libc } from './libc.ts';
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_READ,
  PROT_WRITE,
} from './libc.ts';

/** Memory shared with the kernel. */
export interface MappedMemory {
  readonly bytes: ArrayBuffer;
  /** Ends the sharing. The bytes stay readable, as zeros, for whoever still has a view of them. */
  release(): void;
}

/** Maps the beginning of a map's memory for reading and writing; undefined where that fails. */
export function mapMemory(libc: Libc, fd: number, length: number): MappedMemory | undefined {
  const options = { protection: PROT_READ | PROT_WRITE, flags: MAP_SHARED, fd, offset: 0 };
  const address = libc.mmap(0n, length, options);
  if (address === -1n) return undefined;
  return {
    bytes: koffi.view(address, length),
    release: () => replaceMapping(libc, address, length),
  };
}

/** Puts private zeros where a mapping was: a hole under a Buffer would end the process. */
export function replaceMapping(libc: Libc, address: bigint, length: number): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  libc.mmap(address, length, { protection: PROT_READ | PROT_WRITE, flags, fd: -1, offset: 0 });
}
