import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { eventBlock, i64, section, text, u32 } from '#capture/capture-fixture.ts';
import { eventId } from '#model/event-schema.ts';
import { run } from './events.ts';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-events-'));
const path = join(folder, 'three.scap');
const out: string[] = [];
const told: string[] = [];

beforeEach(() => {
  out.length = 0;
  told.length = 0;
});
vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => out.push(String(chunk)) > 0);
vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => told.push(String(chunk)) > 0);
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const open = (name: string) =>
  eventBlock({
    type: eventId('syscall_open_x'),
    params: [i64(3), text(name), u32(1), u32(0), u32(5), i64(7)],
  });
const close = eventBlock({ type: eventId('syscall_close_x'), params: [i64(0), i64(3)] });
writeFileSync(path, Buffer.concat([section(), open('/a'), close, open('/b\x1b[2J')]));

test('events of a capture: those that the filter lets pass, in the format', async () => {
  expect(await run([path, 'evt.type=open', '-p', '%evt.num %fd.name'])).toBe(0);
  expect(out.join('')).toBe('1 /a\n3 /b\\x1b[2J\n');
  expect(told).toEqual([]);
});

test('events of a capture as JSON, so many', async () => {
  await run([path, '-p', '%evt.num %evt.type', '--json', '-n', '2']);
  const lines = out.join('').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { 'evt.num': 1, 'evt.type': 'open' },
    { 'evt.num': 2, 'evt.type': 'close' },
  ]);
});

test('a capture that is not there, or cut', async () => {
  await expect(run([join(folder, 'none.scap')])).rejects.toThrow(
    /Cannot read events: .*none\.scap/,
  );
  const cut = join(folder, 'cut.scap');
  writeFileSync(cut, Buffer.concat([section(), close, open('/a').subarray(0, 20)]));
  expect(await run([cut, '-p', '%evt.type'])).toBe(0);
  expect(out.join('')).toBe('close\n');
  expect(told.join('')).toMatch(/^midwatch: byte \d+: the capture is cut/);
});
