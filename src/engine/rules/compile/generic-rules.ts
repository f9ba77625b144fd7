import { genericName, genericNumber } from '#engine/fields/syscall-name.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { EventView } from '#model/event-view.ts';
import type { RuleCode } from './emit.ts';

/**
 * Code for generic events by the name that they carry, which is as good as a type of its own: what
 * asks for another name is not in it. Most names are in no rule, and cost nothing then; before,
 * each event asked every rule, for 0.5-2.5 us. One code a name, made when it is met.
 */
export class GenericRules implements RuleCode {
  private readonly make: (name: string) => RuleCode;
  private readonly byNumber = new Map<number, RuleCode>();
  private readonly byName = new Map<string, RuleCode>();

  constructor(make: (name: string) => RuleCode) {
    this.make = make;
  }

  readonly first = (ctx: Evaluation): number => this.of(ctx.evt).first(ctx);
  readonly all = (ctx: Evaluation, out: number[]): number => this.of(ctx.evt).all(ctx, out);

  private of(evt: EventView): RuleCode {
    const number = genericNumber(evt);
    return this.byNumber.get(number) ?? this.add(number);
  }

  private add(number: number): RuleCode {
    const name = genericName(number);
    const code = this.byName.get(name) ?? this.make(name);
    this.byName.set(name, code);
    this.byNumber.set(number, code);
    return code;
  }
}
