import type { EventView } from '#model/event-view.ts';
import { CAPTURE_ENTER_LARGE_BYTES, CAPTURE_ENTER_SLOTS } from '#model/limits.ts';

/** Enter events carry a few numbers and at most a path: nearly all fit. */
const SLOT_SIZE = 128;
/** Slots in use that are looked past for one to take over. */
const PROBES = 64;
const NOTHING = -1;
/** The event's bytes are not in its slot but in `large`. */
const LARGE = 0x10000;

/**
 * The last enter event of each thread, kept until its exit event takes what only the enter event
 * knew. Slots of one size in one buffer, because an allocation an event would be the dearest thing in
 * reading an old capture; the rare larger event has bytes of its own. A thread keeps its slot; when
 * all are taken, a new thread takes one over, one that waits for no exit if such is near. Only a
 * capture with more threads inside system calls than slots loses enter events, and that is counted.
 */
export class StoredEnters {
  /** Enter events given up for lack of room. */
  lost = 0;
  /** Where the event that `find` found stands. */
  bytes: Buffer;
  base = 0;
  private readonly slots = Buffer.alloc(CAPTURE_ENTER_SLOTS * SLOT_SIZE);
  private readonly slotByTid = new Map<number, number>();
  private readonly tids = new Float64Array(CAPTURE_ENTER_SLOTS);
  private readonly types = new Int32Array(CAPTURE_ENTER_SLOTS).fill(NOTHING);
  private readonly large = new Map<number, Buffer>();
  private largeBytes = 0;
  private next = 0;
  private lastTid = Number.NaN;
  private lastSlot = NOTHING;

  constructor() {
    this.bytes = this.slots;
  }

  store(evt: EventView): void {
    const slot = this.slotOf(evt.tid);
    this.drop(slot);
    const length = evt.length;
    const source = evt.bytes;
    const from = evt.base;
    if (length > SLOT_SIZE) {
      this.storeLarge(slot, evt);
      return;
    }
    const slots = this.slots;
    const to = slot * SLOT_SIZE;
    // A loop, not a native copy: below some 40 bytes the call costs more than the bytes.
    for (let i = 0; i < length; i++) slots[to + i] = source[from + i] ?? 0;
    this.types[slot] = evt.type;
  }

  /** The type of the thread's kept event, -1 for none; `bytes` and `base` then tell where it is. */
  find(tid: number): number {
    const slot = tid === this.lastTid ? this.lastSlot : (this.slotByTid.get(tid) ?? NOTHING);
    if (slot === NOTHING) return NOTHING;
    const type = this.types[slot] ?? NOTHING;
    if (type < LARGE) {
      this.bytes = this.slots;
      this.base = slot * SLOT_SIZE;
      return type;
    }
    this.bytes = this.large.get(slot) ?? this.slots;
    this.base = 0;
    return type - LARGE;
  }

  /** Its exit event has taken what it needed. */
  release(tid: number): void {
    const slot = tid === this.lastTid ? this.lastSlot : this.slotByTid.get(tid);
    if (slot !== undefined) this.drop(slot);
  }

  forget(): void {
    this.slotByTid.clear();
    this.types.fill(NOTHING);
    this.large.clear();
    this.largeBytes = 0;
    this.next = 0;
    this.lastTid = Number.NaN;
  }

  private storeLarge(slot: number, evt: EventView): void {
    if (this.largeBytes + evt.length > CAPTURE_ENTER_LARGE_BYTES) {
      this.lost++;
      return;
    }
    this.large.set(slot, Buffer.from(evt.bytes.subarray(evt.base, evt.base + evt.length)));
    this.largeBytes += evt.length;
    this.types[slot] = evt.type + LARGE;
  }

  private drop(slot: number): void {
    if ((this.types[slot] ?? NOTHING) >= LARGE) {
      this.largeBytes -= this.large.get(slot)?.length ?? 0;
      this.large.delete(slot);
    }
    this.types[slot] = NOTHING;
  }

  private slotOf(tid: number): number {
    if (tid === this.lastTid) return this.lastSlot;
    const slot = this.slotByTid.get(tid) ?? this.takeSlot(tid);
    this.lastTid = tid;
    this.lastSlot = slot;
    return slot;
  }

  private takeSlot(tid: number): number {
    if (this.slotByTid.size >= CAPTURE_ENTER_SLOTS) this.vacate();
    const slot = this.next;
    this.next = (slot + 1) % CAPTURE_ENTER_SLOTS;
    this.tids[slot] = tid;
    this.slotByTid.set(tid, slot);
    return slot;
  }

  /** Moves `next` to a slot that waits for no exit, or empties the one where it stands. */
  private vacate(): void {
    for (let probe = 0; probe < PROBES && this.types[this.next] !== NOTHING; probe++) {
      this.next = (this.next + 1) % CAPTURE_ENTER_SLOTS;
    }
    const slot = this.next;
    if (this.types[slot] !== NOTHING) this.lost++;
    this.drop(slot);
    this.slotByTid.delete(this.tids[slot] ?? Number.NaN);
    if (this.lastSlot === slot) this.lastTid = Number.NaN;
  }
}
