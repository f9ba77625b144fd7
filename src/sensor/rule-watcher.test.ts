import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RELOAD_DEBOUNCE_MS } from '#model/limits.ts';
import { RuleWatcher } from './rule-watcher.ts';

let folder: string;
let watcher: RuleWatcher;
let changes = 0;
const file = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-rules-'));
  writeFileSync(file('a.yaml'), 'one');
  changes = 0;
});
afterEach(() => {
  watcher.close();
  rmSync(folder, { recursive: true });
});

function watchPaths(...paths: string[]): void {
  watcher = new RuleWatcher(paths, () => {
    changes++;
  });
}

/** Waits for `count` changes, then long enough for one too many to show. */
async function expectChanges(count: number): Promise<void> {
  for (let i = 0; i < 100 && changes < count; i++) await sleep(10);
  await sleep(RELOAD_DEBOUNCE_MS * 2);
  expect(changes).toBe(count);
}

describe('RuleWatcher tells once', () => {
  test('of a file written in several steps', async () => {
    watchPaths(file('a.yaml'));
    for (const text of ['', 'tw', 'two']) writeFileSync(file('a.yaml'), text);
    await expectChanges(1);
  });

  test('of a file replaced by another, as editors and ConfigMaps do', async () => {
    watchPaths(file('a.yaml'));
    writeFileSync(file('.a.swp'), 'two');
    renameSync(file('.a.swp'), file('a.yaml'));
    await expectChanges(1);
  });

  test('of a file that came into a watched folder, and of one that went', async () => {
    watchPaths(folder);
    writeFileSync(file('b.yaml'), 'new');
    await expectChanges(1);
    rmSync(file('b.yaml'));
    await expectChanges(2);
  });

  test('not of a file written again as it was', async () => {
    watchPaths(folder);
    writeFileSync(file('a.yaml'), 'one');
    mkdirSync(file('other'));
    writeFileSync(file('notes.txt'), 'x');
    await expectChanges(0);
  });
});
