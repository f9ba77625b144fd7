/**
 * The kernel sensor: system calls and process life as events, from programs in the kernel.
 *
 *   const sensor = openKernelSensor({ eventTypes, prefilter });
 *   if (!sensor.ok) … sensor.reason, sensor.message
 *   const stop = sensor.start({ view: evaluation.evt, onEvent: () => …, onRound: (n) => … });
 *   sensor.update({ eventTypes, prefilter })   rules changed: attaches and detaches, no restart
 *   sensor.counters()  attached()  missing()  backlog()  clockOffsetNs()
 *   stop(); sensor.close();
 *
 * `sensor.drain(view, handler, budget)` is the loop's step, for tests and benchmarks.
 *
 * What the events hold beyond their rows in event-rows.ts:
 * - timestamps are CLOCK_BOOTTIME; `clockOffsetNs()` turns them into wall time.
 * - process life is always there: syscall_clone_20_x once a new task, written for the child (res 0,
 *   tid, pid and start of the child; exe, args, cwd and cgroups empty: they are the parent's);
 *   syscall_execve_19_x from the kernel's exec tracepoint, failed ones only with `failedExecs`, and
 *   flagged RECORD_FLAG.compat32 where the image's calls will not be seen; procexit_1_e for each
 *   task.
 * - open family: `name` is the kernel's own path, seen from the caller's root; the caller's string
 *   where the call failed. RECORD_FLAG.foreignMount: the file is in another mount namespace.
 * - calls with a descriptor carry its FD entry (view.fdEntry) as it is after the call.
 */
import { readFileSync } from 'node:fs';
import type { Prefilter } from '#engine/rules/prefilter.ts';
import type { EventView } from '#model/event-view.ts';
import { BULK_RING_BYTES, CRITICAL_RING_BYTES } from '#model/limits.ts';
import { BpfObject } from './bpf-object.ts';
import { CONTROL_SIZE, FilterTable, READER_RETURNS } from './filter-table.ts';
import { kernelConfig } from './kernel-config.ts';
import type { KernelProgram } from './kernel-programs.ts';
import { FAILED_EXEC_PROGRAMS, FINISH_PROGRAM, KERNEL_PROGRAMS } from './kernel-programs.ts';
import { missingRequirement, noLibbpf, noTracefs } from './kernel-requirements.ts';
import type { Libbpf, Pointer } from './libbpf.ts';
import { loadLibbpf } from './libbpf.ts';
import type { Libc } from './libc.ts';
import { loadLibc } from './libc.ts';
import type { MappedMemory } from './mapped-memory.ts';
import { mapMemory } from './mapped-memory.ts';
import { startRingLoop } from './ring-loop.ts';
import { RingPair } from './ring-pair.ts';
import type { SensorFailure } from './sensor-failure.ts';
import { sensorFailure } from './sensor-failure.ts';
import type { Tracefs } from './tracefs.ts';
import { openTracefs } from './tracefs.ts';

/** What rules, or a person, ask for. */
export interface WantedEvents {
  readonly eventTypes: ReadonlySet<number>;
  /** Nothing given: everything wanted passes. */
  readonly prefilter?: Prefilter;
  /** Execs that failed too; they are many, for a shell tries every directory of its path. */
  readonly failedExecs?: boolean;
}

export interface SensorOptions extends WantedEvents {
  /** A process whose acts are no events: ourselves, unless a test says otherwise. 0: none. */
  readonly ownPid?: number;
  /** Another object file than the committed one: for the test of what older kernels run. */
  readonly object?: string;
  readonly criticalRingBytes?: number;
  readonly bulkRingBytes?: number;
}

/** Since the sensor was opened, all CPUs together. */
export interface EventCounters {
  /** Calls that reached a kernel program. */
  readonly seen: number;
  /** Of those, left out because no rule can use them. */
  readonly filtered: number;
  /** Of those, lost because the ring was full. */
  readonly dropped: number;
}

export interface EventLoopOptions {
  readonly view: EventView;
  /** Called for each event, with the view on it; what is read from the view ends with the call. */
  readonly onEvent: () => void;
  /** Called after each round that handled something, with how many it was. */
  readonly onRound?: (count: number) => void;
}

const OBJECT = new URL('../../../bpf/midwatch.bpf.o', import.meta.url);
const SYS_PERF_EVENT_OPEN = process.arch === 'arm64' ? 241 : 298;
const PERF_TYPE_TRACEPOINT = 2;
const PERF_FLAG_FD_CLOEXEC = 8;
const PERF_ATTR_SIZE = 112;
const MAPS = ['scratch', 'critical', 'bulk', 'counts', 'tails', '.rodata.config', '.bss'] as const;

/** Loads and attaches the kernel programs. Needs root, Linux 5.16 or later with BTF, libbpf 1.x. */
export function openKernelSensor(options: SensorOptions): KernelSensor | SensorFailure {
  const sensor = newKernelSensor();
  return sensor.ok ? finish(sensor, options) : sensor;
}

/**
 * The same in two steps, for whoever has something to do meanwhile: the kernel takes 0.6 s to check
 * the programs, on another thread. `guess`: what will be wanted, more or less; what is missing is
 * loaded at the end, and what was not wanted is not attached.
 */
export function beginKernelSensor(
  guess: ReadonlySet<number>,
): (options: SensorOptions) => Promise<KernelSensor | SensorFailure> {
  const sensor = newKernelSensor();
  if (!sensor.ok) return async () => sensor;
  const loaded = sensor.loadAside({ eventTypes: guess });
  return async (options) => {
    await loaded;
    return finish(sensor, options);
  };
}

function newKernelSensor(): KernelSensor | SensorFailure {
  const missing = missingRequirement();
  if (missing !== undefined) return missing;
  const libc = loadLibc();
  const libbpf = loadLibbpf(libc);
  if (libbpf === undefined) return noLibbpf();
  const tracefs = openTracefs(libc);
  return tracefs === undefined ? noTracefs() : new KernelSensor(libc, libbpf, tracefs);
}

function finish(sensor: KernelSensor, options: SensorOptions): KernelSensor | SensorFailure {
  const failure = sensor.begin(options);
  if (failure === undefined) return sensor;
  sensor.close();
  return failure;
}

export class KernelSensor {
  readonly ok = true;
  private readonly libc: Libc;
  private readonly libbpf: Libbpf;
  private readonly tracefs: Tracefs;
  private readonly objects: BpfObject[] = [];
  private readonly links = new Map<KernelProgram, Pointer>();
  private readonly absent = new Set<string>();
  private readonly maps = new Map<string, number>();
  private readonly cpus: number;
  private rings: RingPair | undefined;
  private control: MappedMemory | undefined;
  private filters: FilterTable | undefined;
  private returns: BigInt64Array | undefined;

  /** Use `openKernelSensor`. */
  constructor(libc: Libc, libbpf: Libbpf, tracefs: Tracefs) {
    this.libc = libc;
    this.libbpf = libbpf;
    this.tracefs = tracefs;
    this.cpus = libbpf.libbpf_num_possible_cpus();
  }

  /** Loads, maps and attaches; once. */
  begin(options: SensorOptions): SensorFailure | undefined {
    const wanted = this.wanted(options);
    const failure = this.loadMissing(wanted, options);
    if (failure !== undefined) return failure;
    this.libc.malloc_trim(0); // libbpf read all of the kernel's BTF: some 10 MB
    const critical = {
      fd: this.fd('critical'),
      size: options.criticalRingBytes ?? CRITICAL_RING_BYTES,
    };
    const bulk = { fd: this.fd('bulk'), size: options.bulkRingBytes ?? BULK_RING_BYTES };
    this.rings = RingPair.open(this.libc, critical, bulk);
    this.control = mapMemory(this.libc, this.fd('.bss'), CONTROL_SIZE);
    if (this.rings === undefined || this.control === undefined) {
      return sensorFailure('load-failed', 'Cannot watch the kernel: no memory to map its rings.');
    }
    this.filters = new FilterTable(new DataView(this.control.bytes));
    this.filters.write(options.eventTypes, options.prefilter ?? {});
    this.returns = new BigInt64Array(this.control.bytes, READER_RETURNS, 1);
    return this.attach(wanted);
  }

  /** The programs that the event types need and this kernel has a place for. */
  private wanted({ eventTypes, failedExecs }: WantedEvents): KernelProgram[] {
    const extra = failedExecs === true ? FAILED_EXEC_PROGRAMS : [];
    const needed = KERNEL_PROGRAMS.filter(
      (program) => program.isAlways || program.eventTypes.some((type) => eventTypes.has(type)),
    );
    return [...needed, ...extra].filter((program) => {
      if (program.tracepoint === undefined) return true;
      const exists = this.tracefs.tracepointId(program.tracepoint) !== undefined;
      if (!exists) this.absent.add(program.tracepoint);
      return exists;
    });
  }

  /** Loads what the wanted programs will be while this thread goes on; `begin` does the rest. */
  async loadAside(options: SensorOptions): Promise<void> {
    const bytes = readFileSync(options.object ?? OBJECT);
    const object = await BpfObject.loadAside(this.libbpf, bytes, this.wanted(options), (fresh) =>
      this.prepare(fresh, options),
    );
    if (object !== undefined) this.keep(object);
  }

  private loadMissing(
    wanted: readonly KernelProgram[],
    options: SensorOptions,
  ): SensorFailure | undefined {
    const loaded = new Set(this.objects.flatMap((object) => object.programs));
    const fresh = wanted.filter((program) => !loaded.has(program));
    if (fresh.length === 0) return undefined;
    const bytes = readFileSync(options.object ?? OBJECT);
    return this.loadPrograms(bytes, fresh, (object) =>
      loaded.size === 0 ? this.prepare(object, options) : this.reuseMaps(object),
    );
  }

  private loadPrograms(
    bytes: Buffer,
    programs: readonly KernelProgram[],
    prepare: (object: BpfObject) => void,
  ): SensorFailure | undefined {
    const object = BpfObject.load(this.libbpf, bytes, programs, prepare);
    if (!(object instanceof BpfObject)) return object;
    this.keep(object);
    return undefined;
  }

  private keep(object: BpfObject): void {
    const finish = object.programFd(FINISH_PROGRAM);
    if (this.objects.push(object) === 1)
      this.setTail(this.libbpf.bpf_map__fd(object.map('tails')), finish);
    for (const name of MAPS) this.maps.set(name, this.libbpf.bpf_map__fd(object.map(name)));
  }

  private setTail(map: number, program: number): void {
    const value = Buffer.alloc(4);
    value.writeInt32LE(program);
    this.libbpf.bpf_map_update_elem(map, Buffer.alloc(4), value, 0);
  }

  /** Before the first load: sizes, and what is a constant to the verifier. */
  private prepare(object: BpfObject, options: SensorOptions): void {
    const { libbpf } = this;
    const config = kernelConfig(options.ownPid ?? process.pid);
    libbpf.bpf_map__set_initial_value(object.map('.rodata.config'), config, config.length);
    libbpf.bpf_map__set_max_entries(object.map('scratch'), this.cpus);
    libbpf.bpf_map__set_max_entries(
      object.map('critical'),
      options.criticalRingBytes ?? CRITICAL_RING_BYTES,
    );
    libbpf.bpf_map__set_max_entries(object.map('bulk'), options.bulkRingBytes ?? BULK_RING_BYTES);
  }

  private attach(programs: readonly KernelProgram[]): SensorFailure | undefined {
    for (const program of programs) {
      if (this.links.has(program)) continue;
      const object = this.objects.find((candidate) => candidate.programs.includes(program));
      const link = object && this.link(object.program(program.name), program.tracepoint);
      if (link === null || link === undefined) {
        const place = program.tracepoint ?? program.name;
        return sensorFailure(
          'attach-failed',
          `Cannot watch the kernel: cannot attach to ${place}.`,
        );
      }
      this.links.set(program, link);
    }
    return undefined;
  }

  private link(program: Pointer, tracepoint: string | undefined): Pointer | null {
    if (tracepoint === undefined) return this.libbpf.bpf_program__attach(program);
    const attributes = Buffer.alloc(PERF_ATTR_SIZE);
    attributes.writeUInt32LE(PERF_TYPE_TRACEPOINT, 0);
    attributes.writeUInt32LE(PERF_ATTR_SIZE, 4);
    attributes.writeBigUInt64LE(BigInt(this.tracefs.tracepointId(tracepoint) ?? 0), 8);
    const fd = this.libc.syscall(SYS_PERF_EVENT_OPEN, [
      attributes,
      -1,
      0,
      -1,
      PERF_FLAG_FD_CLOEXEC,
    ]);
    if (fd < 0) return null;
    return this.libbpf.bpf_program__attach_perf_event(program, fd);
  }

  /** Rules changed: loads and attaches what is new, detaches what nobody wants any more. */
  update(options: WantedEvents): SensorFailure | undefined {
    const wanted = this.wanted(options);
    const failure = this.loadMissing(wanted, options);
    if (failure !== undefined) return failure;
    this.filters?.write(options.eventTypes, options.prefilter ?? {});
    for (const [program, link] of this.links) {
      if (wanted.includes(program)) continue;
      this.libbpf.bpf_link__destroy(link);
      this.links.delete(program);
    }
    return this.attach(wanted);
  }

  private reuseMaps(object: BpfObject): void {
    for (const name of MAPS) this.libbpf.bpf_map__reuse_fd(object.map(name), this.fd(name));
  }

  private fd(map: (typeof MAPS)[number]): number {
    return this.maps.get(map) ?? -1;
  }

  /** The names of the attached programs. */
  attached(): string[] {
    return [...this.links.keys()].map((program) => program.name);
  }

  /** Tracepoints that were wanted and that this kernel does not have. */
  missing(): string[] {
    return [...this.absent];
  }

  /** Bytes that wait to be read. */
  backlog(): number {
    return this.rings?.backlog() ?? 0;
  }

  /** Counters of the event types that any attached program writes. */
  counters(): Map<number, EventCounters> {
    const types = new Set([...this.links.keys()].flatMap((program) => program.eventTypes));
    return new Map([...types].map((type) => [type, this.counter(type)]));
  }

  private counter(type: number): EventCounters {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(type);
    const value = Buffer.alloc(24 * this.cpus);
    this.libbpf.bpf_map_lookup_elem(this.fd('counts'), key, value);
    const sums = [0, 0, 0];
    for (let at = 0; at < value.length; at += 8) {
      sums[(at / 8) % 3] = (sums[(at / 8) % 3] ?? 0) + Number(value.readBigUInt64LE(at));
    }
    const [passed = 0, filtered = 0, dropped = 0] = sums;
    return { seen: passed + filtered, filtered, dropped };
  }

  /** Added to an event's timestamp: ns since 1970. Read it again about once a second. */
  clockOffsetNs(): bigint {
    return this.libc.clockOffsetNs();
  }

  /** One bounded round of reading; how many events it was. */
  drain(view: EventView, handler: () => void, budget: number): number {
    return this.rings?.drain(view, handler, budget) ?? 0;
  }

  /** Reads whenever there is something; the returned function ends that. */
  start(options: EventLoopOptions): () => void {
    const { rings } = this;
    if (rings === undefined) return () => {};
    const fds = [this.fd('critical'), this.fd('bulk')];
    const returnWithin = (ms: number): void => this.readerReturns(ms);
    return startRingLoop({ ...options, rings, fds, returnWithin });
  }

  private readerReturns(withinMs: number): void {
    if (this.returns === undefined) return;
    const ns = withinMs === 0 ? 0 : this.libc.bootTimeNs() + withinMs * 1e6;
    Atomics.store(this.returns, 0, BigInt(ns));
  }

  close(): void {
    for (const link of this.links.values()) this.libbpf.bpf_link__destroy(link);
    this.links.clear();
    this.rings?.close();
    this.rings = undefined;
    this.control?.release();
    this.control = undefined;
    this.filters = undefined;
    this.returns = undefined;
    for (const object of this.objects) object.close();
    this.objects.length = 0;
    this.tracefs.close();
  }
}
