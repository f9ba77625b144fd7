/**
 * What the blocks before a capture's events say about the machine: its processes, open files, users
 * and interfaces. The reader (src/capture) decodes entries; the process table takes them as its
 * starting state. Strings are byte strings; a field that an old writer did not have is undefined.
 */
export interface CaptureTables {
  /** A new section starts: what was known before is of another time or machine. */
  section(): void;
  machine(entry: MachineEntry): void;
  threadEntry(entry: ThreadEntry): void;
  /** One .scap FD entry of thread `tid`, as it stands in `bytes` from `at` up to `end`. */
  fd(tid: number, bytes: Buffer, at: number, end: number): void;
  user(entry: UserEntry): void;
  group(entry: GroupEntry): void;
  networkInterface(entry: InterfaceEntry): void;
}

export interface MachineEntry {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly hostname: string;
  /** ns since 1970; 0 in captures of old writers. */
  readonly bootNs: bigint;
}

/** One thread; pid equals tid for a process's leader. Blobs hold NUL-terminated strings. */
export interface ThreadEntry {
  readonly tid: number;
  readonly pid: number;
  readonly ptid: number;
  readonly sid: number | undefined;
  readonly vpgid: number | undefined;
  readonly pgid: number | undefined;
  readonly vtid: number | undefined;
  readonly vpid: number | undefined;
  readonly comm: string;
  readonly exe: string;
  readonly exePath: string | undefined;
  /** Blob. */
  readonly args: string;
  readonly cwd: string;
  readonly fdLimit: number;
  readonly flags: number;
  readonly uid: number;
  readonly gid: number;
  readonly vmSizeKb: number | undefined;
  readonly vmRssKb: number | undefined;
  readonly vmSwapKb: number | undefined;
  readonly majorFaults: number | undefined;
  readonly minorFaults: number | undefined;
  /** Blob. */
  readonly env: string | undefined;
  /** Blob of `subsystem=path`. */
  readonly cgroups: string | undefined;
  readonly root: string | undefined;
  readonly pidnsInitStartNs: bigint | undefined;
  readonly tty: number | undefined;
  /** 4294967295 where not set. */
  readonly loginUid: number | undefined;
  readonly exeWritable: boolean | undefined;
  readonly capInheritable: bigint | undefined;
  readonly capPermitted: bigint | undefined;
  readonly capEffective: bigint | undefined;
  readonly exeUpperLayer: boolean | undefined;
  readonly exeLowerLayer: boolean | undefined;
  readonly exeFromMemfd: boolean | undefined;
  readonly exeIno: number | undefined;
  /** ns since 1970. */
  readonly exeCtimeNs: bigint | undefined;
  readonly exeMtimeNs: bigint | undefined;
}

export interface UserEntry {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

export interface GroupEntry {
  readonly gid: number;
  readonly name: string;
}

/** Addresses are 4 or 16 raw bytes as a byte string. */
export interface InterfaceEntry {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
}
