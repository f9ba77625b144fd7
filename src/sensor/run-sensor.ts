import { releaseMemory } from '#lib/release-memory.ts';
import { openTerminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import { RELEASE_ABOVE_BYTES, RELEASE_BELOW_EVENTS, RELEASE_EVERY_MS } from '#model/limits.ts';
import { FindingOutput } from './output/finding-output.ts';
import { LineWriter } from './output/line-writer.ts';
import type { Poster } from './output/poster.ts';
import { RuleWatcher } from './rule-watcher.ts';
import { say } from './say.ts';
import { Sensor } from './sensor.ts';
import type { SensorOptions } from './sensor-options.ts';
import { StatusSocket } from './status-socket.ts';

const EXIT_PIPE = 128 + 13;

/**
 * Watches until it is told to end; resolves to the exit code. `begun` is called once it watches.
 */
export async function runSensor(
  options: SensorOptions,
  begun: (sensor: Sensor) => void = () => undefined,
): Promise<number> {
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const output = await openOutput(options, () => end(EXIT_PIPE));
  const sensor = await Sensor.open(options, output);
  if (!sensor.ok) throw new UserError(sensor.message);
  const reload = (): void => {
    sensor.reload();
    releaseSoon();
  };
  const watcher = new RuleWatcher(options.rules, reload);
  const socket = openSocket(sensor);
  process.on('SIGHUP', reload);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0));
  begun(sensor);
  const releasing = setInterval(() => releaseAfterStorm(sensor), RELEASE_EVERY_MS);
  releaseSoon();
  const code = await ended;
  clearInterval(releasing);
  watcher.close();
  socket?.close();
  await sensor.close();
  await output.close();
  if (code === 0) say(sensor.summary());
  return code;
}

function releaseAfterStorm({ watch }: Sensor): void {
  if (watch.eventsPerSecond > RELEASE_BELOW_EVENTS) return;
  if (process.memoryUsage.rss() > RELEASE_ABOVE_BYTES) releaseMemory();
}

/** When what comes right after has been done. */
function releaseSoon(): void {
  setTimeout(releaseMemory, RELEASE_AFTER_MS).unref();
}

const RELEASE_AFTER_MS = 4_000;

async function openOutput(options: SensorOptions, closed: () => void): Promise<FindingOutput> {
  const poster = await openPoster(options);
  const writer = new LineWriter(process.stdout.fd, {
    closed: () => {
      if (poster === undefined) closed();
      else say('Standard output was closed: findings go on being posted');
    },
    trouble: (reason, message) => {
      const what = reason === 'full' ? 'the disk is full' : message;
      say(`Cannot write findings: ${what}; watching goes on, what does not fit is counted`);
    },
  });
  const terminal = openTerminal(process.stdout, process.env);
  return new FindingOutput({ form: options.form, terminal, writer, poster });
}

/** Loaded where it is wanted only: http and tls cost 8 MB. */
async function openPoster({ post, postHeaders }: SensorOptions): Promise<Poster | undefined> {
  if (post === undefined) return undefined;
  const { Poster } = await import('./output/poster.ts');
  return new Poster({ url: post, headers: postHeaders, random: Math.random, state: say });
}

/** Without a place for the socket nobody can ask for the status; that is no reason not to watch. */
function openSocket(sensor: Sensor): StatusSocket | undefined {
  try {
    return new StatusSocket(() => sensor.status());
  } catch (error) {
    say(`Cannot answer midwatch status: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
