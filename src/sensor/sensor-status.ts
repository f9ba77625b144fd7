import { EVENTS } from '#model/event-schema.ts';
import type { ContainerStatus, KindStatus, RulesStatus, SensorStatus } from '#model/wire.ts';
import { STATUS_SCHEMA } from '#model/wire.ts';
import packageJson from '#package.json' with { type: 'json' };
import type { Sensor } from './sensor.ts';
import type { Watch } from './watch.ts';

/** How a sensor is at this moment. */
export function sensorStatus(sensor: Sensor): SensorStatus {
  const { watch, output, startedAt } = sensor;
  watch.count();
  const { uptimeMs } = sensor;
  const { user, system } = process.cpuUsage();
  const drops = watch.losses.recent(performance.now());
  return {
    schema: STATUS_SCHEMA,
    pid: process.pid,
    version: packageJson.version,
    node: watch.ctx.hostname,
    startedAt: startedAt.toISOString(),
    uptimeMs,
    rules: rulesStatus(sensor),
    kinds: kindStatuses(watch),
    events: {
      total: watch.ctx.evtNum,
      perSecond: watch.eventsPerSecond,
      lost: watch.losses.total,
      lostPerSecond: watch.lostPerSecond,
    },
    drops,
    processes: watch.table.leaders().length,
    containers: containerStatuses(watch),
    findings: {
      found: output.found,
      told: output.told,
      folded: output.folded,
      tiers: { ...output.tiers },
    },
    outputs: output.status(),
    ...recorderStatus(sensor),
    residentBytes: process.memoryUsage.rss(),
    // Of all the time that this process has had, its start included.
    cpuShare: (user + system) / 1e6 / process.uptime(),
    troubles: troubles(sensor),
  };
}

function recorderStatus({ recorder }: Sensor): Pick<SensorStatus, 'recorder'> {
  if (recorder === undefined) return {};
  const { events, dropped, bytes, removed } = recorder;
  return { recorder: { events, dropped, bytes, removed } };
}

function rulesStatus({ rules, reloads, refused }: Sensor): RulesStatus {
  return {
    loaded: rules.rules.filter((rule) => rule.enabled).length,
    files: rules.files,
    loadedAt: rules.loadedAt.toISOString(),
    reloads,
    ...(refused && { refused: { at: refused.at.toISOString(), message: refused.message } }),
  };
}

/** Types of one name are one kind: people know openat, not its versions. */
function kindStatuses({ counters }: Watch): KindStatus[] {
  const kinds = new Map<string, { events: number; filtered: number; lost: number }>();
  for (const [type, { seen, filtered, dropped }] of counters) {
    const name = EVENTS[type]?.name ?? String(type);
    const kind = kinds.get(name) ?? { events: 0, filtered: 0, lost: 0 };
    kind.events += seen - filtered - dropped;
    kind.filtered += filtered;
    kind.lost += dropped;
    kinds.set(name, kind);
  }
  return [...kinds].map(([name, counts]) => ({ name, ...counts }));
}

function containerStatuses({ table }: Watch): ContainerStatus[] {
  const containers = new Set(table.leaders().map((thread) => thread.container));
  return [...containers]
    .filter((container) => container.fullId !== '')
    .map(({ id, name, imageRepository, podName }) => ({
      id,
      ...(name === undefined ? {} : { name }),
      ...(imageRepository === undefined ? {} : { image: imageRepository }),
      ...(podName === undefined ? {} : { pod: podName }),
    }));
}

function troubles({ refused, watch, output, recorder }: Sensor): string[] {
  const said: string[] = [];
  if (refused !== undefined) {
    const at = refused.at.toISOString().slice(11, 19);
    said.push(`Changed rules were refused at ${at}Z: ${refused.message}; the set before stays.`);
  }
  const drops = watch.losses.recent(performance.now());
  if (drops !== undefined) {
    said.push(`${drops.lost} events were lost in the last minute: findings may be incomplete.`);
  }
  for (const { name, dropped } of output.status()) {
    if (dropped > 0) said.push(`${dropped} findings could not be handed to ${name}.`);
  }
  const { uncounted } = watch.table.spread;
  if (uncounted > 0) {
    said.push(`${uncounted} connections of programs with too many in a minute were not counted.`);
  }
  if (recorder?.trouble !== undefined) said.push(recorder.trouble);
  const missing = watch.missing();
  if (missing.length > 0) said.push(`This kernel has no ${missing.join(', ')}: not watched.`);
  return said;
}
