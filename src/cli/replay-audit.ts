import type { ByteSource } from '#capture/byte-source.ts';
import { openFileSource, StreamSource } from '#capture/byte-source.ts';
import { inflateIfCompressed } from '#capture/inflate-source.ts';
import { showAuditEvent } from '#engine/fields/audit/audit-evaluation.ts';
import type { AuditItem, AuditProblem } from '#model/audit-stream.ts';
import { AuditStream, auditProblemText } from '#model/audit-stream.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { AUDIT_CHUNK_BYTES, AUDIT_FAULTS_TOLD } from '#model/limits.ts';

export interface ReplayAuditOptions {
  /** A file, or `-` for standard input; gzip and zstd are unpacked. */
  readonly path: string;
  /** An `auditEvaluation`; it goes on where it is, so that several files are one stream. */
  readonly ctx: Evaluation;
  /** Called for each event. */
  readonly visit: (ctx: Evaluation) => void;
  /** Called now and then, between events; true ends the replay. */
  readonly pause?: (now: AuditReplay) => boolean;
}

/** What a replay of an audit log has come to so far. */
export interface AuditReplay {
  readonly events: number;
  /** Bytes taken from the file, compressed as they are there. */
  readonly consumed: number;
  /** What was left out, by reason. */
  readonly leftOut: Readonly<Record<AuditProblem['fault'], number>>;
  /** A sentence each, of the first few. */
  readonly warnings: readonly string[];
  readonly warningCount: number;
}

/**
 * Plays a whole audit log. A file that cannot be opened is an error, one that cannot be read on a
 * warning.
 */
export async function replayAudit(options: ReplayAuditOptions): Promise<AuditReplay> {
  const replay = new RunningReplay(options);
  const source = await openSource(options.path);
  try {
    const chunk = Buffer.alloc(AUDIT_CHUNK_BYTES);
    for (;;) {
      const size = await source.read(chunk, 0, chunk.length);
      replay.consumed = source.consumed;
      if (size === 0) break;
      replay.take(replay.stream.push(chunk.subarray(0, size)));
      if (options.pause?.(replay) === true) return replay;
    }
    replay.take(replay.stream.end());
    if (source.fault !== undefined) {
      replay.warn(`Cannot read on in ${replay.name}: ${source.fault}`);
    }
  } finally {
    await source.close();
  }
  return replay;
}

function openSource(path: string): Promise<ByteSource> {
  const plain =
    path === '-' ? Promise.resolve(new StreamSource(process.stdin)) : openFileSource(path);
  return plain.then(inflateIfCompressed);
}

class RunningReplay implements AuditReplay {
  readonly stream = new AuditStream();
  readonly name: string;
  events = 0;
  consumed = 0;
  readonly leftOut = { broken: 0, 'too-large': 0, 'no-event': 0, 'no-time': 0 };
  readonly warnings: string[] = [];
  warningCount = 0;
  readonly #options: ReplayAuditOptions;

  constructor(options: ReplayAuditOptions) {
    this.#options = options;
    this.name = options.path === '-' ? 'standard input' : options.path;
  }

  take(items: Iterable<AuditItem>): void {
    const { ctx, visit } = this.#options;
    for (const item of items) {
      if (item.kind === 'event') {
        this.events++;
        showAuditEvent(ctx, item.event);
        visit(ctx);
      } else {
        this.leftOut[item.problem.fault]++;
        this.warn(auditProblemText(this.name, item.problem));
      }
    }
  }

  warn(sentence: string): void {
    this.warningCount++;
    if (this.warnings.length < AUDIT_FAULTS_TOLD) this.warnings.push(sentence);
  }
}
