const PTS_MAJORS = [136, 143] as const;
const TTY_MAJOR = 4;
const FIRST_SERIAL_MINOR = 64;

/**
 * What a kernel's terminal number is called in /dev: `pts/3`, `tty1`, `ttyS0`; undefined for none.
 */
export function ttyName(tty: number): string | undefined {
  if (tty <= 0) return undefined;
  // As the kernel packs a device number: low minor bits, major, high minor bits.
  const major = (tty >>> 8) & 0xfff;
  const minor = (tty & 0xff) | ((tty >>> 12) & 0xfff00);
  if (major >= PTS_MAJORS[0] && major <= PTS_MAJORS[1]) {
    return `pts/${(major - PTS_MAJORS[0]) * 256 + minor}`;
  }
  if (major === TTY_MAJOR) {
    return minor < FIRST_SERIAL_MINOR ? `tty${minor}` : `ttyS${minor - FIRST_SERIAL_MINOR}`;
  }
  return `${major}:${minor}`;
}
