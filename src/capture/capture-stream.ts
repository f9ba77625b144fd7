import type { CaptureTables } from '#model/capture-tables.ts';
import { EVENTS } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import type { ByteSource } from './byte-source.ts';
import { CaptureReader } from './capture-reader.ts';
import { EventConverter, SCRATCH_SIZE, VERDICT } from './event-converter.ts';

/**
 * What a writer puts before the first system call to say how things stand: containers, users,
 * groups. No rule sees it there; the same events later on tell of a change, and rules do see them.
 */
const INITIAL_STATE = Uint8Array.from(EVENTS, ({ constant }) =>
  /^(container|container_json|container_json_2|user_added|user_deleted|group_added|group_deleted)_e$/.test(
    constant,
  )
    ? 1
    : 0,
);

/**
 * The events of a capture in the current schema, numbered as Falco numbers them (evt.num): kept
 * enter events and retired types have no number.
 *
 *     while (await stream.fill()) while (stream.next()) use(stream.view, stream.number)
 */
export class CaptureStream {
  readonly reader: CaptureReader;
  readonly converter: EventConverter;
  readonly view: EventView;
  /** Of the view's event, from 1. */
  number = 0;
  /** Whether rules should see it; else it is for the process table alone. */
  forRules = false;
  /** How many were so far. */
  evaluated = 0;
  private initial = true;

  constructor(source: ByteSource, tables: CaptureTables, view: EventView = new EventView()) {
    this.view = view;
    this.converter = new EventConverter(view, 0);
    const onSection = () => {
      this.initial = true;
      this.converter.enters.forget();
      tables.section();
    };
    this.reader = new CaptureReader(source, {
      view,
      tables: withSection(tables, onSection),
      reserved: SCRATCH_SIZE,
    });
  }

  /** Gets more bytes; false when there are no more events. */
  fill(): Promise<boolean> {
    this.converter.enters.settle();
    return this.reader.fill();
  }

  /** Moves the view to the next event; false when that needs `fill` first. */
  next(): boolean {
    const { reader, converter, view } = this;
    while (reader.next()) {
      const verdict = converter.convert();
      if (verdict === VERDICT.drop) continue;
      this.number++;
      this.forRules = verdict === VERDICT.evaluate && !reader.stateOnly;
      if (this.initial) {
        this.initial = INITIAL_STATE[view.type] === 1;
        if (this.initial) this.forRules = false;
      }
      if (this.forRules) this.evaluated++;
      return true;
    }
    return false;
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}

function withSection(tables: CaptureTables, section: () => void): CaptureTables {
  return {
    section,
    machine: (entry) => tables.machine(entry),
    threadEntry: (entry) => tables.threadEntry(entry),
    fd: (tid, bytes, at, end) => tables.fd(tid, bytes, at, end),
    user: (entry) => tables.user(entry),
    group: (entry) => tables.group(entry),
    networkInterface: (entry) => tables.networkInterface(entry),
  };
}
