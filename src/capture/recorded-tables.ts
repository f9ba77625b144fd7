import type {
  CaptureTables,
  GroupEntry,
  InterfaceEntry,
  MachineEntry,
  ThreadEntry,
  UserEntry,
} from '#model/capture-tables.ts';

/** For tests: keeps whatever a capture's tables say. */
export class RecordedTables implements CaptureTables {
  sections = 0;
  readonly machines: MachineEntry[] = [];
  readonly threads: ThreadEntry[] = [];
  readonly fds: { readonly tid: number; readonly entry: Buffer }[] = [];
  readonly users: UserEntry[] = [];
  readonly groups: GroupEntry[] = [];
  readonly interfaces: InterfaceEntry[] = [];

  section(): void {
    this.sections++;
  }

  machine(entry: MachineEntry): void {
    this.machines.push(entry);
  }

  threadEntry(entry: ThreadEntry): void {
    this.threads.push(entry);
  }

  fd(tid: number, bytes: Buffer, at: number, end: number): void {
    this.fds.push({ tid, entry: Buffer.from(bytes.subarray(at, end)) });
  }

  user(entry: UserEntry): void {
    this.users.push(entry);
  }

  group(entry: GroupEntry): void {
    this.groups.push(entry);
  }

  networkInterface(entry: InterfaceEntry): void {
    this.interfaces.push(entry);
  }
}
