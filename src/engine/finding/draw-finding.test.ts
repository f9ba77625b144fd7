import { describe, expect, test } from 'vitest';
import { openTerminal } from '#lib/terminal.ts';
import { textWidth } from '#lib/text-width.ts';
import type { Finding } from '#model/finding.ts';
import { drawFinding, drawUpdate } from './draw-finding.ts';
import { findingFixture, processFixture } from './finding-fixture.ts';

const plain = (columns: number) => openTerminal({ isTTY: true, columns }, { NO_COLOR: '1' });
/** Clock times depend on the machine's zone. */
const draw = (changes: Partial<Finding> = {}, columns = 80): string =>
  drawFinding(findingFixture(changes), plain(columns)).replace(/^\d\d:\d\d:\d\d/, 'HH:MM:SS');

describe('drawFinding', () => {
  test('looks like this at 80 columns', () => {
    const tree = [
      processFixture(),
      processFixture({
        pid: 91825,
        comm: 'kswapd0',
        exe: '/tmp/.x/kswapd0',
        args: ['-o', 'stratum+tcp://10.9.8.7:3333', '--threads=4', '--note', 'two words'],
        startedAt: '2026-11-20T02:47:28.000Z',
        markers: ['upper-layer-exe'],
      }),
    ];
    expect(
      draw({ tier: 'page', tree, redacted: 1, incomplete: { lost: 3, kinds: { open: 3 } } }),
    ).toBe(
      `HH:MM:SS  ◆ page    Shell in a container
  sh was started with a terminal
  where   container app (3f2a9c81b0de) · containerd
          image ghcr.io/acme/app:1.4.2 · node node-1
  tree                                                         pid  user     age
          tini -- app  (container init)                       4000  app   48 min
          └ ✗ /tmp/.x/kswapd0 -o                             91825  app      3 s
              stratum+tcp://10.9.8.7:3333 --threads=4
              --note 'two words'
              (not in the image)
  next    runbook shell-in-container · T1059.004 · finding 3f9a12cd4e5f
  note    may be incomplete: 3 events were lost in the minute before (open 3)
          one secret was taken out

`,
    );
  });

  test.each([40, 60, 70, 80, 100, 200])(
    'no line is longer than a window of %i columns',
    (columns) => {
      const long = 'x'.repeat(3000);
      const deep = Array.from({ length: 24 }, (_, i) =>
        processFixture({
          pid: i + 1,
          exe: `/bin/${long}`,
          args: [long, '夜番'.repeat(99)],
          user: long,
        }),
      );
      const text = draw(
        { rule: long, sentence: `${long} 夜番 | a=${long}`, tree: deep, node: long, runbook: long },
        columns,
      );
      const widest = Math.max(...text.split('\n').map(textWidth));
      expect(widest).toBeLessThanOrEqual(Math.max(columns, 60));
      expect(text.split('\n').length).toBeLessThan(120);
    },
  );

  test('a deep tree shows where it began and the last ones', () => {
    const tree = Array.from({ length: 20 }, (_, i) => processFixture({ pid: 100 + i }));
    const text = draw({ tree, treeElided: 5 });
    expect(text).toMatch(/100 .*\n.*└ … 18 more\n/);
    expect(text).toMatch(/✗.* 119 /);
  });

  test('colour goes to a terminal that wants it, and warm colour to pages alone', () => {
    const colour = openTerminal({ isTTY: true, columns: 80 }, { TERM: 'xterm' });
    const yellow = '\x1b[33m';
    expect(drawFinding(findingFixture({ tier: 'page' }), colour)).toContain(yellow);
    expect(drawFinding(findingFixture({ tier: 'ticket' }), colour)).not.toContain(yellow);
    expect(drawFinding(findingFixture({ tier: 'page' }), plain(80))).not.toContain('\x1b');
  });

  test('a finding about ourselves has no tree', () => {
    const { container: _, ...rest } = findingFixture({ kind: 'sensor', tree: [] });
    expect(drawFinding(rest, plain(80))).not.toContain('tree');
  });
});

test('drawUpdate is one line with the count', () => {
  const repeat = {
    count: 57,
    firstTime: '2026-11-20T02:47:31Z',
    lastTime: '2026-11-20T02:48:31Z',
    distinct: 3,
  };
  const text = drawUpdate(findingFixture({ repeat }), plain(100));
  expect(text).toMatch(
    /▲ ticket {2}×57 {2}Shell in a container · since .* · 3 kinds · app · sh\n\n$/,
  );
});
