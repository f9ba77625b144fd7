import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';

/**
 * Small reads of /proc, by the thousand. A file of /proc has no size to ask for and is read in one
 * call, so this is three system calls where readFileSync makes five, and no new buffer.
 */
const buffer = Buffer.allocUnsafe(64 * 1024);

/**
 * At most `max` bytes as a byte string; undefined where it cannot be read, as when its process is
 * gone.
 */
export function readProcFile(path: string, max = buffer.length): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY);
  } catch {
    return undefined;
  }
  try {
    const length = readSync(fd, buffer, 0, Math.min(max, buffer.length), 0);
    return buffer.toString('latin1', 0, length);
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** A link's target as a byte string; undefined where there is none. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/**
 * A regular file that somebody else wrote, such as a container's /etc/passwd: no link is followed
 * at its end, no pipe is waited for, and no more than `max` bytes are read.
 */
export function readForeignFile(path: string, max: number): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(fd).isFile()) return undefined;
    const bytes = Buffer.allocUnsafe(max);
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, max, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
