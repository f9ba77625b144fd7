import type { LibraryHandle } from 'koffi';
import koffi from 'koffi';
import type { Libc } from './libc.ts';

/** A pointer to one of libbpf's own objects; 0n is none. */
export type Pointer = bigint;

/** The functions of libbpf.so.1 that are used, by their own names. Pointers are plain numbers. */
export interface Libbpf {
  bpf_object__open_mem(bytes: Uint8Array, size: number, options: null): Pointer | null;
  bpf_object__load(object: Pointer): number;
  bpf_object__close(object: Pointer): void;
  bpf_object__find_map_by_name(object: Pointer, name: string): Pointer | null;
  bpf_object__find_program_by_name(object: Pointer, name: string): Pointer | null;
  bpf_object__next_program(object: Pointer, previous: Pointer | null): Pointer | null;
  bpf_program__set_autoload(program: Pointer, autoload: boolean): number;
  bpf_program__fd(program: Pointer): number;
  bpf_program__attach(program: Pointer): Pointer | null;
  bpf_program__attach_perf_event(program: Pointer, fd: number): Pointer | null;
  bpf_link__destroy(link: Pointer): number;
  bpf_map__set_max_entries(map: Pointer, entries: number): number;
  bpf_map__set_initial_value(map: Pointer, bytes: Uint8Array, size: number): number;
  bpf_map__reuse_fd(map: Pointer, fd: number): number;
  bpf_map__fd(map: Pointer): number;
  bpf_map__value_size(map: Pointer): number;
  bpf_map_lookup_elem(fd: number, key: Uint8Array, value: Uint8Array): number;
  bpf_map_update_elem(fd: number, key: Uint8Array, value: Uint8Array, flags: number): number;
  libbpf_num_possible_cpus(): number;
  /** What libbpf said since the last call: its errors, and the verifier's log. */
  takeMessages(): string;
  /** bpf_object__load on another thread, without messages: each would wait for this one. */
  loadAside(object: Pointer): Promise<number>;
}

const PROTOTYPES = {
  bpf_object__open_mem: ['void *', ['void *', 'size_t', 'void *']],
  bpf_object__load: ['int', ['void *']],
  bpf_object__close: ['void', ['void *']],
  bpf_object__find_map_by_name: ['void *', ['void *', 'str']],
  bpf_object__find_program_by_name: ['void *', ['void *', 'str']],
  bpf_object__next_program: ['void *', ['void *', 'void *']],
  bpf_program__set_autoload: ['int', ['void *', 'bool']],
  bpf_program__fd: ['int', ['void *']],
  bpf_program__attach: ['void *', ['void *']],
  bpf_program__attach_perf_event: ['void *', ['void *', 'int']],
  bpf_link__destroy: ['int', ['void *']],
  bpf_map__set_max_entries: ['int', ['void *', 'uint32_t']],
  bpf_map__set_initial_value: ['int', ['void *', 'void *', 'size_t']],
  bpf_map__reuse_fd: ['int', ['void *', 'int']],
  bpf_map__fd: ['int', ['void *']],
  bpf_map__value_size: ['uint32_t', ['void *']],
  bpf_map_lookup_elem: ['int', ['int', 'void *', 'void *']],
  bpf_map_update_elem: ['int', ['int', 'void *', 'void *', 'uint64_t']],
  libbpf_num_possible_cpus: ['int', []],
} as const satisfies Record<
  Exclude<keyof Libbpf, 'takeMessages' | 'loadAside'>,
  readonly [string, string[]]
>;

const MESSAGE_BYTES = 16 * 1024;
/** Kept of what libbpf says: the verifier gives its reason in the last lines. */
const MESSAGES_KEPT = 64 * 1024;

/** libbpf 1.x, or undefined where the system has none. */
export function loadLibbpf(libc: Libc): Libbpf | undefined {
  let library: LibraryHandle;
  try {
    library = koffi.load('libbpf.so.1');
  } catch {
    return undefined;
  }
  const functions: Record<string, unknown> = {};
  for (const [name, [result, args]] of Object.entries(PROTOTYPES)) {
    functions[name] = library.func(name, result, [...args]);
  }
  const messages = catchMessages(library, libc);
  functions['takeMessages'] = messages.take;
  functions['loadAside'] = loadAside(library, messages);
  // The cast: names and types are those of PROTOTYPES, which is held to Libbpf's keys.
  return functions as unknown as Libbpf;
}

function loadAside(library: LibraryHandle, { hush, listen }: Messages): Libbpf['loadAside'] {
  const load = library.func('bpf_object__load', 'int', ['void *']);
  return (object) =>
    new Promise((resolve, reject) => {
      hush();
      load.async(object, (error: unknown, result: number) => {
        listen();
        if (error) reject(error);
        else resolve(result);
      });
    });
}

interface Messages {
  readonly take: () => string;
  readonly hush: () => void;
  readonly listen: () => void;
}

/** Keeps libbpf from writing to stderr. Its callback gets a C argument list, so C formats it. */
function catchMessages(library: LibraryHandle, libc: Libc): Messages {
  const buffer = Buffer.alloc(MESSAGE_BYTES);
  let messages = '';
  const print = koffi.proto('int', ['int', 'intptr_t', 'intptr_t']);
  const onMessage = (_level: number, format: number | bigint, args: number | bigint): number => {
    const length = libc.vsnprintf(buffer, BigInt(format), BigInt(args));
    const text = buffer.latin1Slice(0, Math.min(length, MESSAGE_BYTES - 1));
    messages = (messages + text).slice(-MESSAGES_KEPT);
    return 0;
  };
  const setPrint = library.func('libbpf_set_print', 'void *', [koffi.pointer(print)]);
  const callback = koffi.register(onMessage, koffi.pointer(print));
  setPrint(callback);
  const take = (): string => {
    const taken = messages;
    messages = '';
    return taken;
  };
  return { take, hush: () => setPrint(null), listen: () => setPrint(callback) };
}
