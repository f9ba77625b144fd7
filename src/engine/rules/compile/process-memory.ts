import type { Thread } from '#model/process.ts';

/**
 * Answers of conditions that depend on the process alone are kept with its thread until the
 * thread's generation grows. A process that opens a thousand files is asked for its name, its
 * arguments and its ancestors once.
 */
export class ProcessMemory {
  private readonly slots = new Map<string, number>();
  private capacity = 64;
  private epoch = nextEpoch();
  /** For events without a thread: nothing is kept. */
  private scratch = new Uint8Array(this.capacity);

  /** The place of a condition's answer; equal conditions share one. */
  slot(key: string): number {
    const known = this.slots.get(key);
    if (known !== undefined) return known;
    const slot = this.slots.size;
    this.slots.set(key, slot);
    if (slot >= this.capacity) this.grow();
    return slot;
  }

  /** Forgets every answer: needed where something changed that no generation tells. */
  forget(): void {
    this.epoch = nextEpoch();
  }

  answersOf(thread: Thread | undefined): Uint8Array {
    const known = thread?.answers;
    if (
      known !== undefined &&
      known.epoch === this.epoch &&
      known.generation === thread?.generation
    ) {
      return known.bits;
    }
    return this.renew(thread);
  }

  private grow(): void {
    this.capacity *= 2;
    this.scratch = new Uint8Array(this.capacity);
    this.forget();
  }

  private renew(thread: Thread | undefined): Uint8Array {
    if (thread === undefined) return this.scratch.fill(0);
    const known = thread.answers;
    if (known !== undefined && known.bits.length === this.capacity) {
      known.bits.fill(0);
      known.epoch = this.epoch;
      known.generation = thread.generation;
      return known.bits;
    }
    const bits = new Uint8Array(this.capacity);
    thread.answers = { epoch: this.epoch, generation: thread.generation, bits };
    return bits;
  }
}

// Two rule sets never share an epoch, so neither reads the other's answers.
let epochs = 0;

function nextEpoch(): number {
  epochs++;
  return epochs;
}
