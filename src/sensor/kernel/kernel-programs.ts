import { eventId } from '#model/event-schema.ts';

/** One kernel program (bpf/*.bpf.c), where it is attached, and the event types it writes. */
export interface KernelProgram {
  readonly name: string;
  /** A tracepoint as tracefs names it; undefined where libbpf attaches by the program's section. */
  readonly tracepoint: string | undefined;
  readonly eventTypes: readonly number[];
  /** Attached whatever the rules ask for: the process tree stands on it. */
  readonly isAlways: boolean;
}

function always(name: string, ...types: string[]): KernelProgram {
  return { name, tracepoint: undefined, eventTypes: types.map(eventId), isAlways: true };
}

/** A program on a system call's exit, named for it. */
function exit(call: string, ...types: string[]): KernelProgram {
  return {
    name: `exit_${call}`,
    tracepoint: `syscalls/sys_exit_${call}`,
    eventTypes: types.map(eventId),
    isAlways: false,
  };
}

export const KERNEL_PROGRAMS: readonly KernelProgram[] = [
  always('process_fork', 'syscall_clone_20_x'),
  always('process_exec', 'syscall_execve_19_x'),
  always('process_exit', 'procexit_1_e'),
  exit('open', 'syscall_open_x'),
  exit('openat', 'syscall_openat_2_x'),
  exit('openat2', 'syscall_openat2_x'),
  exit('creat', 'syscall_creat_x'),
  exit('connect', 'socket_connect_x'),
];
