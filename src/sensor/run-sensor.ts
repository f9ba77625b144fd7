import { lostEventsFinding } from '#engine/finding/sensor-finding.ts';
import { openTerminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import { Detector } from './detector.ts';
import { bootId } from './host/machine.ts';
import { FindingOutput } from './output/finding-output.ts';
import { LineWriter } from './output/line-writer.ts';
import { Poster } from './output/poster.ts';
import { openRuleSet } from './rule-set.ts';
import type { SensorOptions } from './sensor-options.ts';
import { Watch } from './watch.ts';

const EXIT_PIPE = 128 + 13;

/** Watches until it is told to end; resolves to the exit code. */
export async function runSensor(options: SensorOptions): Promise<number> {
  const rules = openRuleSet(options.rules);
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const say = (message: string): void => void process.stderr.write(`midwatch: ${message}\n`);
  const poster =
    options.post &&
    new Poster({
      url: options.post,
      headers: options.postHeaders,
      random: Math.random,
      state: say,
    });
  const writer = new LineWriter(1, {
    closed: () => {
      if (poster === undefined) end(EXIT_PIPE);
      else say('stdout was closed: findings are posted only');
    },
    trouble: (reason, message) =>
      say(`Cannot write findings (${reason}): ${message}; watching goes on, trying again`),
  });
  const terminal = openTerminal(process.stdout, process.env);
  const output = new FindingOutput({ form: options.form, terminal, writer, poster });
  const watch = Watch.open({
    eventTypes: rules.compiled.eventTypes,
    onEvent: (ctx) => detector.detect(ctx),
    onLost: (drops) => output.add(lostEventsFinding(drops, here())),
    onTick: () => output.tick(),
  });
  if (!watch.ok) throw new UserError(watch.message);
  const here = () => ({
    node: watch.ctx.hostname,
    timeNs: BigInt(Date.now()) * 1_000_000n,
  });
  const detector = new Detector(rules, {
    matching: options.matching,
    node: watch.ctx.hostname,
    bootId: bootId(),
    onFinding: (finding) => output.add(finding),
    recentDrops: () => watch.losses.recent(performance.now()),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0));
  const code = await ended;
  watch.close();
  await output.close();
  return code;
}
