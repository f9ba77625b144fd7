import { existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildProgram,
  cannotWatchKernel,
  KernelWatch,
  removeDirectory,
  run,
  scratchDirectory,
} from '#test/kernel/kernel-watch.ts';
import type { SeenEvent } from '#test/kernel/read-event.ts';
import { buildBpf } from './build-bpf.ts';

const headers = '/usr/include/bpf/bpf_helpers.h';
const reason = cannotWatchKernel() ?? (existsSync(headers) ? undefined : 'no libbpf-dev');
if (reason !== undefined) console.log(`skipped: what older kernels run: ${reason}`);

const ACTS = [
  ...['files', 'names', 'owners', 'descriptors', 'sockets', 'messages', 'identity', 'namespaces'],
  ...['code', 'memory', 'signals'],
];

let dir = '';
let program = '';
let execs = '';
let current: KernelWatch;
let older: KernelWatch;

beforeAll(async () => {
  if (reason !== undefined) return;
  dir = realpathSync(scratchDirectory());
  program = await buildProgram(dir, 'acts');
  execs = await buildProgram(dir, 'execs', ['-pthread']);
  const object = join(dir, 'older.o');
  buildBpf(object, ['NO_CAST']);
  current = KernelWatch.open({ failedExecs: true });
  older = KernelWatch.open({ failedExecs: true, object });
}, 60_000);

afterAll(() => {
  current?.close();
  older?.close();
  if (dir !== '') removeDirectory(dir);
});

/** What two sensors must agree on: all but when they looked, and the memory in use then. */
function comparable({ type, params, fd, flags, cgroupId, startNs }: SeenEvent): unknown {
  const { vm_rss: _, ...rest } = params;
  return { type, params: rest, fd, flags: flags & ~8, cgroupId, startNs };
}

describe.skipIf(reason !== undefined)('without loads of kernel members, as before 6.2', () => {
  test.each(ACTS)('the same is seen of %s', async (name) => {
    const place = join(dir, name);
    mkdirSync(join(place, 'real'), { recursive: true });
    writeFileSync(join(place, 'real/plain'), 'text');
    symlinkSync('real', join(place, 'link'));
    const { pid } = await run(program, [name], place);
    const seen = (await current.eventsOf(pid)).map(comparable);
    expect((await older.eventsOf(pid)).map(comparable)).toEqual(seen);
    expect(seen.length).toBeGreaterThan(5);
  });

  test.each(['thread', 'memfd', 'long', 'fail'])('the same is seen of an exec: %s', async (way) => {
    const { pid } = await run(execs, [way, '/bin/true', 'x'], dir);
    const seen = (await current.eventsOf(pid)).map(comparable);
    expect((await older.eventsOf(pid)).map(comparable)).toEqual(seen);
  });
});
