import { describe, expect, test } from 'vitest';
import { FOLD_DISTINCT_MAX, FOLD_TABLE_MAX, FOLD_WINDOW_MS } from '#model/limits.ts';
import { findingFixture, processFixture } from './finding-fixture.ts';
import { FindingFold } from './fold.ts';

const named = (file: string) => findingFixture({ fields: { 'fd.name': file } });

describe('FindingFold', () => {
  test('tells the first at once and counts the rest', () => {
    const fold = new FindingFold();
    expect(fold.add(findingFixture(), 0)).toBe(true);
    expect(fold.add(findingFixture(), 10)).toBe(false);
    expect(fold.add(findingFixture(), 20)).toBe(false);
    expect(fold.due(20)).toEqual([]);
  });

  test('counts one like a finding it knows, and asks for a new one after a quiet minute', () => {
    const fold = new FindingFold();
    const finding = findingFixture();
    expect(fold.addLike(finding, '2026-11-20T02:48:00.000000000Z', 0)).toBe(false);
    fold.add(finding, 0);
    expect(fold.addLike(finding, '2026-11-20T02:48:00.000000000Z', 10)).toBe(true);
    const [update] = fold.due(5_000);
    expect(update?.repeat).toMatchObject({ count: 2, lastTime: '2026-11-20T02:48:00.000000000Z' });
    expect(fold.addLike(finding, '2026-11-20T02:49:30.000000000Z', FOLD_WINDOW_MS + 11)).toBe(
      false,
    );
  });

  test('tells the count after 5 s, then half as often each time, under the first id', () => {
    const fold = new FindingFold();
    const told: [ms: number, count: number][] = [];
    for (let ms = 0; ms <= 200_000; ms += 1_000) {
      fold.add(findingFixture({ id: String(ms) }), ms);
      for (const update of fold.due(ms)) {
        told.push([ms, update.repeat.count]);
        expect(update.id).toBe('0');
      }
    }
    expect(told).toEqual([
      [5_000, 6],
      [15_000, 16],
      [35_000, 36],
      [75_000, 76],
      [155_000, 156],
    ]);
  });

  test('a quiet minute ends it: the count is told and the next is told in full', () => {
    const fold = new FindingFold();
    fold.add(findingFixture(), 0);
    fold.add(findingFixture({ time: '2026-11-20T02:47:32.000000000Z' }), 100);
    const [last] = fold.due(101 + FOLD_WINDOW_MS);
    expect(last?.repeat).toEqual({
      count: 2,
      firstTime: '2026-11-20T02:47:31.123456789Z',
      lastTime: '2026-11-20T02:47:32.000000000Z',
      distinct: 1,
    });
    expect(fold.size).toBe(0);
    expect(fold.add(findingFixture(), 102 + FOLD_WINDOW_MS)).toBe(true);
  });

  test('a single one is not told again', () => {
    const fold = new FindingFold();
    fold.add(findingFixture(), 0);
    expect(fold.due(6_000)).toEqual([]);
    expect(fold.flush()).toEqual([]);
  });

  test.each([
    ['rule', { rule: 'Another' }],
    ['container', { container: undefined }],
    ['what it is about', { fields: { 'proc.cmdline': 'sh -c whoami' } }],
    ['executable', { tree: [processFixture(), processFixture({ exe: '/bin/zsh' })] }],
    ['ancestors', { tree: [processFixture({ exe: '/usr/bin/cron' }), findingFixture().tree[1]] }],
  ])('another %s is another finding', (_what, changes) => {
    const fold = new FindingFold();
    const { container, ...rest } = { ...findingFixture(), ...changes };
    fold.add(findingFixture(), 0);
    // biome-ignore lint/suspicious/noExplicitAny: a table of partial findings, undefined included
    expect(fold.add({ ...rest, ...(container && { container }) } as any, 1)).toBe(true);
  });

  test('pids, ports, times and numbered files are the same', () => {
    const fold = new FindingFold();
    const about = (n: number) =>
      findingFixture({
        fields: {
          'proc.pid': n,
          'fd.name': `10.0.0.1:${n}->10.0.0.2:443`,
          'evt.time.iso8601': `t${n}`,
        },
      });
    fold.add(about(1), 0);
    expect(fold.add(about(2), 1)).toBe(false);
    expect(fold.due(6_000)[0]?.repeat.distinct).toBe(2);
  });

  test('many differing ones of one rule and container end in one line', () => {
    const fold = new FindingFold();
    let told = 0;
    const letters = (n: number) => String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26));
    for (let i = 0; i < 500; i++) if (fold.add(named(`/x/${letters(i)}`), i)) told++;
    expect(told).toBe(FOLD_DISTINCT_MAX + 1);
    const [update] = fold.due(10_000);
    expect(update?.repeat.count).toBe(500 - FOLD_DISTINCT_MAX);
    expect(update?.repeat.distinct).toBe(500 - FOLD_DISTINCT_MAX);
    expect(fold.add(findingFixture({ rule: 'Another' }), 10_001)).toBe(true);
  });

  test('is bounded: the one quiet for longest makes room, its count told', () => {
    const fold = new FindingFold();
    fold.add(findingFixture({ rule: 'first' }), 0);
    fold.add(findingFixture({ rule: 'first' }), 0);
    const word = (n: number) =>
      n.toString(26).replace(/\d/g, (d) => 'qrstuvwxyz'.charAt(Number(d)));
    for (let i = 0; i < FOLD_TABLE_MAX; i++) fold.add(findingFixture({ rule: `r-${word(i)}` }), 1);
    expect(fold.size).toBe(FOLD_TABLE_MAX);
    expect(fold.evicted).toBe(1);
    expect(fold.due(2).map((finding) => [finding.rule, finding.repeat.count])).toEqual([
      ['first', 2],
    ]);
  });
});
