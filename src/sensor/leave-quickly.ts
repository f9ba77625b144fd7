import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';

/**
 * Lets this process end at once. The kernel detaches a program when the last holder of its
 * descriptor closes it, and waits 35 ms for each: 2 s between Ctrl-C and the prompt. A child that
 * holds the descriptors too, for longer than we need to end, closes them last, and nobody waits for
 * it. Where there is no such child, it takes the 2 s.
 */
export function leaveQuickly(): void {
  const descriptors = attachments();
  if (descriptors.length === 0) return;
  const child = spawn('/bin/sleep', ['0.5'], {
    stdio: ['ignore', 'ignore', 'ignore', ...descriptors],
    detached: true,
  });
  child.on('error', () => undefined);
  child.unref();
}

function attachments(): number[] {
  return readdirSync('/proc/self/fd')
    .filter((fd) => /^anon_inode:(?:bpf_link|\[perf_event\])$/.test(targetOf(fd) ?? ''))
    .map(Number);
}

/** The descriptor that reads the directory is gone by now. */
function targetOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}
