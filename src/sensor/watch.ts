import { hostname } from 'node:os';
import type { ProcessTable } from '#engine/process/process-table.ts';
import type { Prefilter } from '#engine/rules/prefilter.ts';
import type { Container } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import type { FindingDrops } from '#model/finding.ts';
import {
  CPU_WINDOW_MS,
  IDLE_COUNTER_TICKS,
  REPAIR_EVERY_MS,
  WATCH_TICK_MS,
} from '#model/limits.ts';
import { findCgroupHierarchy } from './containers/cgroup-hierarchy.ts';
import type { ContainerTable } from './containers/container-table.ts';
import { LiveProcesses } from './host/live-processes.ts';
import type { EventCounters, KernelSensor } from './kernel/kernel-sensor.ts';
import { beginKernelSensor, openKernelSensor } from './kernel/kernel-sensor.ts';
import type { SensorFailure } from './kernel/sensor-failure.ts';
import { leaveQuickly } from './leave-quickly.ts';
import { LossLedger } from './loss-ledger.ts';

const PROCINFO = eventId('procinfo_e');

export interface WatchOptions {
  readonly eventTypes: ReadonlySet<number>;
  readonly prefilter?: Prefilter;
  /** Called for each event, after the process table has applied it. */
  readonly onEvent: (ctx: Evaluation) => void;
  /** Called when events were lost, at most once a second. */
  readonly onLost: (drops: FindingDrops, at: Here) => void;
  readonly onTick?: () => void;
  /** Names, images and pods of containers became known. */
  readonly onContainers?: (changes: ReadonlyMap<Container, Container>) => void;
}

export interface Here {
  readonly node: string;
  /** ns since 1970 */
  readonly timeNs: bigint;
}

/**
 * This machine, watched: the kernel's events in order, each with the process that caused it, its
 * ancestors, container and user. The one place where kernel sensor, process table, /proc, users and
 * containers meet; `sensor` and `events` differ only in what they do with an event.
 */
export class Watch {
  readonly ok = true;
  readonly ctx: Evaluation;
  readonly table: ProcessTable;
  readonly containers: ContainerTable;
  readonly losses = new LossLedger();
  counters: ReadonlyMap<number, EventCounters> = new Map();
  eventsPerSecond = 0;
  lostPerSecond = 0;
  private readonly kernel: KernelSensor;
  private readonly processes: LiveProcesses;
  private readonly options: WatchOptions;
  private eventTypes: ReadonlySet<number>;
  private readonly timer: NodeJS.Timeout;
  private readonly stopReading: () => void;
  private ticks = 0;
  private countedEvents = 0;
  private countedAtMs = performance.now();
  private repairedAtMs = Number.NEGATIVE_INFINITY;
  private sampledAtMs = Number.NEGATIVE_INFINITY;

  private constructor(kernel: KernelSensor, options: WatchOptions) {
    this.kernel = kernel;
    this.options = options;
    this.eventTypes = options.eventTypes;
    const hierarchy = findCgroupHierarchy();
    this.processes = new LiveProcesses({
      bootNs: kernel.clockOffsetNs(),
      ...(hierarchy && { hierarchy }),
      ...(options.onContainers && { onContainers: options.onContainers }),
    });
    this.table = this.processes.table;
    this.containers = this.processes.containers;
    this.ctx = new Evaluation(this.table);
    this.ctx.hostname = nodeName();
    this.setClock();
    this.ctx.firstTimeNs = BigInt(Date.now()) * 1_000_000n;
    // Attached first, read from /proc second: who starts in between is in both, and found once.
    this.processes.seed();
    this.stopReading = kernel.start({ view: this.ctx.evt, onEvent: () => this.next() });
    this.timer = setInterval(() => this.tick(), WATCH_TICK_MS);
  }

  /** `open` in two steps, for whoever learns only meanwhile what is wanted. */
  static begin(
    guess: ReadonlySet<number>,
  ): (options: WatchOptions) => Promise<Watch | SensorFailure> {
    const finish = beginKernelSensor(guess);
    return async (options) => {
      const kernel = await finish(options);
      return kernel.ok ? new Watch(kernel, options) : kernel;
    };
  }

  static open(options: WatchOptions): Watch | SensorFailure {
    const kernel = openKernelSensor(options);
    return kernel.ok ? new Watch(kernel, options) : kernel;
  }

  /** The rules changed: the kernel attaches and filters what they need. */
  update(wanted: Pick<WatchOptions, 'eventTypes' | 'prefilter'>): SensorFailure | undefined {
    this.eventTypes = wanted.eventTypes;
    return this.kernel.update(wanted);
  }

  attached(): string[] {
    return this.kernel.attached();
  }

  missing(): string[] {
    return this.kernel.missing();
  }

  /** Counters as of now; `counters` are those of the last look. */
  count(): void {
    const nowMs = performance.now();
    this.counters = this.kernel.counters();
    const lost = this.losses.update(this.counters, nowMs);
    const seconds = Math.max(0.001, (nowMs - this.countedAtMs) / 1000);
    this.eventsPerSecond = (this.ctx.evtNum - this.countedEvents) / seconds;
    this.lostPerSecond = (lost?.lost ?? 0) / seconds;
    this.countedEvents = this.ctx.evtNum;
    this.countedAtMs = nowMs;
    if (lost === undefined) return;
    this.repair(nowMs);
    this.options.onLost(lost, this.here());
  }

  /** Where and when it is, for findings about ourselves. */
  here(): Here {
    return { node: this.ctx.hostname, timeNs: BigInt(Date.now()) * 1_000_000n };
  }

  /** Ends the watch of a program that ends: detaching is left to others. */
  leave(): void {
    this.stop();
    leaveQuickly();
  }

  /** Ends the watch and detaches everything, for a program that goes on. */
  close(): void {
    this.stop();
    this.kernel.close();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.stopReading();
    this.processes.close();
  }

  private next(): void {
    const { ctx } = this;
    ctx.evtNum++;
    this.table.apply(ctx);
    this.options.onEvent(ctx);
    ctx.leaveEvent();
  }

  private tick(): void {
    this.ticks++;
    this.setClock();
    const isIdle = this.ctx.evtNum === this.countedEvents;
    if (!isIdle || this.ticks % IDLE_COUNTER_TICKS === 0) this.count();
    else this.eventsPerSecond = 0;
    if (this.eventTypes.has(PROCINFO)) this.sampleCpu(performance.now());
    this.options.onTick?.();
  }

  /** No system call tells who burns CPU; these records come from /proc instead of the ring. */
  private sampleCpu(nowMs: number): void {
    if (nowMs - this.sampledAtMs < CPU_WINDOW_MS) return;
    this.sampledAtMs = nowMs;
    const { ctx } = this;
    const sinceBootNs = this.here().timeNs - ctx.clockOffsetNs;
    for (const record of this.processes.sampleCpu(Number(sinceBootNs))) {
      ctx.evt.over(record).atRecord(0);
      this.next();
    }
  }

  /** A clock that was set, or a machine that slept, is noticed within a second. */
  private setClock(): void {
    this.ctx.clockOffsetNs = this.kernel.clockOffsetNs();
  }

  /** Births and deaths may be among what was lost. */
  private repair(nowMs: number): void {
    if (nowMs - this.repairedAtMs < REPAIR_EVERY_MS) return;
    this.repairedAtMs = nowMs;
    this.processes.reconcile();
  }
}

/** What a cluster calls this machine, where it says so; else what the machine calls itself. */
function nodeName(): string {
  return process.env['NODE_NAME'] || hostname();
}
