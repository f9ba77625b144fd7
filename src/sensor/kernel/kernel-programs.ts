import { eventId } from '#model/event-schema.ts';

/** One kernel program (bpf/*.bpf.c), where it is attached, and the event types it writes. */
export interface KernelProgram {
  readonly name: string;
  /** A tracepoint as tracefs names it; undefined where libbpf attaches by the program's section. */
  readonly tracepoint: string | undefined;
  readonly eventTypes: readonly number[];
  /** Attached whatever the rules ask for: the process table stands on it. */
  readonly isAlways: boolean;
}

function kernel(name: string, type: string, isAlways: boolean): KernelProgram {
  return { name, tracepoint: undefined, eventTypes: [eventId(type)], isAlways };
}

/** Programs on the exit of system calls, each named for its call. */
function exits(calls: Readonly<Record<string, string>>, isAlways: boolean): KernelProgram[] {
  return Object.entries(calls).map(([call, type]) => ({
    name: `exit_${call}`,
    tracepoint: `syscalls/sys_exit_${call}`,
    eventTypes: [eventId(type)],
    isAlways,
  }));
}

/** What a process is: its ids, session, directory, root and name. */
const IDENTITY = {
  setuid: 'syscall_setuid_x',
  setgid: 'syscall_setgid_x',
  setreuid: 'syscall_setreuid_x',
  setregid: 'syscall_setregid_x',
  setresuid: 'syscall_setresuid_x',
  setresgid: 'syscall_setresgid_x',
  capset: 'syscall_capset_x',
  setsid: 'syscall_setsid_x',
  setpgid: 'syscall_setpgid_x',
  chdir: 'syscall_chdir_x',
  fchdir: 'syscall_fchdir_x',
  chroot: 'syscall_chroot_x',
  prctl: 'syscall_prctl_x',
};

const FILES = {
  open: 'syscall_open_x',
  openat: 'syscall_openat_2_x',
  openat2: 'syscall_openat2_x',
  creat: 'syscall_creat_x',
  open_by_handle_at: 'syscall_open_by_handle_at_x',
  unlink: 'syscall_unlink_2_x',
  unlinkat: 'syscall_unlinkat_2_x',
  rename: 'syscall_rename_x',
  renameat: 'syscall_renameat_x',
  renameat2: 'syscall_renameat2_x',
  mkdir: 'syscall_mkdir_2_x',
  mkdirat: 'syscall_mkdirat_x',
  rmdir: 'syscall_rmdir_2_x',
  link: 'syscall_link_2_x',
  linkat: 'syscall_linkat_2_x',
  symlink: 'syscall_symlink_x',
  symlinkat: 'syscall_symlinkat_x',
  mknod: 'syscall_mknod_x',
  mknodat: 'syscall_mknodat_x',
  chmod: 'syscall_chmod_x',
  fchmod: 'syscall_fchmod_x',
  fchmodat: 'syscall_fchmodat_x',
  fchmodat2: 'syscall_fchmodat_x',
  chown: 'syscall_chown_x',
  lchown: 'syscall_lchown_x',
  fchown: 'syscall_fchown_x',
  fchownat: 'syscall_fchownat_x',
};

const DESCRIPTORS = {
  dup: 'syscall_dup_1_x',
  dup2: 'syscall_dup2_x',
  dup3: 'syscall_dup3_x',
  fcntl: 'syscall_fcntl_x',
  pipe: 'syscall_pipe_x',
  pipe2: 'syscall_pipe2_x',
  close: 'syscall_close_x',
  close_range: 'syscall_close_range_x',
  memfd_create: 'syscall_memfd_create_x',
  pidfd_open: 'syscall_pidfd_open_x',
  pidfd_getfd: 'syscall_pidfd_getfd_x',
  userfaultfd: 'syscall_userfaultfd_x',
};

const NETWORK = {
  socket: 'socket_socket_x',
  socketpair: 'socket_socketpair_x',
  connect: 'socket_connect_x',
  bind: 'socket_bind_x',
  listen: 'socket_listen_x',
  accept: 'socket_accept_5_x',
  accept4: 'socket_accept4_6_x',
  shutdown: 'socket_shutdown_x',
  sendto: 'socket_sendto_x',
  sendmsg: 'socket_sendmsg_x',
  sendmmsg: 'socket_sendmmsg_x',
  recvfrom: 'socket_recvfrom_x',
  recvmsg: 'socket_recvmsg_x',
};

const NAMESPACES = {
  mount: 'syscall_mount_x',
  umount: 'syscall_umount2_x',
  unshare: 'syscall_unshare_x',
  setns: 'syscall_setns_x',
  fsconfig: 'syscall_fsconfig_x',
  pivot_root: 'generic_x',
  fsmount: 'generic_x',
  fsopen: 'generic_x',
  open_tree: 'generic_x',
  move_mount: 'generic_x',
  mount_setattr: 'generic_x',
  kexec_load: 'generic_x',
  kexec_file_load: 'generic_x',
};

const OTHERS = {
  init_module: 'syscall_init_module_x',
  finit_module: 'syscall_finit_module_x',
  delete_module: 'syscall_delete_module_x',
  bpf: 'syscall_bpf_2_x',
  io_uring_setup: 'syscall_io_uring_setup_x',
  mprotect: 'syscall_mprotect_x',
  pkey_mprotect: 'syscall_mprotect_x',
  process_vm_readv: 'syscall_process_vm_readv_x',
  process_vm_writev: 'syscall_process_vm_writev_x',
  kill: 'syscall_kill_x',
  tkill: 'syscall_tkill_x',
  tgkill: 'syscall_tgkill_x',
  ptrace: 'syscall_ptrace_x',
};

export const KERNEL_PROGRAMS: readonly KernelProgram[] = [
  kernel('process_fork', 'syscall_clone_20_x', true),
  kernel('process_exec', 'syscall_execve_19_x', true),
  kernel('process_exit', 'procexit_1_e', true),
  ...exits(IDENTITY, true),
  kernel('signal_deliver', 'signaldeliver_e', false),
  ...exits({ ...FILES, ...DESCRIPTORS, ...NETWORK, ...NAMESPACES, ...OTHERS }, false),
];

/** Execs that failed: the kernel's exec tracepoint sees none, so these are on the calls' exits. */
export const FAILED_EXEC_PROGRAMS: readonly KernelProgram[] = exits(
  { execve: 'syscall_execve_19_x', execveat: 'syscall_execve_19_x' },
  false,
);

/** What ends other programs' records with a descriptor's entry; entered by a tail call. */
export const FINISH_PROGRAM = 'finish_with_fd';
