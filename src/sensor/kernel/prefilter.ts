/**
 * What the rules can use of the events with a path: derived from the rules, applied in the kernel.
 * It may say too much, never too little.
 */

/** A property of a path that some rule asks for. Values are byte strings. */
export interface PathTest {
  /**
   * prefix: the path begins so. equals: it is this. component: one of its names is this.
   * basename: its last name is this.
   */
  readonly kind: 'prefix' | 'equals' | 'basename' | 'component';
  readonly value: string;
}

/** all: every path can matter; none: no path can; tests: one that passes at least one of them can. */
export type PathFilter = 'all' | 'none' | readonly PathTest[];

/**
 * By how the file was opened: read (O_RDONLY, O_RDWR, O_PATH), write (O_WRONLY, O_RDWR, creat;
 * an O_RDWR open passes if either lets it), failed (any call that returned an error).
 */
export interface PathClasses {
  readonly read: PathFilter;
  readonly write: PathFilter;
  readonly failed: PathFilter;
}

/** By event type. A wanted type that is not named passes whole. */
export type Prefilter = Readonly<Record<number, PathClasses>>;

export const PATH_CLASSES = ['read', 'write', 'failed'] as const satisfies (keyof PathClasses)[];
