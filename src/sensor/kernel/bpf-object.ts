import type { KernelProgram } from './kernel-programs.ts';
import { FINISH_PROGRAM } from './kernel-programs.ts';
import type { Libbpf, Pointer } from './libbpf.ts';
import type { SensorFailure } from './sensor-failure.ts';
import { sensorFailure } from './sensor-failure.ts';

/** Lines of the verifier's log that go into a failure's message: the reason is at its end. */
const REASON_LINES = 3;

/**
 * The object file in memory with some of its programs loaded. The kernel loads an object's programs
 * once; more programs later are a second object on the same maps.
 */
export class BpfObject {
  readonly programs: readonly KernelProgram[];
  private readonly libbpf: Libbpf;
  private readonly pointer: Pointer;

  private constructor(libbpf: Libbpf, pointer: Pointer, programs: readonly KernelProgram[]) {
    this.libbpf = libbpf;
    this.pointer = pointer;
    this.programs = programs;
  }

  /** Reads the object file; `prepare` sets its maps before they are made. */
  static load(
    libbpf: Libbpf,
    bytes: Uint8Array,
    programs: readonly KernelProgram[],
    prepare: (object: BpfObject) => void,
  ): BpfObject | SensorFailure {
    const object = BpfObject.open(libbpf, bytes, programs);
    if (object === undefined)
      return sensorFailure('no-object', reasonOf(libbpf, 'is not readable'));
    prepare(object);
    libbpf.takeMessages();
    if (libbpf.bpf_object__load(object.pointer) === 0) return object;
    const failure = sensorFailure('load-failed', reasonOf(libbpf, 'was refused by the kernel'));
    object.close();
    return failure;
  }

  /** The same while this thread goes on; undefined where it failed: `load` tells why. */
  static async loadAside(
    libbpf: Libbpf,
    bytes: Uint8Array,
    programs: readonly KernelProgram[],
    prepare: (object: BpfObject) => void,
  ): Promise<BpfObject | undefined> {
    const object = BpfObject.open(libbpf, bytes, programs);
    if (object === undefined) return undefined;
    prepare(object);
    if ((await libbpf.loadAside(object.pointer)) === 0) return object;
    object.close();
    return undefined;
  }

  private static open(
    libbpf: Libbpf,
    bytes: Uint8Array,
    programs: readonly KernelProgram[],
  ): BpfObject | undefined {
    const pointer = libbpf.bpf_object__open_mem(bytes, bytes.length, null);
    if (pointer === null) return undefined;
    const object = new BpfObject(libbpf, pointer, programs);
    object.selectPrograms();
    return object;
  }

  private selectPrograms(): void {
    const wanted = new Set(
      [FINISH_PROGRAM, ...this.programs.map(({ name }) => name)].map((name) => this.program(name)),
    );
    let program: Pointer | null = null;
    while (true) {
      program = this.libbpf.bpf_object__next_program(this.pointer, program);
      if (program === null) return;
      this.libbpf.bpf_program__set_autoload(program, wanted.has(program));
    }
  }

  /** A program by its C name: one that is not there is a mistake in KERNEL_PROGRAMS. */
  program(name: string): Pointer {
    const program = this.libbpf.bpf_object__find_program_by_name(this.pointer, name);
    if (program === null) throw new Error(`Cannot find kernel program: no "${name}" in the object`);
    return program;
  }

  programFd(name: string): number {
    return this.libbpf.bpf_program__fd(this.program(name));
  }

  /** A map by its C name. */
  map(name: string): Pointer {
    const map = this.libbpf.bpf_object__find_map_by_name(this.pointer, name);
    if (map === null) throw new Error(`Cannot find kernel map: no "${name}" in the object`);
    return map;
  }

  close(): void {
    this.libbpf.bpf_object__close(this.pointer);
  }
}

function reasonOf(libbpf: Libbpf, what: string): string {
  const lines = libbpf
    .takeMessages()
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  const verifier = lines.findLastIndex((line) => line.startsWith('processed '));
  const end = verifier > 0 ? verifier : lines.length;
  const reason = lines.slice(Math.max(0, end - REASON_LINES), end).join('; ');
  return `Cannot watch the kernel: its object ${what}: ${reason || 'no reason given'}`;
}
