import { COPY_SLACK, copyBytes } from '#lib/copy-bytes.ts';
import type { EventView } from '#model/event-view.ts';
import { CAPTURE_ENTER_LARGE_BYTES, CAPTURE_ENTER_SLOTS } from '#model/limits.ts';

/** Enter events carry a few numbers and at most a path: nearly all fit. */
const SLOT_SIZE = 128;
/** Slots in use that are looked past for one to take over. */
const PROBES = 64;
const NO_SLOT = -1;
const NO_EVENT = -1;

/** Where a slot's event is: where it was read, in its slot, or by itself. */
const IN_VIEW = 0;
const IN_SLOT = 1;
const LARGE = 2;

/**
 * The last enter event of each thread, kept until its exit event takes what only the enter event
 * knew. Most exits follow within the same window of the capture, so at first only the place is
 * kept; `settle`, called before those bytes go, copies what is still waiting (this made reading an
 * old capture a third faster than copying each). Copies go to slots of one size in one buffer; the
 * rare larger event has bytes of its own. A thread keeps its slot; when all are taken, a new thread
 * takes one over, one that waits for no exit if such is near. Only a capture with more threads
 * inside system calls than slots loses enter events, and that is counted.
 */
export class StoredEnters {
  /** Enter events given up for lack of room. */
  lost = 0;
  /** Where the event that `find` found stands. */
  data: DataView;
  base = 0;
  private readonly view: EventView;
  private slots: DataView = new DataView(new ArrayBuffer(0));
  private readonly slotByTid = new Map<number, number>();
  private readonly tids = new Float64Array(CAPTURE_ENTER_SLOTS);
  private readonly types = new Int32Array(CAPTURE_ENTER_SLOTS).fill(NO_EVENT);
  private readonly places = new Uint8Array(CAPTURE_ENTER_SLOTS);
  private readonly bases = new Int32Array(CAPTURE_ENTER_SLOTS);
  /** Slots whose event was stored since the last `settle`; some twice, some released again. */
  private unsettled: number[] = [];
  private readonly large = new Map<number, DataView>();
  private largeBytes = 0;
  private next = 0;
  private lastTid = Number.NaN;
  private lastSlot = NO_SLOT;

  constructor(view: EventView) {
    this.view = view;
    this.data = this.slots;
  }

  /** Keeps the view's event. */
  store(): void {
    const { tid, type, base } = this.view;
    const slot = this.slotOf(tid);
    this.drop(slot);
    this.types[slot] = type;
    this.places[slot] = IN_VIEW;
    this.bases[slot] = base;
    this.unsettled.push(slot);
  }

  /** The type of the thread's kept event, -1 for none; `data` and `base` then tell where it is. */
  find(tid: number): number {
    const slot = tid === this.lastTid ? this.lastSlot : (this.slotByTid.get(tid) ?? NO_SLOT);
    if (slot === NO_SLOT) return NO_EVENT;
    this.base = this.bases[slot] ?? 0;
    const place = this.places[slot];
    if (place === IN_VIEW) this.data = this.view.data;
    else if (place === IN_SLOT) this.data = this.slots;
    else this.data = this.large.get(slot) ?? this.slots;
    return this.types[slot] ?? NO_EVENT;
  }

  /** Its exit event has taken what it needed. */
  release(tid: number): void {
    const slot = tid === this.lastTid ? this.lastSlot : this.slotByTid.get(tid);
    if (slot !== undefined) this.drop(slot);
  }

  /** Copies what still waits for its exit, before the bytes that the view shows go. */
  settle(): void {
    if (this.unsettled.length === 0) return;
    if (this.slots.byteLength === 0) this.slots = newSpace(CAPTURE_ENTER_SLOTS * SLOT_SIZE);
    for (const slot of this.unsettled) {
      if (this.types[slot] !== NO_EVENT && this.places[slot] === IN_VIEW) this.settleSlot(slot);
    }
    this.unsettled = [];
  }

  forget(): void {
    this.slotByTid.clear();
    this.types.fill(NO_EVENT);
    this.places.fill(IN_VIEW);
    this.unsettled = [];
    this.large.clear();
    this.largeBytes = 0;
    this.next = 0;
    this.lastTid = Number.NaN;
  }

  private settleSlot(slot: number): void {
    const { data } = this.view;
    const from = this.bases[slot] ?? 0;
    const length = data.getUint32(from + 16, true);
    if (length <= SLOT_SIZE) {
      const to = slot * SLOT_SIZE;
      copyBytes(data, from, { data: this.slots, at: to }, length);
      this.places[slot] = IN_SLOT;
      this.bases[slot] = to;
    } else if (this.largeBytes + length <= CAPTURE_ENTER_LARGE_BYTES) {
      const space = newSpace(length);
      copyBytes(data, from, { data: space, at: 0 }, length);
      this.large.set(slot, space);
      this.largeBytes += length;
      this.places[slot] = LARGE;
      this.bases[slot] = 0;
    } else {
      this.lost++;
      this.types[slot] = NO_EVENT;
    }
  }

  private drop(slot: number): void {
    if (this.places[slot] === LARGE) {
      this.largeBytes -= (this.large.get(slot)?.byteLength ?? COPY_SLACK) - COPY_SLACK;
      this.large.delete(slot);
      this.places[slot] = IN_VIEW;
    }
    this.types[slot] = NO_EVENT;
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
    for (let probe = 0; probe < PROBES && this.types[this.next] !== NO_EVENT; probe++) {
      this.next = (this.next + 1) % CAPTURE_ENTER_SLOTS;
    }
    const slot = this.next;
    if (this.types[slot] !== NO_EVENT) this.lost++;
    this.drop(slot);
    this.slotByTid.delete(this.tids[slot] ?? Number.NaN);
    if (this.lastSlot === slot) this.lastTid = Number.NaN;
  }
}

function newSpace(size: number): DataView {
  return new DataView(new ArrayBuffer(size + COPY_SLACK));
}
