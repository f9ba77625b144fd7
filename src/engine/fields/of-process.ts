import type { Thread } from '#model/process.ts';
import type { FieldOptions } from './define.ts';
import type { Extract, FieldScalar } from './field.ts';

/** How fields of processes are told: a value of the thread, or of its parent. */

/** A value of the event's thread. */
export function ofThread(value: (thread: Thread) => FieldScalar | undefined): Extract {
  return (ctx) => (ctx.thread === undefined ? undefined : value(ctx.thread));
}

/** A value of the thread's parent process. */
export function ofParent(value: (parent: Thread) => FieldScalar | undefined): Extract {
  return (ctx) => {
    const parent = ctx.thread && ctx.state.parent(ctx.thread);
    return parent === undefined ? undefined : value(parent);
  };
}

export const PARENT: FieldOptions = { cost: 20 };
/** What thread.generation does not cover. */
export const LIVE: FieldOptions = { scope: 'event', cost: 40 };
