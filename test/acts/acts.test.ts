import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '#model/finding.ts';
import { cannotRunContainers } from '#test/harness/run-container.ts';
import type { Act, Deed } from './act.ts';
import { ACTS } from './acts.ts';
import { buildActor, cannotBuildActor } from './build-actor.ts';
import type { Done } from './do-deed.ts';
import { doDeed } from './do-deed.ts';
import type { Watch } from './watch.ts';
import { startWatch } from './watch.ts';

/**
 * Every rule against the real kernel: one sensor watches while each act and each look-alike is done
 * for real, in a container of its own or on the host. Then the findings are held against the table.
 *
 *   MIDWATCH_ACTS='Miner run' npx vitest run test/acts      only rules whose name has these words
 */

// More than processors: a container waits while it starts and ends.
const AT_ONCE = 4;
const ALL_TIMEOUT_MS = 300_000;

const why = cannotRunContainers() ?? cannotBuildActor();
if (why !== undefined) console.log(`skipped: acts: ${why}`);
const wanted = process.env['MIDWATCH_ACTS'];
const chosen = ACTS.filter(({ rule }) => wanted === undefined || rule.includes(wanted));

describe.skipIf(why !== undefined)('rules on the real kernel', () => {
  const done = new Map<Deed, Done>();
  let findings: readonly Finding[] = [];

  beforeAll(async () => {
    const actor = await buildActor();
    const watch = await startWatch();
    const deeds = chosen.flatMap(({ act, lookalike }) => [act, lookalike]);
    const doAll = async (waiting: Deed[]): Promise<void> => {
      const worker = async (): Promise<void> => {
        for (let deed = waiting.shift(); deed !== undefined; deed = waiting.shift()) {
          done.set(deed, await doDeed(deed, actor));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    };
    await doAll(deeds.filter(({ isSlow }) => isSlow !== true));
    await doAll(deeds.filter(({ isSlow }) => isSlow === true));
    await untilCaughtUp(watch, actor);
    findings = await watch.end();
    console.log(watch.complaints.trim());
    for (const { kind, sentence } of findings) if (kind === 'sensor') console.log(sentence);
  }, ALL_TIMEOUT_MS);

  const about = (deed: Deed) => findings.filter((finding) => done.get(deed)?.isAbout(finding));

  test.each(chosen)('$rule: found when $act.says', (entry: Act) => {
    const all = about(entry.act);
    const seen = `${entry.rule}; found: ${describeAll(all)}; ${done.get(entry.act)?.output}`;
    const found = all.filter(({ rule }) => rule === entry.rule);
    const processes = found.map(({ tree }) => tree.at(-1)?.comm);
    if (entry.process === '*') expect(processes, seen).not.toEqual([]);
    else expect(processes, seen).toContain(entry.process);
    for (const { sentence } of found) expect(sentence).not.toMatch(/<NA>|[a-z_.]+=\S/);
  });

  test.each(chosen)('$rule: silent when $lookalike.says', (entry: Act) => {
    const found = about(entry.lookalike).filter(({ rule }) => rule === entry.rule);
    expect(found.map(({ sentence }) => sentence)).toEqual([]);
  });
});

const LAST: Deed = { says: 'the last thing that happens', script: '/bin/cat /etc/shadow' };
const CATCH_UP_TRIES = 20;

/** Everything before a deed is told once the deed is. */
async function untilCaughtUp(watch: Watch, actor: Uint8Array): Promise<void> {
  const { isAbout } = await doDeed(LAST, actor);
  for (let i = 0; i < CATCH_UP_TRIES && !watch.findings.some(isAbout); i++) await sleep(250);
}

function describeAll(findings: readonly Finding[]): string {
  return findings.map(({ rule, tree }) => `${rule} (${tree.at(-1)?.comm})`).join(', ') || 'nothing';
}
