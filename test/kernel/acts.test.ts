import { mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildProgram,
  cannotWatchKernel,
  KernelWatch,
  removeDirectory,
  run,
  scratchDirectory,
} from './kernel-watch.ts';
import type { SeenEvent, Value } from './read-event.ts';

const reason = cannotWatchKernel();
if (reason !== undefined) console.log(`skipped: kernel acts: ${reason}`);

/** Makes the directory that programs/acts.c works in; its real path. */
function workplace(name: string): string {
  const dir = join(scratch, name);
  mkdirSync(join(dir, 'real'), { recursive: true });
  writeFileSync(join(dir, 'real/plain'), 'text');
  symlinkSync('real', join(dir, 'link'));
  return dir;
}

let scratch = '';
let program = '';
let watch: KernelWatch;

beforeAll(async () => {
  if (reason !== undefined) return;
  scratch = realpathSync(scratchDirectory());
  program = await buildProgram(scratch, 'acts');
  watch = KernelWatch.open({ failedExecs: true });
}, 60_000);

afterAll(() => {
  watch?.close();
  removeDirectory(scratch);
});

interface Acted {
  /** Of the program itself, after its exec, without its own exit. */
  readonly events: readonly SeenEvent[];
  /** What the program told: descriptors, ports. */
  readonly told: Readonly<Record<string, number>>;
  readonly dir: string;
  readonly pid: number;
}

async function act(name: string): Promise<Acted> {
  const dir = workplace(name);
  const { pid, stdout, exitCode } = await run(program, [name], dir);
  expect(exitCode).toBe(0);
  const events = await watch.eventsOf(pid);
  const start = events.findIndex((event) => event.type === 'syscall_execve_19_x');
  const told = Object.fromEntries(
    stdout
      .trim()
      .split(' ')
      .map((word) => [word.split('=')[0] ?? '', Number(word.split('=')[1])]),
  );
  return { events: events.slice(start + 1, -1), told, dir, pid };
}

/** Events as text: type without its suffix, parameters, and the descriptor's entry. */
function lines(events: readonly SeenEvent[], types?: RegExp): string[] {
  return events.filter((event) => types === undefined || types.test(event.type)).map(line);
}

function line({ type, params, fd }: SeenEvent): string {
  const name = type.replace(/^(syscall|socket)_/, '').replace(/(_\d+)?_[xe]$/, '');
  const values = Object.entries(params).map(([key, value]) => `${key}=${text(value)}`);
  return [name, ...values, ...(fd === undefined ? [] : [`| ${fd}`])].join(' ');
}

function text(value: Value): string {
  return value === undefined ? '-' : String(value);
}

describe.skipIf(reason !== undefined)('each kind of act', () => {
  test('opening gives the kernel’s own path, and the caller’s words where it failed', async () => {
    const { events, dir } = await act('files');
    const id = (path: string): string => {
      const { dev, ino } = statSync(path);
      return `dev=${dev} ino=${ino}`;
    };
    expect(lines(events)).toEqual([
      `open fd=3 name=${dir}/real/plain flags=4097 mode=0 ${id(`${dir}/real/plain`)}`,
      `openat fd=4 dirfd=-100 name=${dir}/new flags=16647 mode=416 ${id(`${dir}/new`)}`,
      `openat2 fd=5 dirfd=-100 name=${dir}/real flags=1025 mode=0 resolve=8 ${id(`${dir}/real`)}`,
      `creat fd=6 name=${dir}/created mode=384 ${id(`${dir}/created`)} creat_flags=16384`,
      'openat fd=-2 dirfd=-100 name=absent/file flags=2 mode=0 dev=0 ino=0',
      `openat fd=7 dirfd=-100 name=/etc/hostname flags=1 mode=0 ${id('/etc/hostname')}`,
    ]);
  });

  test('changing names tells both, and the directory a relative one starts at', async () => {
    const { events, told, dir } = await act('names');
    const at = `${told['dir']} directory ${dir}/real`;
    expect(lines(events).slice(1)).toEqual([
      'mkdir res=0 path=d1 mode=488',
      `mkdirat res=0 dirfd=${told['dir']} path=d2 mode=448 | ${at}`,
      'rename res=0 oldpath=d1 newpath=d3',
      `renameat res=0 olddirfd=${told['dir']} oldpath=d2 newdirfd=-100 newpath=d4 | ${at}`,
      `renameat2 res=0 olddirfd=-100 oldpath=d4 newdirfd=${told['dir']} newpath=d5 flags=1`,
      'rmdir res=0 path=d3',
      `unlinkat res=0 dirfd=${told['dir']} name=d5 flags=512 | ${at}`,
      'link res=0 oldpath=real/plain newpath=hard',
      `linkat res=0 olddir=${told['dir']} oldpath=plain newdir=-100 newpath=hard2 flags=1024` +
        ` | ${at}`,
      'symlink res=0 target=target linkpath=soft',
      `symlinkat res=0 target=target2 linkdirfd=${told['dir']} linkpath=soft2 | ${at}`,
      'unlink res=0 path=hard',
      'mknod res=0 path=pipe mode=4480 dev=0',
      `mknodat res=0 dirfd=${told['dir']} path=device mode=8576 dev=259 | ${at}`,
      'unlink res=-2 path=absent',
    ]);
  });

  test('changing modes and owners', async () => {
    const { events, told, dir } = await act('owners');
    const file = `${told['fd']} file ${dir}/real/plain flags 2051`;
    const at = `${told['dir']} directory ${dir}/real`;
    expect(lines(events, /ch(mod|own)/)).toEqual([
      'chmod res=0 filename=real/plain mode=2541',
      `fchmod res=0 fd=3 mode=416 | ${file}`,
      `fchmodat res=0 dirfd=4 filename=plain mode=384 | ${at}`,
      ...(watch.sensor.missing().includes('syscalls/sys_exit_fchmodat2')
        ? []
        : [`fchmodat res=0 dirfd=4 filename=plain mode=420 | ${at}`]),
      'chown res=0 path=real/plain uid=1 gid=2',
      'lchown res=0 path=link uid=3 gid=4294967295',
      `fchown res=0 fd=3 uid=0 gid=0 | ${file}`,
      `fchownat res=-22 dirfd=4 pathname=plain uid=5 gid=6 flags=1024 | ${at}`,
    ]);
  });

  test('copying, making and closing descriptors', async () => {
    const { events, told, dir, pid } = await act('descriptors');
    const file = `file ${dir}/real/plain flags 2059`;
    expect(lines(events).slice(1)).toEqual([
      `dup res=${told['dup']} oldfd=3 | ${told['dup']} ${file}`,
      `dup2 res=40 oldfd=3 newfd=40 | 40 ${file}`,
      `dup3 res=41 oldfd=3 newfd=41 flags=4096 | 41 ${file}`,
      `fcntl res=50 fd=3 cmd=26 arg=50 | 50 ${file}`,
      `fcntl res=33794 fd=3 cmd=4 arg=0 | 3 ${file}`,
      expect.stringMatching(/^pipe res=0 fd1=5 fd2=6 ino=\d+$/),
      `pipe2 res=0 fd1=7 fd2=8 ino=${told['ino']} flags=4160`,
      'close res=0 fd=41',
      'close_range res=0 first=40 last=60 flags=0',
      `memfd_create fd=${told['memfd']} name=secret flags=3 | ${told['memfd']} memfd memfd:secret`,
      `pidfd_open fd=${told['pidfd']} pid=${pid} flags=0 | ${told['pidfd']} pidfd`,
      `pidfd_getfd fd=${told['getfd']} pid_fd=${told['pidfd']} target_fd=3 flags=0` +
        ` | ${told['getfd']} ${file}`,
      expect.stringMatching(/^userfaultfd res=(-1|\d+ .* userfaultfd)/),
    ]);
  });

  test('sockets tell both ends, while connecting and when refused too', async () => {
    const { events, told } = await act('sockets');
    const { server, client, accepted, port, clientPort, six } = told;
    const ends = `127.0.0.1:${clientPort}->127.0.0.1:${port}`;
    const nowhere = 'ipv4 0.0.0.0:0->0.0.0.0:0 tcp';
    const seen = lines(events);
    expect(seen.slice(0, 7)).toEqual([
      `socket fd=${server} domain=2 type=524289 proto=0 flags=0 | ${server} ${nowhere}`,
      `bind res=0 addr=127.0.0.1:0 fd=${server} | ${server} ipv4 127.0.0.1:${port}->0.0.0.0:0 tcp`,
      `listen res=0 fd=${server} backlog=7 | ${server} ipv4 server 127.0.0.1:${port} tcp`,
      `socket fd=${client} domain=2 type=2049 proto=0 flags=0 | ${client} ${nowhere}`,
      `connect res=-115 tuple=${ends} fd=${client} addr=127.0.0.1:${port}` +
        ` | ${client} ipv4 ${ends} tcp`,
      `accept4 fd=${accepted} tuple=${ends} queuepct=0 queuelen=0 queuemax=7 flags=524288` +
        ` | ${accepted} ipv4 127.0.0.1:${port}->127.0.0.1:${clientPort} tcp`,
      `shutdown res=0 fd=${client} how=1 | ${client} ipv4 ${ends} tcp`,
    ]);
    expect(seen.slice(8)).toEqual([
      expect.stringMatching(
        `connect res=0 tuple=\\[::1\\]:\\d+->\\[::1\\]:9 fd=${six} addr=\\[::1\\]:9 \\| .* udp$`,
      ),
      'socket fd=7 domain=1 type=1 proto=0 flags=0 | 7 unix',
      'bind res=0 addr=unix socket fd=7 | 7 unix socket',
      'listen res=0 fd=7 backlog=1 | 7 unix socket',
      'socket fd=8 domain=1 type=1 proto=0 flags=0 | 8 unix',
      'connect res=0 tuple=unix socket fd=8 addr=unix socket | 8 unix socket',
      `accept fd=${told['unixAccepted']} tuple=unix socket queuepct=0 queuelen=0 queuemax=1` +
        ` | ${told['unixAccepted']} unix socket`,
      expect.stringMatching(/^socketpair res=0 fd1=10 fd2=11 source=\d{20} peer=\d{20} domain=1/),
      expect.stringMatching(/^socket fd=12 domain=2/),
      expect.stringMatching(/^connect res=-111 tuple=.*->127\.0\.0\.1:1 fd=12 addr=127\.0\.0\.1:1/),
    ]);
  });

  test('messages: questions to name servers nearly whole, of others the beginning', async () => {
    const { events, told } = await act('messages');
    const sends = events.filter((event) => /send(to|msg|mmsg)_x$/.test(event.type));
    const from = `0.0.0.0:${told['senderPort']}`;
    const here = `127.0.0.1:${told['receiverPort']}`;
    expect(
      sends.map(({ params }) => [params['res'], params['size'], String(params['data']).length]),
    ).toEqual([
      [300, 300, 300],
      [300, 300, 80],
      [120, 120, 100],
      [120, 120, 100],
      [100, 100, 100],
      [5, 5, 5],
      [5, 5, 5],
    ]);
    expect(sends.slice(0, 2).map(({ params }) => params['tuple'])).toEqual([
      `${from}->127.0.0.2:53`,
      `${from}->127.0.0.2:5353`,
    ]);
    expect(lines(events, /recv/)).toEqual([
      expect.stringContaining(
        `recvfrom res=5 data=hello tuple=127.0.0.1:${told['senderPort']}->${here} fd=4 size=600`,
      ),
      expect.stringContaining(
        `recvmsg res=5 size=100 data=again tuple=127.0.0.1:${told['senderPort']}->${here}` +
          ' msgcontrol=- fd=4',
      ),
    ]);
  });

  test('who a process is', async () => {
    const { events, told, dir } = await act('identity');
    expect(lines(events, /^(?!.*openat)/)).toEqual([
      'prctl res=0 option=15 arg2_str=renamed arg2_int=-',
      'prctl res=0 option=36 arg2_str=- arg2_int=1',
      expect.stringMatching(/^prctl res=[01] option=3 /),
      `setsid res=${told['sid']}`,
      'setpgid res=-1 pid=0 pgid=0',
      `chdir res=0 path=${dir}/real`,
      `fchdir res=0 fd=${told['dir']} | ${told['dir']} directory /`,
      'chroot res=0 path=/',
      'capset res=0 cap_inheritable=0 cap_permitted=262336 cap_effective=192',
      'setregid res=0 rgid=4294967295 egid=12',
      'setgid res=0 gid=11',
      'setresgid res=0 rgid=11 egid=11 sgid=11',
      'setreuid res=0 ruid=0 euid=0',
      'setresuid res=0 ruid=10 euid=10 suid=0',
      'setuid res=0 uid=10',
    ]);
  });

  test('namespaces and mounts', async () => {
    const { events, told } = await act('namespaces');
    const seen = lines(events);
    expect(seen).toEqual([
      'unshare res=0 flags=160',
      'mount res=0 dev=- dir=/ type=- flags=278528',
      'mount res=0 dev=tmpfs dir=real type=tmpfs flags=6',
      'umount2 res=0 name=real flags=2',
      expect.stringMatching(/^openat fd=3 dirfd=-100 name=\/proc\/self\/ns\/uts flags=1 /),
      expect.stringMatching(/^setns res=0 fd=3 nstype=128 \| 3 file uts:\[\d{10}\]/),
      'generic ID=338 nativeID=430',
      `fsconfig res=0 fd=${told['context']} cmd=1 key=size value_bytebuf=- value_charbuf=1m aux=0` +
        ` | ${told['context']} unsupported [fscontext]`,
      'generic ID=137 nativeID=155',
    ]);
  });

  test('code for the kernel', async () => {
    const { events, told } = await act('code');
    expect(lines(events)).toEqual([
      `bpf fd=${told['bpf']} cmd=0 | ${told['bpf']} bpf bpf-map`,
      `io_uring_setup res=${told['ring']} entries=4 sq_entries=${told['sq']}` +
        ` cq_entries=${told['cq']} flags=32 sq_thread_cpu=0 sq_thread_idle=0` +
        ` features=${(told['features'] ?? 0) & 0x7ff}` +
        ` | ${told['ring']} io_uring [io_uring]`,
    ]);
  });

  test('memory that becomes executable, and that of others', async () => {
    const { events, told, pid } = await act('memory');
    expect(lines(events)).toEqual([
      `mprotect res=0 addr=${told['page']} length=4096 prot=5`,
      `process_vm_writev res=8 pid=${pid} data=written\0`,
      `process_vm_readv res=8 pid=${pid} data=written\0`,
    ]);
  });

  test('signals sent, signals that kill, and ptrace', async () => {
    const { events, told, pid } = await act('signals');
    expect(lines(events)).toEqual([
      `kill res=0 pid=${pid} sig=10`,
      `tkill res=0 tid=${pid} sig=10`,
      `tgkill res=0 pid=${pid} tid=${pid} sig=10`,
      `ptrace res=0 addr=0:0 data=0:0 request=20 pid=${told['child']}`,
      'ptrace res=-3 addr=0:0 data=0:0 request=3 pid=1',
      `kill res=0 pid=${told['child']} sig=15`,
      `ptrace res=0 addr=0:0 data=1:15 request=12 pid=${told['child']}`,
    ]);
    const ofChild = await watch.eventsOf(told['child'] ?? 0);
    expect(lines(ofChild, /signal|procexit/)).toEqual([
      expect.stringMatching(`^signaldeliver.* spid=\\d+ dpid=${told['child']} sig=15$`),
      'procexit status=15 ret=0 sig=15 core=0 reaper_tid=0',
    ]);
  });
});
