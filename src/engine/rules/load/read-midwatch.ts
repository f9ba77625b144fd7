import { TIERS } from '#engine/rules/rule.ts';
import type { MidwatchEntry } from './entries.ts';
import type { Item } from './item.ts';
import { didYouMean } from './item.ts';
import { isMap } from './yaml-file.ts';

const KEYS = ['tier', 'runbook', 'holdable'] as const;

/**
 * The map `midwatch` of a rule. Falco ignores it with a warning; here a mistake in it is an error,
 * for a rule that pages the wrong people is not found out before it matters.
 */
export function readMidwatch(item: Item): MidwatchEntry {
  if (!item.has('midwatch')) return {};
  const value = item.value('midwatch');
  const place = item.placeOf('midwatch');
  if (!isMap(value)) return item.fail('midwatch must be a mapping', { code: CODE, place });
  const own = item.itemOf(value);
  for (const key of own.keys()) {
    if (KEYS.some((known) => known === key.text)) continue;
    const message = `unknown key "midwatch.${key.text}"${didYouMean(key.text, KEYS)}`;
    own.fail(message, { code: CODE, place: own.file.placeOf(key.node) });
  }
  return { ...readTier(own), ...readRunbook(own), ...readHoldable(own) };
}

const CODE = 'MIDWATCH_ERR_KEY';

function readTier(own: Item): MidwatchEntry {
  const text = own.optionalText('tier')?.text;
  if (text === undefined) return {};
  const tier = TIERS.find((known) => known === text);
  if (tier !== undefined) return { tier };
  const message = `expected midwatch.tier to be one of ${TIERS.join(', ')}, found "${text}"`;
  return own.fail(`${message}${didYouMean(text, TIERS)}`, {
    code: CODE,
    place: own.placeOf('tier'),
  });
}

function readRunbook(own: Item): MidwatchEntry {
  const runbook = own.optionalText('runbook')?.text;
  if (runbook === undefined) return {};
  if (/^[a-z0-9][a-z0-9._-]{0,127}$/i.test(runbook)) return { runbook };
  const message = 'expected midwatch.runbook to be an id of letters, digits, ".", "_" and "-"';
  return own.fail(`${message}, found "${runbook}"`, { code: CODE, place: own.placeOf('runbook') });
}

function readHoldable(own: Item): MidwatchEntry {
  const holdable = own.flag('holdable');
  return holdable === undefined ? {} : { holdable };
}
