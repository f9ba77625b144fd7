import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ociConfig } from './oci-config.ts';

/**
 * Runs real containers for tests: runc or crun over a busybox root file system. The root file
 * system is made once in the cache directory; each container gets an overlay over it, so that an
 * executable written inside shows up in the upper layer as it does in production, and nothing leaks
 * to the next.
 *
 *   await using box = await startContainer({ args: ['sleep', '60'] });
 *   await box.exec(['sh', '-c', 'cat /etc/shadow']);
 */

export type Runtime = 'runc' | 'crun';

export interface ContainerOptions {
  /** Command of the container's first process; default: a shell that sleeps until it is killed. */
  readonly args?: readonly string[];
  readonly runtime?: Runtime;
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** All capabilities, all devices, no masked paths: as `docker run --privileged`. */
  readonly privileged?: boolean;
  /** Added to the usual ones of docker, e.g. `CAP_SYS_PTRACE`. */
  readonly capabilities?: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd?: string;
  /** Bind mounts. */
  readonly mounts?: readonly { source: string; destination: string; readonly?: boolean }[];
  /** Namespaces not made, so the host's are used: `network`, `pid`, `ipc`, `uts`, `cgroup`. */
  readonly hostNamespaces?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Absolute path in the cgroup tree; default `/midwatch-test/<name>`. */
  readonly cgroup?: string;
  /** Files of this container's image layer: path to content; an executable one starts with `#!`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningContainer {
  readonly name: string;
  readonly runtime: Runtime;
  /** Host pid of the container's first process. */
  readonly pid: number;
  /** `/proc/<pid>/cgroup` of the first process. */
  readonly cgroups: string;
  readonly bundle: string;
  /** The merged root file system as the host sees it. */
  readonly rootfs: string;
  /**
   * Runs a command in the container (`runc exec`) until it ends; never rejects on its exit code.
   */
  exec(args: readonly string[], options?: ExecOptions): Promise<CommandResult>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ExecOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly cwd?: string;
  /** Allocates a terminal, as `kubectl exec -it` does. */
  readonly tty?: boolean;
  readonly timeoutMs?: number;
}

const run = promisify(execFile);
const BUSYBOX = '/usr/bin/busybox';
// Long enough for a loaded machine; a container that has not started by then will not.
const START_TIMEOUT_MS = 15_000;
const EXEC_TIMEOUT_MS = 30_000;

/** Why this machine cannot run containers, in one sentence; undefined where it can. */
export function cannotRunContainers(runtime: Runtime = 'runc'): string | undefined {
  if (process.platform !== 'linux') return 'containers need Linux';
  if (process.getuid?.() !== 0) return 'containers need root';
  if (!existsSync(BUSYBOX)) return `no ${BUSYBOX} (apt install busybox-static)`;
  if (!['/usr/bin', '/usr/sbin', '/usr/local/bin'].some((dir) => existsSync(join(dir, runtime)))) {
    return `no ${runtime} (apt install ${runtime})`;
  }
  return undefined;
}

/** Starts a container and returns once its first process runs. The caller stops it. */
export async function startContainer(options: ContainerOptions = {}): Promise<RunningContainer> {
  const runtime = options.runtime ?? 'runc';
  const name = options.name ?? `midwatch-${randomBytes(4).toString('hex')}`;
  const cgroup = options.cgroup ?? `/midwatch-test/${name}`;
  const bundle = await makeBundle(name, { ...options, cgroup });
  const [file, ...args] = runtimeCommand(runtime, cgroup);
  const child = spawn(file, [...args, 'run', '--bundle', bundle, name], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = outcome(child);
  try {
    const pid = await firstPid(runtime, name, ended);
    // The runtime itself went into the container's cgroup only so that its child is there.
    if (file === 'unshare') await writeFile(`${UNIFIED}/cgroup.procs`, String(child.pid));
    return container({ name, runtime, pid, bundle, ended, cgroup });
  } catch (error) {
    await cleanUp({ name, runtime, bundle, cgroup });
    throw error;
  }
}

/** Runs a container to its end and returns what it printed. */
export async function runContainer(options: ContainerOptions = {}): Promise<CommandResult> {
  const runtime = options.runtime ?? 'runc';
  const name = options.name ?? `midwatch-${randomBytes(4).toString('hex')}`;
  const cgroup = options.cgroup ?? `/midwatch-test/${name}`;
  const bundle = await makeBundle(name, { ...options, cgroup });
  try {
    const [file, ...args] = runtimeCommand(runtime, cgroup);
    return await command(file, [...args, 'run', '--bundle', bundle, name], EXEC_TIMEOUT_MS);
  } finally {
    await cleanUp({ name, runtime, bundle, cgroup });
  }
}

// crun refuses a hybrid cgroup tree that has controllers in its v2 part. There it runs in a mount
// namespace that hides that part, after the shell that starts it has entered the v2 cgroup for it.
const UNIFIED = '/sys/fs/cgroup/unified';
const CRUN_REFUSES = existsSync(`${UNIFIED}/cgroup.procs`);
const HIDE_UNIFIED =
  `mkdir -p "${UNIFIED}$0" && echo $$ > "${UNIFIED}$0/cgroup.procs" &&` +
  ` umount ${UNIFIED} && exec "$@"`;

function runtimeCommand(runtime: Runtime, cgroup: string): [string, ...string[]] {
  if (runtime === 'runc' || !CRUN_REFUSES) return [runtime];
  return ['unshare', '--mount', '/bin/sh', '-c', HIDE_UNIFIED, cgroup, runtime];
}

function cacheDir(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'midwatch-test');
}

// One image for all: each test process builds it under its own name and renames nothing; the first
// one to finish a layer wins because every step can be repeated.
async function baseImage(): Promise<string> {
  const image = join(cacheDir(), 'busybox-1');
  if (existsSync(join(image, '.complete'))) return image;
  const bin = join(image, 'bin');
  for (const dir of ['bin', 'etc', 'tmp', 'root', 'proc', 'sys', 'dev', 'run', 'var/log', 'home']) {
    await mkdir(join(image, dir), { recursive: true });
  }
  for (const dir of ['sbin', 'usr/bin', 'usr/sbin', 'var/spool/cron/crontabs']) {
    await mkdir(join(image, dir), { recursive: true });
  }
  await copyFile(BUSYBOX, join(bin, 'busybox'), constants.COPYFILE_FICLONE);
  const applets = (await run(BUSYBOX, ['--list'])).stdout.trim().split('\n');
  for (const applet of applets) await linkOnce('busybox', join(bin, applet));
  await chmod(join(image, 'tmp'), 0o1777);
  for (const [path, content] of Object.entries(IMAGE_FILES)) {
    await writeFile(join(image, path), content);
  }
  await chmod(join(image, 'etc/shadow'), 0o640);
  await writeFile(join(image, '.complete'), '');
  return image;
}

async function linkOnce(target: string, path: string): Promise<void> {
  if (path.endsWith('/busybox')) return;
  await symlink(target, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

const IMAGE_FILES: Readonly<Record<string, string>> = {
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\n' +
    'app:x:1000:1000:App:/home:/bin/sh\n',
  'etc/group': 'root:x:0:\nwww-data:x:33:\napp:x:1000:\n',
  'etc/shadow': 'root:*:19000:0:99999:7:::\n',
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/os-release': 'ID=busybox\nVERSION_ID=1\n',
};

async function makeBundle(name: string, options: ContainerOptions): Promise<string> {
  const lower = await baseImage();
  const bundle = join(cacheDir(), 'bundles', name);
  const dirs = ['image', 'upper', 'work', 'rootfs'].map((dir) => join(bundle, dir));
  for (const dir of dirs) await mkdir(dir, { recursive: true });
  for (const [path, content] of Object.entries(options.files ?? {})) {
    const target = join(bundle, 'image', path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: isScript(content) ? 0o755 : 0o644 });
  }
  const [image, upper, work, rootfs] = dirs;
  const layers = `lowerdir=${image}:${lower},upperdir=${upper},workdir=${work}`;
  await run('mount', ['-t', 'overlay', 'overlay', '-o', layers, String(rootfs)]);
  await writeFile(join(bundle, 'config.json'), JSON.stringify(ociConfig(name, options)));
  return bundle;
}

function isScript(content: string | Uint8Array): boolean {
  const start = Buffer.from(content.slice(0, 4)).toString('latin1');
  return start.startsWith('#!') || start === '\x7fELF';
}

type Outcome = Promise<{ code: number | null; stderr: string }>;

function outcome(child: ChildProcess): Outcome {
  return new Promise((resolve, reject) => {
    const stderr: Buffer[] = [];
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr: Buffer.concat(stderr).toString() }));
  });
}

async function firstPid(runtime: Runtime, name: string, ended: Outcome): Promise<number> {
  let over: string | undefined;
  ended.then(
    ({ code, stderr }) => {
      over = `exit code ${code}: ${stderr.trim()}`;
    },
    (error: Error) => {
      over = error.message;
    },
  );
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && over === undefined) {
    const state = await command(runtime, ['state', name], EXEC_TIMEOUT_MS);
    if (state.code === 0) {
      const { status, pid } = JSON.parse(state.stdout);
      if (status === 'running' && typeof pid === 'number') return pid;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Cannot start container ${name} with ${runtime}: ${over ?? 'it never ran'}`);
}

interface Started {
  readonly name: string;
  readonly runtime: Runtime;
  readonly pid: number;
  readonly bundle: string;
  readonly ended: Outcome;
  readonly cgroup: string;
}

function container({ name, runtime, pid, bundle, ended, cgroup }: Started): RunningContainer {
  async function stop(): Promise<void> {
    await command(runtime, ['kill', name, 'KILL'], EXEC_TIMEOUT_MS);
    await ended;
    await cleanUp({ name, runtime, bundle, cgroup });
  }
  return {
    name,
    runtime,
    pid,
    bundle,
    cgroups: readFileSync(`/proc/${pid}/cgroup`, 'latin1'),
    rootfs: join(bundle, 'rootfs'),
    exec: (args, options = {}) => {
      const [file, ...before] = runtimeCommand(runtime, cgroup);
      const all = [...before, ...execArguments(name, args, options)];
      return command(file, all, options.timeoutMs ?? EXEC_TIMEOUT_MS);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function execArguments(name: string, args: readonly string[], options: ExecOptions): string[] {
  const env = Object.entries(options.env ?? {}).flatMap(([key, value]) => [
    '--env',
    `${key}=${value}`,
  ]);
  const user = options.uid === undefined ? [] : ['--user', String(options.uid)];
  const cwd = options.cwd === undefined ? [] : ['--cwd', options.cwd];
  const tty = options.tty === true ? ['--tty'] : [];
  return ['exec', ...env, ...user, ...cwd, ...tty, name, ...args];
}

function command(file: string, args: readonly string[], timeoutMs: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({
        code,
        stdout,
        stderr: error && code === -1 ? `${stderr}${error.message}` : stderr,
      });
    });
  });
}

type Remains = Pick<Started, 'name' | 'runtime' | 'bundle' | 'cgroup'>;

async function cleanUp({ name, runtime, bundle, cgroup }: Remains): Promise<void> {
  await command(runtime, ['delete', '--force', name], EXEC_TIMEOUT_MS);
  await command('umount', ['--lazy', join(bundle, 'rootfs')], EXEC_TIMEOUT_MS);
  await rm(bundle, { recursive: true, force: true });
  await rmdir(join(UNIFIED, cgroup)).catch(() => undefined);
}
