import type { EventView } from '#model/event-view.ts';
import { RECORD } from '#model/event-view.ts';
import type { FdInfo, FdType } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { Thread } from '#model/process.ts';
import { readFdEntry } from './fd-entry.ts';
import { socketName } from './fd-name.ts';
import { FdRecord } from './fd-record.ts';
import type { FdSource } from './live-fd-params.ts';
import { FD_SOURCES, orient, readParams } from './live-fd-params.ts';

/**
 * The fd of a live event. One object for all events: `of` only looks whether the event has an fd
 * and which number; everything else is decoded when a condition first asks for it, so an event that
 * no condition looks into costs two reads and no allocation.
 */
export class LiveFd implements FdInfo {
  private readonly record = new FdRecord(-1, FD_TYPES.unknown);
  private evt: EventView | undefined;
  private thread: Thread | undefined;
  private entry = -1;
  private source: FdSource | undefined;
  private decoded = false;
  private named = false;
  fd = -1;

  /** The fd that `evt` is about; undefined where it is about none. */
  of(evt: EventView, thread: Thread | undefined): LiveFd | undefined {
    const source = FD_SOURCES[evt.type];
    const entry = evt.fdEntry;
    if (source === undefined && entry < 0) return undefined;
    const own = source === undefined ? undefined : (evt.paramInt64(source.fd) ?? -1);
    const fd = own ?? evt.int64(entry);
    // A failed call that would have made an fd is about none, unless it names what it tried to
    // open.
    if (fd < 0 && entry < 0 && (source === undefined || source.name === undefined))
      return undefined;
    this.fd = fd < 0 ? -1 : fd;
    this.evt = evt;
    this.thread = thread;
    this.entry = entry;
    this.source = source;
    this.decoded = false;
    this.named = false;
    return this;
  }

  private decode(): FdRecord {
    const record = this.record;
    if (this.decoded || this.evt === undefined) return record;
    this.decoded = true;
    const evt = this.evt;
    const end =
      this.entry + (this.entry < 0 ? 0 : evt.data.getUint16(evt.record + RECORD.fdLength, true));
    const known = this.entry >= 0 && readFdEntry(evt.bytes, this.entry, end, record);
    if (!known) record.clear(this.fd, FD_TYPES.unknown);
    const isTold = this.source !== undefined && readParams(evt, this.source, record, this.thread);
    orient(record, this.source, isTold);
    record.fd = this.fd;
    // What a failed call named is no open file: only its name is known.
    if (this.fd < 0) record.type = FD_TYPES.unknown;
    return record;
  }

  get type(): FdType {
    return this.decode().type;
  }
  get name(): string {
    const record = this.decode();
    if (!this.named) {
      this.named = true;
      if (record.name === '') record.name = socketName(record);
    }
    return record.name;
  }
  get nameRaw(): string {
    return this.decode().nameRaw;
  }
  get openFlags(): number {
    return this.decode().openFlags;
  }
  get dev(): number {
    return this.decode().dev;
  }
  get ino(): number {
    return this.decode().ino;
  }
  get sourceIp(): string {
    return this.decode().sourceIp;
  }
  get sourcePort(): number {
    return this.decode().sourcePort;
  }
  get destinationIp(): string {
    return this.decode().destinationIp;
  }
  get destinationPort(): number {
    return this.decode().destinationPort;
  }
  get l4proto(): number {
    return this.decode().l4proto;
  }
  get isServer(): boolean | undefined {
    return this.decode().isServer;
  }
  get state(): number {
    return this.decode().state;
  }
  get nameChanged(): boolean {
    return this.decode().nameChanged;
  }
  get unixSource(): bigint {
    return this.decode().unixSource;
  }
  get unixPeer(): bigint {
    return this.decode().unixPeer;
  }
  get pidfdPid(): number {
    return this.decode().pidfdPid;
  }
}
