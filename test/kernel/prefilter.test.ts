import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PathClasses, PathTest, Prefilter } from '#engine/rules/prefilter.ts';
import { eventId } from '#model/event-schema.ts';
import {
  buildProgram,
  cannotWatchKernel,
  KernelWatch,
  removeDirectory,
  run,
  scratchDirectory,
} from './kernel-watch.ts';

const reason = cannotWatchKernel();
if (reason !== undefined) console.log(`skipped: kernel prefilter: ${reason}`);

const OPENAT = eventId('syscall_openat_2_x');
const HOW = ['r', 'w', 'b', 'p'];
const FILES = 400;

let dir = '';
let opens = '';

beforeAll(async () => {
  if (reason !== undefined) return;
  dir = realpathSync(scratchDirectory());
  opens = await buildProgram(dir, 'opens');
}, 60_000);

afterAll(() => {
  if (dir !== '') removeDirectory(dir);
});

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Names of all lengths around the hash's word, some the beginnings of others, one not text. */
const NAMES = [
  ...['a', 'ab', 'abc', 'abcdefg', 'abcdefgh', 'abcdefghi', 'abcdefghijklmno', 'abcdefghijklmnop'],
  ...[
    '.ssh',
    'shadow',
    'shadow-',
    'id_rsa',
    'token',
    'x'.repeat(63),
    'x'.repeat(64),
    'x'.repeat(65),
  ],
  ...['y'.repeat(255), 'log', 'log.1', 'über'],
];

/** A tree of files with such names; their paths. */
function makeTree(root: string, random: (below: number) => number): string[] {
  const paths = new Set<string>();
  while (paths.size < FILES) {
    const depth = 1 + random(5);
    const names = Array.from({ length: depth }, () => `${NAMES[random(NAMES.length)]}`);
    const folder = join(root, ...names.slice(0, -1).map((name) => `${name}.d`.slice(-250)));
    const path = join(folder, names.at(-1) ?? 'a');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, '');
    paths.add(path);
  }
  return [...paths];
}

function someTests(paths: readonly string[], random: (below: number) => number): PathTest[] {
  return Array.from({ length: 1 + random(12) }, (): PathTest => {
    const path = paths[random(paths.length)] ?? '/';
    const names = path.split('/').slice(1);
    const value = (text: string): string => Buffer.from(text).latin1Slice();
    const kind = (['prefix', 'equals', 'component', 'basename'] as const)[random(4)] ?? 'prefix';
    if (kind === 'equals') return { kind, value: value(path) };
    if (kind === 'basename') return { kind, value: value(names.at(-1) ?? 'a') };
    if (kind === 'component')
      return { kind, value: value(names[2 + random(names.length - 2)] ?? 'a') };
    const bytes = value(path);
    const shortest = value(dir).length + 2;
    return { kind, value: bytes.slice(0, shortest + random(bytes.length - shortest)) };
  });
}

function matches(path: string, { kind, value }: PathTest): boolean {
  const names = path.split('/').slice(1);
  if (kind === 'prefix') return path.startsWith(value);
  if (kind === 'equals') return path === value;
  return kind === 'basename' ? names.at(-1) === value : names.includes(value);
}

/** `fd path` of each open that the watch saw of a process. */
async function opened(
  watch: KernelWatch,
  pid: number,
): Promise<{ fd: number; path: string; flags: number }[]> {
  const events = await watch.eventsOf(pid);
  return events
    .filter((event) => event.type === 'syscall_openat_2_x')
    .map(({ params }) => ({
      fd: Number(params['fd']),
      path: String(params['name']),
      flags: Number(params['flags']),
    }));
}

describe.skipIf(reason !== undefined)('the filter in the kernel', () => {
  test('drops nothing that a test asks for, and most of the rest', async () => {
    const random = randomNumbers(20_261_121);
    const paths = makeTree(join(dir, 'tree'), random);
    const list = join(dir, 'list');
    writeFileSync(list, paths.map((path, i) => `${HOW[i % HOW.length]} ${path}\n`).join(''));
    const everything = KernelWatch.open({ eventTypes: new Set([OPENAT]) });
    const filtered = KernelWatch.open({ eventTypes: new Set([OPENAT]) });
    let seen = 0;
    let useless = 0;
    try {
      for (let turn = 0; turn < 25; turn++) {
        const tests = someTests(paths, random);
        const classes = { read: tests, write: tests, failed: 'none' } as const;
        filtered.sensor.update({ eventTypes: new Set([OPENAT]), prefilter: { [OPENAT]: classes } });
        const { pid } = await run(opens, [list]);
        const all = (await opened(everything, pid)).filter(({ path }) =>
          path.startsWith(`${dir}/tree`),
        );
        expect(all).toHaveLength(FILES);
        const kept = new Set((await opened(filtered, pid)).map(({ path }) => path));
        for (const { path } of all) {
          const isAsked = tests.some((one) => matches(path, one));
          if (isAsked) expect([path, kept.has(path)]).toEqual([path, true]);
          else if (kept.has(path)) useless++;
          seen++;
        }
      }
    } finally {
      everything.close();
      filtered.close();
    }
    expect(useless / seen).toBeLessThan(0.02);
  }, 60_000);

  const ALL: PathClasses = { read: 'all', write: 'all', failed: 'all' };
  const cases: { name: string; classes: Partial<PathClasses>; kept: string[] }[] = [
    { name: 'reading', classes: { write: 'none', failed: 'none' }, kept: ['r', 'b', 'p'] },
    { name: 'writing', classes: { read: 'none', failed: 'none' }, kept: ['w', 'b', 'p'] },
    { name: 'failing', classes: { read: 'none', write: 'none' }, kept: ['-'] },
  ];

  test.each(cases)('keeps $name apart', async ({ classes, kept }) => {
    const path = join(dir, 'one');
    writeFileSync(path, '');
    const list = join(dir, 'classes');
    writeFileSync(list, [...HOW.map((how) => `${how} ${path}`), `r ${dir}/absent`].join('\n'));
    const prefilter: Prefilter = { [OPENAT]: { ...ALL, ...classes } };
    const watch = KernelWatch.open({ eventTypes: new Set([OPENAT]), prefilter });
    try {
      const { pid } = await run(opens, [list]);
      const letters = ['?', 'r', 'w', 'b'];
      const seen = (await opened(watch, pid))
        .filter(({ path }) => path.startsWith(dir) && path !== list)
        .map(({ fd, flags }) => (fd < 0 ? '-' : letters[flags & 3]));
      // O_PATH cannot be told from reading by its flags.
      expect(seen).toEqual(kept.map((how) => (how === 'p' ? 'r' : how)));
    } finally {
      watch.close();
    }
  });

  test('lets a path through that is too deep to look at, and a file without one', async () => {
    const deep = join(dir, 'deep', 'd/'.repeat(140), 'leaf');
    mkdirSync(deep, { recursive: true });
    const names = deep.slice(1).split('/');
    const written = `/${[...names.slice(0, 112), '...', ...names.slice(-16)].join('/')}`;
    const list = join(dir, 'odd');
    writeFileSync(list, [`r ${deep}`, 'r /proc/self/ns/uts', `r ${dir}`].join('\n'));
    const tests: PathTest[] = [{ kind: 'equals', value: '/no/such/path' }];
    const prefilter: Prefilter = { [OPENAT]: { read: tests, write: 'none', failed: 'none' } };
    const watch = KernelWatch.open({ eventTypes: new Set([OPENAT]), prefilter });
    try {
      const { pid } = await run(opens, [list]);
      const seen = (await opened(watch, pid)).map(({ path }) => path);
      expect(seen).toEqual([written, '/proc/self/ns/uts']);
    } finally {
      watch.close();
    }
  });
});
