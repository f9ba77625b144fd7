import { closeSync, existsSync, readFileSync } from 'node:fs';
import type { Libc } from './libc.ts';

const PLACES = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
/** The same numbers on x86-64 and arm64. */
const SYS_FSOPEN = 430;
const SYS_FSCONFIG = 431;
const SYS_FSMOUNT = 432;
const FSCONFIG_CMD_CREATE = 6;
const CLOEXEC = 1;

/** Where the numbers of tracepoints are read. */
export interface Tracefs {
  /** The number of a tracepoint such as syscalls/sys_exit_openat; undefined where it has none. */
  tracepointId(name: string): number | undefined;
  close(): void;
}

/**
 * The mounted tracefs, or one of our own that is mounted nowhere: seen through its descriptor only,
 * it changes nothing on the machine and ends with the process. Undefined where neither works.
 */
export function openTracefs(libc: Libc): Tracefs | undefined {
  const place = PLACES.find((path) => existsSync(`${path}/events/syscalls`));
  if (place !== undefined) return tracefsAt(place, () => {});
  const fd = privateMount(libc);
  return fd < 0 ? undefined : tracefsAt(`/proc/self/fd/${fd}`, () => closeSync(fd));
}

function privateMount(libc: Libc): number {
  const context = libc.syscall(SYS_FSOPEN, [Buffer.from('tracefs\0'), CLOEXEC]);
  if (context < 0) return -1;
  const created = libc.syscall(SYS_FSCONFIG, [context, FSCONFIG_CMD_CREATE, null, null, 0]);
  const mount = created < 0 ? -1 : libc.syscall(SYS_FSMOUNT, [context, CLOEXEC, 0]);
  libc.close(context);
  return mount;
}

function tracefsAt(place: string, close: () => void): Tracefs {
  return {
    tracepointId(name) {
      try {
        return Number(readFileSync(`${place}/events/${name}/id`, 'latin1'));
      } catch {
        return undefined;
      }
    },
    close,
  };
}
