import type { Rule } from '#engine/rules/rule.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import { RECORD_FLAG } from '#model/event-view.ts';

const EXEC = eventId('syscall_execve_19_x');

/** Whether the event is the exec of a program whose system calls are not seen: a 32-bit image. */
export function entersBlindSpot({ evt }: Evaluation): boolean {
  return evt.type === EXEC && (evt.recordFlags & RECORD_FLAG.compat32) !== 0;
}

/**
 * The finding that tells it. Not a rule of a file, for no field asks how wide a program is, and it
 * must not be lost with a rule set: where we are blind is for us to say.
 */
export const BLIND_SPOT: Rule = {
  name: 'Program of 32 bits is not watched',
  description: 'System calls of 32-bit programs pass by the tracepoints that are watched.',
  source: 'syscall',
  priority: 'Notice',
  tags: ['midwatch', 'T1562'],
  enabled: true,
  output: '',
  condition: { kind: 'and', children: [] },
  conditionText: '',
  macros: [],
  lists: [],
  file: '',
  line: 0,
  tier: 'ticket',
  runbook: 'blind-spot',
  holdable: true,
};

/** Its sentence and fields, in byte strings. */
export function blindSpotOutput({ thread }: Evaluation): {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
} {
  const exe = thread?.exePath ?? '';
  const name = thread?.comm ?? '';
  const text = `The program ${name} is of 32 bits: what it does with files and network is not seen`;
  return { text, fields: { 'proc.exepath': exe, 'proc.name': name } };
}
