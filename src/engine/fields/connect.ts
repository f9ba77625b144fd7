import { IS_CONNECT } from '#engine/process/connection-spread.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { defineFields } from './define.ts';
import type { FieldDef, TypeView } from './field.ts';

/** Midwatch's own: how far an actor's connections spread (process/connection-spread.ts). */

const forType = (type: number): TypeView | undefined =>
  IS_CONNECT[type] === true ? undefined : { constant: undefined };

/** 0: the try is not one that is counted. */
function counted(ctx: Evaluation, which: 'ports' | 'hosts'): number | undefined {
  if (IS_CONNECT[ctx.evt.type] !== true) return undefined;
  return ctx.state.spread[which] || undefined;
}

export const CONNECT_FIELDS: readonly FieldDef[] = defineFields({ cost: 5, own: true, forType }, [
  [
    'connect.ports',
    'UINT32',
    'Distinct TCP ports of the address connected to that the container (on the host: the topmost ' +
      'process below pid 1 and all it started) tried in the current minute, this one included.',
    (ctx) => counted(ctx, 'ports'),
  ],
  [
    'connect.hosts',
    'UINT32',
    'Distinct addresses at the TCP port connected to that they tried in the current minute.',
    (ctx) => counted(ctx, 'hosts'),
  ],
]);
