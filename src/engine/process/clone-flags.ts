/**
 * Flags of clone events and of Thread.flags, as the schema numbers them (not as the kernel does).
 */
export const CLONE_FLAG = {
  files: 1,
  newPid: 1 << 6,
  parent: 1 << 8,
  thread: 1 << 13,
  /** The child's event came before its parent's. */
  inverted: 1 << 16,
  nameChanged: 1 << 17,
  active: 1 << 19,
  newUser: 1 << 20,
  pipeSource: 1 << 21,
  pipeDestination: 1 << 22,
  vfork: 1 << 27,
  childInPidNamespace: 1 << 29,
  mainThread: 1 << 30,
} as const;

/** Flags of execve events. */
export const EXE_FLAG = { writable: 1, upperLayer: 2, fromMemfd: 4, lowerLayer: 8 } as const;
