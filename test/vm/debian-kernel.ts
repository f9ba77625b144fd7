import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The package that stands for the kernel that Debian 12 starts on a server in a cloud. */
const PACKAGE = 'linux-image-cloud-amd64';
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'midwatch', 'vm');

/**
 * Debian's kernel, unpacked in the cache and not installed; fetched where it is not there yet.
 * Gives the path of its image.
 */
export function debianKernel(): string {
  mkdirSync(cache, { recursive: true });
  const name = newestImage();
  const path = join(cache, name);
  if (!readdirSync(cache).includes(name)) fetchKernel(name, path);
  return path;
}

/** `vmlinuz-6.1.0-56-cloud-amd64`, by what the package depends on. */
function newestImage(): string {
  const depends = execFileSync('apt-cache', ['depends', PACKAGE], { encoding: 'utf8' });
  const image = /Depends: linux-image-(\S+)/.exec(depends)?.[1];
  if (image === undefined) throw new Error(`apt-cache knows no ${PACKAGE}: run apt-get update`);
  return `vmlinuz-${image}`;
}

function fetchKernel(name: string, path: string): void {
  const folder = mkdtempSync(join(cache, 'fetch-'));
  try {
    const image = name.replace('vmlinuz', 'linux-image');
    execFileSync('apt-get', ['download', '-q', image], { cwd: folder, stdio: 'pipe' });
    const [deb = ''] = readdirSync(folder);
    execFileSync('dpkg-deb', ['-x', deb, '.'], { cwd: folder });
    renameSync(join(folder, 'boot', name), path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
