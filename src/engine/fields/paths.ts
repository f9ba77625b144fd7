/** Paths in byte strings, joined and cleaned as conditions have always seen them. */

/**
 * `path` seen from `base`: absolute paths stay, the rest hangs below base. `.`, `..`, and repeated
 * slashes are resolved by text alone, never by looking at a file system.
 */
export function joinPath(base: string, path: string): string {
  if (path.startsWith('/')) return normalizePath(path);
  if (base === '') return normalizePath(path);
  return normalizePath(base.endsWith('/') ? base + path : `${base}/${path}`);
}

function normalizePath(path: string): string {
  if (isNormal(path)) return path;
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push('..');
  }
  return (absolute ? '/' : '') + parts.join('/');
}

const UNCLEAN = /\/\/|(^|\/)\.\.?(\/|$)|.\/$/;

function isNormal(path: string): boolean {
  return !UNCLEAN.test(path);
}

/** The directory of a file's path: `/etc` for `/etc/passwd`, `/` where there is no more. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash <= 0) return '/';
  return slash < path.length - 1 ? path.slice(0, slash) : path;
}

/** The name after the last slash; `/` for a path without one. */
export function fileNameOf(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '/';
  return slash < path.length - 1 ? path.slice(slash + 1) : path;
}

/** What follows the last slash, or all of it: the basename() transformer. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function withoutDoubledSlashes(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
}
