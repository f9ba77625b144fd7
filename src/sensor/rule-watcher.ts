import { createHash } from 'node:crypto';
import type { FSWatcher } from 'node:fs';
import { readFileSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { listFiles } from '#lib/list-files.ts';
import { RELOAD_DEBOUNCE_MS, RULE_FILE_BYTES, RULE_FILES_MAX } from '#model/limits.ts';

/**
 * Tells when rule files changed: a file was written, replaced, added to or taken from a folder.
 * Folders are watched, not files, for editors and ConfigMaps replace a file by renaming another
 * over it. Several changes within a moment are one, and one that leaves the contents as they were
 * is none.
 */
export class RuleWatcher {
  private readonly paths: readonly string[];
  private readonly changed: () => void;
  private readonly watchers: FSWatcher[] = [];
  private timer: NodeJS.Timeout | undefined = undefined;
  private digest: string;

  constructor(paths: readonly string[], changed: () => void) {
    this.paths = paths;
    this.changed = changed;
    this.digest = digestOf(paths);
    const folders = new Set(paths.map((path) => (isFolder(path) ? path : dirname(path))));
    for (const folder of folders) {
      const watcher = watch(folder, { persistent: false }, () => this.soon());
      // A folder that was removed: SIGHUP still works.
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    }
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.close();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), RELOAD_DEBOUNCE_MS);
    this.timer.unref();
  }

  private look(): void {
    const digest = digestOf(this.paths);
    if (digest === this.digest) return;
    this.digest = digest;
    this.changed();
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What cannot be read is part of it: that is told by whoever loads the rules. */
function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  try {
    const options = { what: 'rules', extensions: ['.yaml', '.yml'], most: RULE_FILES_MAX };
    for (const file of listFiles(paths, options)) {
      hash.update(`${file}\n`);
      const { size, mtimeMs } = statSync(file);
      hash.update(size > RULE_FILE_BYTES ? `${size} ${mtimeMs}` : readFileSync(file));
    }
  } catch (error) {
    hash.update(String(error));
  }
  return hash.digest('hex');
}
