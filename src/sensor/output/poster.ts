import type { ClientRequest } from 'node:http';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import {
  OUTPUT_FLUSH_MS,
  POST_BACKOFF_FIRST_MS,
  POST_BACKOFF_MAX_MS,
  POST_QUEUE_BYTES,
  POST_QUEUE_MAX,
  POST_RETRY_AFTER_MAX_MS,
  POST_TIMEOUT_MS,
} from '#model/limits.ts';

export interface PosterOptions {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** 0..1, for the jitter of pauses. */
  readonly random: () => number;
  /** Told once when the receiver begins to fail and once when it answers again. */
  readonly state: (message: string) => void;
}

/** What became of one request. */
type Answer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number | undefined };

/**
 * Sends each finding as one POST of JSON, in order, one request at a time. A receiver that is slow,
 * busy (408, 425, 429, 5xx) or away is tried again after a pause that doubles, with jitter, or that
 * it asked for (Retry-After). One that refuses (other 4xx) has refused: that finding is dropped.
 * The queue is bounded; where it is full the oldest makes room. All of it is counted; nothing of it
 * ever waits in the caller.
 */
export class Poster {
  sent = 0;
  /** Dropped for want of room. */
  dropped = 0;
  /** Dropped because the receiver would not have them. */
  refused = 0;
  retries = 0;
  private readonly options: PosterOptions;
  private readonly agent: HttpAgent;
  private queue: string[] = [];
  private queuedBytes = 0;
  private busy = false;
  private failures = 0;
  private stopped = false;
  private wake: (() => void) | undefined = undefined;
  private idle: (() => void)[] = [];

  constructor(options: PosterOptions) {
    this.options = options;
    const isTls = options.url.protocol === 'https:';
    this.agent = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
  }

  get waiting(): number {
    return this.queue.length;
  }

  post(body: string): void {
    this.queue.push(body);
    this.queuedBytes += body.length;
    while (this.queue.length > POST_QUEUE_MAX || this.queuedBytes > POST_QUEUE_BYTES) {
      // The first may be under way.
      const [oldest] = this.queue.splice(this.busy ? 1 : 0, 1);
      if (oldest === undefined) break;
      this.queuedBytes -= oldest.length;
      this.dropped++;
    }
    if (!this.busy) void this.run();
  }

  /** Gives what waits a last chance, then closes. Resolves when done or the time is over. */
  async close(timeoutMs = OUTPUT_FLUSH_MS): Promise<void> {
    if (this.busy) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.idle.push(resolve);
      const timer = setTimeout(resolve, timeoutMs);
      this.wake?.();
      await promise;
      clearTimeout(timer);
    }
    this.stopped = true;
    this.wake?.();
    this.agent.destroy();
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (!this.stopped) {
      const [body] = this.queue;
      if (body === undefined) break;
      const answer = await this.send(body);
      if (this.stopped) break;
      if (answer.kind === 'retry') await this.pause(answer);
      else this.done(answer);
    }
    this.busy = false;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private done(answer: Exclude<Answer, { kind: 'retry' }>): void {
    const body = this.queue.shift();
    this.queuedBytes -= body?.length ?? 0;
    if (answer.kind === 'taken') this.sent++;
    else this.refused++;
    const { url, state } = this.options;
    if (answer.kind === 'refused' && this.refused === 1) {
      state(`Cannot post to ${url.host}: it refuses findings: ${answer.reason}`);
    }
    if (this.failures > 0) state(`${url.host} takes findings again`);
    this.failures = 0;
  }

  private async pause({ reason, afterMs }: Extract<Answer, { kind: 'retry' }>): Promise<void> {
    this.retries++;
    if (this.failures++ === 0) {
      this.options.state(`Cannot post to ${this.options.url.host}: ${reason}; trying again`);
    }
    const delayMs = afterMs ?? backoffMs(this.failures, this.options.random());
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      // The end of the program does not wait for a pause: it tries at once, a last time.
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }

  private send(body: string): Promise<Answer> {
    const { url, headers } = this.options;
    const make = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const request: ClientRequest = make(url, {
        method: 'POST',
        agent: this.agent,
        signal: AbortSignal.timeout(POST_TIMEOUT_MS),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'midwatch',
          ...headers,
        },
      });
      request.on('response', (response) => {
        response.resume();
        response.on('close', () => resolve(judge(response.statusCode ?? 0, response.headers)));
      });
      request.on('error', (error) =>
        resolve({ kind: 'retry', reason: why(error), afterMs: undefined }),
      );
      request.end(body);
    });
  }
}

function why(error: Error): string {
  return error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `no answer within ${POST_TIMEOUT_MS / 1000} s`
    : error.message;
}

function judge(status: number, headers: NodeJS.Dict<string | string[]>): Answer {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const reason = `it answered ${status}`;
  const isBusy = status === 408 || status === 425 || status === 429 || status >= 500;
  if (!isBusy) return { kind: 'refused', reason };
  return { kind: 'retry', reason, afterMs: retryAfterMs(headers['retry-after']) };
}

/** Seconds or a date (RFC 9110, 10.2.3), bounded. */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), POST_RETRY_AFTER_MAX_MS);
}

/** Half fixed, half by chance, so that a thousand sensors do not come back at one moment. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(POST_BACKOFF_FIRST_MS * 2 ** (failures - 1), POST_BACKOFF_MAX_MS);
  return full / 2 + (full / 2) * random;
}
