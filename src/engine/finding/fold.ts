import type { Finding } from '#model/finding.ts';
import {
  FOLD_DISTINCT_COUNT_MAX,
  FOLD_DISTINCT_MAX,
  FOLD_TABLE_MAX,
  FOLD_UPDATE_FIRST_MS,
  FOLD_UPDATE_MAX_MS,
  FOLD_WINDOW_MS,
} from '#model/limits.ts';

/**
 * Makes one finding of many that say the same, so that a loop is one line that counts and never a
 * flood. Pure: time is a parameter, in ms of any clock that only goes forward.
 *
 * The same: rule, container, the executables from the tree's root to the call, and what the rule's
 * message is about, with numbers and long hexadecimal words taken as equal. The first is told at
 * once. Later ones are counted; the count is told after 5 s, then after twice as long each time,
 * and when a minute has passed without another. An update is the first finding with its `repeat`
 * changed: the same id, so a receiver replaces what it has.
 *
 * Where one rule finds more than ten differing things in one container, the rest of that minute are
 * counted together under the eleventh (`repeat.distinct` says how many they were). Bound: 4,096 at
 * once; the one quiet for longest makes room, its count told first. Known imperfection: what was so
 * evicted starts anew when seen again.
 */
export class FindingFold {
  /** How many had to make room before they were quiet. */
  evicted = 0;
  /** In the order in which they were last seen. */
  private readonly entries = new Map<string, Entry>();
  private readonly groups = new Map<string, Group>();
  private readonly keys = new WeakMap<Finding, string>();
  private updates: Finding[] = [];

  get size(): number {
    return this.entries.size;
  }

  /** True where it is to be told now; else it was counted. */
  add(finding: Finding, nowMs: number): boolean {
    const about = whatItIsAbout(finding);
    const group = groupKey(finding);
    const key = this.entryKey(group, `${group}\n${about.replace(NUMBERS, '#')}`);
    const entry = this.entries.get(key);
    if (entry === undefined || nowMs - entry.seenMs > FOLD_WINDOW_MS) {
      if (entry !== undefined) this.close(key, entry);
      this.keys.set(finding, key);
      this.open(key, group, { finding, about, nowMs });
      return true;
    }
    if (entry.abouts.size < FOLD_DISTINCT_COUNT_MAX) entry.abouts.add(about);
    this.keys.set(finding, key);
    this.count(key, entry, { time: finding.time, nowMs });
    return false;
  }

  /**
   * Counts one more like `finding`, which was added before; false where a new one is to be added.
   */
  addLike(finding: Finding, time: string, nowMs: number): boolean {
    const key = this.keys.get(finding);
    const entry = key === undefined ? undefined : this.entries.get(key);
    if (key === undefined || entry === undefined) return false;
    if (nowMs - entry.seenMs > FOLD_WINDOW_MS) return false;
    this.count(key, entry, { time, nowMs });
    return true;
  }

  private count(key: string, entry: Entry, { time, nowMs }: { time: string; nowMs: number }): void {
    entry.count++;
    entry.lastTime = time;
    entry.seenMs = nowMs;
    // Last seen, last in the map.
    this.entries.delete(key);
    this.entries.set(key, entry);
  }

  /** The updates to tell now; to be called about once a second while `size` is not 0. */
  due(nowMs: number): Finding[] {
    for (const [key, entry] of this.entries) {
      if (nowMs - entry.seenMs > FOLD_WINDOW_MS) {
        this.close(key, entry);
      } else if (entry.count > entry.told && nowMs >= entry.updateAtMs) {
        this.tell(entry);
        entry.intervalMs = Math.min(entry.intervalMs * 2, FOLD_UPDATE_MAX_MS);
        entry.updateAtMs = nowMs + entry.intervalMs;
      }
    }
    return this.takeUpdates();
  }

  /** All counts that were not told yet: for the end of the program. */
  flush(): Finding[] {
    for (const [key, entry] of this.entries) this.close(key, entry);
    return this.takeUpdates();
  }

  private entryKey(group: string, key: string): string {
    if (this.entries.has(key)) return key;
    const open = this.groups.get(group)?.open ?? 0;
    return open >= FOLD_DISTINCT_MAX ? `${group}\n(others)` : key;
  }

  private open(key: string, group: string, { finding, about, nowMs }: Opening): void {
    const oldest = this.entries.size >= FOLD_TABLE_MAX ? this.entries.entries().next() : undefined;
    if (oldest !== undefined && oldest.done !== true) {
      this.evicted++;
      this.close(...oldest.value);
    }
    this.entries.set(key, {
      finding,
      group,
      count: 1,
      told: 1,
      lastTime: finding.time,
      seenMs: nowMs,
      intervalMs: FOLD_UPDATE_FIRST_MS,
      updateAtMs: nowMs + FOLD_UPDATE_FIRST_MS,
      abouts: new Set([about]),
    });
    const counted = this.groups.get(group);
    if (counted === undefined) this.groups.set(group, { open: 1 });
    else counted.open++;
  }

  private close(key: string, entry: Entry): void {
    if (entry.count > entry.told) this.tell(entry);
    this.entries.delete(key);
    const group = this.groups.get(entry.group);
    if (group !== undefined && --group.open <= 0) this.groups.delete(entry.group);
  }

  private tell(entry: Entry): void {
    entry.told = entry.count;
    const { count, finding, lastTime } = entry;
    const repeat = { count, firstTime: finding.time, lastTime, distinct: entry.abouts.size };
    this.updates.push({ ...finding, repeat });
  }

  private takeUpdates(): Finding[] {
    const taken = this.updates;
    this.updates = [];
    return taken;
  }
}

interface Opening {
  readonly finding: Finding;
  readonly about: string;
  readonly nowMs: number;
}

interface Entry {
  /** The first one, which was told. */
  readonly finding: Finding;
  readonly group: string;
  count: number;
  /** The count that was last told. */
  told: number;
  lastTime: string;
  seenMs: number;
  intervalMs: number;
  updateAtMs: number;
  readonly abouts: Set<string>;
}

interface Group {
  /** How many of its findings are open, told each by itself. */
  open: number;
}

const NUMBERS = /[0-9a-f]{8,}|\d+/gi;

function groupKey({ rule, container }: Finding): string {
  return `${rule}\n${container?.fullId ?? ''}`;
}

/** Numbers are left out: pids, ports and times differ each time. */
function whatItIsAbout({ tree, fields, sentence, kind }: Finding): string {
  if (kind === 'sensor') return '';
  const exes = tree.map((process) => process.exe || process.comm);
  const texts = Object.entries(fields)
    .filter(([name, value]) => typeof value === 'string' && !name.startsWith('evt.time'))
    .map(([, value]) => value);
  return [...exes, '', ...(texts.length > 0 ? texts : [sentence])].join('\n');
}
