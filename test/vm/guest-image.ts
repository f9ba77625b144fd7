import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import packageJson from '#package.json' with { type: 'json' };
import { ociConfig } from '#test/harness/oci-config.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const LIBBPF = '/usr/lib/x86_64-linux-gnu/libbpf.so.1';
/** Loaded by name at run time, so that ldd does not tell of it. */
const LIBGCC = '/lib/x86_64-linux-gnu/libgcc_s.so.1';

/**
 * Builds in `folder` what the virtual machine starts with: BusyBox, Node.js, runc and what they
 * load, this checkout as a user has it, a container's bundle, and guest.sh as its first process.
 * Gives the path of the archive.
 */
export function buildGuestImage(folder: string): string {
  const root = join(folder, 'root');
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp', 'run', 'root']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  const runc = execFileSync('which', ['runc'], { encoding: 'utf8' }).trim();
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  copyFileSync(process.execPath, join(root, 'bin/node'));
  copyFileSync(runc, join(root, 'bin/runc'));
  for (const library of librariesOf([process.execPath, runc, LIBBPF])) copyAsIs(library, root);
  copyCheckout(join(root, 'midwatch'));
  writeAccounts(join(root, 'etc'));
  writeBundle(join(root, 'bundle'));
  copyFileSync(join(import.meta.dirname, 'guest.sh'), join(root, 'init'));
  chmodSync(join(root, 'init'), 0o755);
  const archive = join(folder, 'guest.cpio');
  execFileSync('sh', ['-c', `find . | cpio -o -H newc --quiet >"${archive}"`], { cwd: root });
  return archive;
}

function librariesOf(programs: readonly string[]): ReadonlySet<string> {
  const told = programs.map((program) => execFileSync('ldd', [program], { encoding: 'utf8' }));
  const named = told.flatMap((text) => text.match(/\/\S+\.so[.\d]*(?= \()/g) ?? []);
  return new Set([...named, LIBBPF, LIBGCC]);
}

function copyAsIs(path: string, root: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  copyFileSync(realpathSync(path), join(root, path));
}

function copyCheckout(to: string): void {
  for (const name of ['src', 'content', 'schema', 'package.json', 'bpf/midwatch.bpf.o']) {
    cpSync(join(ROOT, name), join(to, name), { recursive: true });
  }
  const packages = [...Object.keys(packageJson.dependencies), '@koromix'];
  for (const name of packages) {
    const from = join(ROOT, 'node_modules', name);
    cpSync(from, join(to, 'node_modules', name), { recursive: true });
  }
}

function writeAccounts(etc: string): void {
  writeFileSync(join(etc, 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(etc, 'group'), 'root:x:0:\n');
  writeFileSync(join(etc, 'shadow'), 'root:!:1::::::\n');
}

/** A container that shows its password hashes. */
function writeBundle(bundle: string): void {
  const rootfs = join(bundle, 'rootfs');
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev']) {
    mkdirSync(join(rootfs, name), { recursive: true });
  }
  copyFileSync('/bin/busybox', join(rootfs, 'bin/busybox'));
  symlinkSync('busybox', join(rootfs, 'bin/cat'));
  writeFileSync(join(rootfs, 'etc/shadow'), 'root:!:1::::::\n');
  const config = ociConfig('scratch', { args: ['/bin/cat', '/etc/shadow'] });
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
}
