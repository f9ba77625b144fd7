/** An error of the file system: a file that is missing, a folder, no right to read it. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
