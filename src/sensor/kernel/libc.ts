import { readFileSync } from 'node:fs';
import type { KoffiFunc, LibraryHandle } from 'koffi';
import koffi from 'koffi';

/**
 * The few functions of the C library that Node does not offer. Loaded at first use, because koffi
 * itself is missing on a system it has no build for.
 */
export interface Libc {
  /** The address, or -1n. */
  mmap(at: bigint, length: number, options: MapOptions): bigint;
  munmap(at: bigint, length: number): number;
  close(fd: number): number;
  /** A system call without a wrapper; the result, or -1 with `errno()`. */
  syscall(number: number, args: readonly (number | bigint | Uint8Array | null)[]): number;
  errno(): number;
  /** Gives the C library's free memory back to the system. */
  malloc_trim(keep: number): number;
  /** CLOCK_BOOTTIME in ns, as a double. */
  bootTimeNs(): number;
  /** CLOCK_REALTIME less CLOCK_BOOTTIME in ns, to the microsecond. */
  clockOffsetNs(): bigint;
  vsnprintf(buffer: Uint8Array, format: bigint, args: bigint): number;
}

export interface MapOptions {
  readonly protection: number;
  readonly flags: number;
  readonly fd: number;
  readonly offset: number;
}

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;
export const MAP_PRIVATE = 2;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;

const CLOCK_REALTIME = 0;
const CLOCK_BOOTTIME = 7;
const TWO_32 = 2 ** 32;
/** sysconf's value; every kernel that has arm64 with other pages says so here. */
const AT_PAGESZ = 6;

/** Bytes of a page, from the auxiliary vector. */
export function pageSize(): number {
  const vector = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readUInt32LE(at) === AT_PAGESZ) return vector.readUInt32LE(at + 8);
  }
  return 4096;
}

export function loadLibc(): Libc {
  const library = koffi.load('libc.so.6');
  const mmap = library.func('intptr_t mmap(intptr_t, size_t, int, int, int, int64_t)');
  const syscall = library.func(
    'long syscall(long, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t)',
  );
  const print = vsnprintf(library);
  const clockGettime = library.func('int clock_gettime(int, void *)');
  const time = new DataView(new ArrayBuffer(16));
  const timeBytes = new Uint8Array(time.buffer);
  const address = (value: number | bigint | Uint8Array | null): number | bigint =>
    value instanceof Uint8Array ? koffi.address(value) : (value ?? 0);
  return {
    mmap: (at, length, { protection, flags, fd, offset }) =>
      BigInt(mmap(at, length, protection, flags, fd, offset)),
    munmap: library.func('int munmap(intptr_t, size_t)'),
    close: library.func('int close(int)'),
    malloc_trim: library.func('int malloc_trim(size_t)'),
    syscall: (number, args) =>
      Number(syscall(number, ...[0, 1, 2, 3, 4].map((index) => address(args[index] ?? null)))),
    errno: () => koffi.errno(),
    bootTimeNs: () => {
      clockGettime(CLOCK_BOOTTIME, timeBytes);
      const seconds = time.getUint32(4, true) * TWO_32 + time.getUint32(0, true);
      return seconds * 1e9 + time.getUint32(8, true);
    },
    clockOffsetNs: () => {
      const read = (clock: number): bigint => {
        clockGettime(clock, timeBytes);
        return time.getBigInt64(0, true) * 1_000_000_000n + time.getBigInt64(8, true);
      };
      return read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME);
    },
    vsnprintf: (buffer, format, args) => print(buffer, buffer.length, format, args),
  };
}

function vsnprintf(library: LibraryHandle): KoffiFunc<Vsnprintf> {
  return library.func('int vsnprintf(void *, size_t, intptr_t, intptr_t)');
}

type Vsnprintf = (buffer: Uint8Array, size: number, format: bigint, args: bigint) => number;
