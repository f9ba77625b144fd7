import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { POST_BACKOFF_MAX_MS, POST_QUEUE_MAX, POST_RETRY_AFTER_MAX_MS } from '#model/limits.ts';
import { backoffMs, Poster, retryAfterMs } from './poster.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Answering = (request: IncomingMessage, response: ServerResponse, bodies: string[]) => void;

/** A real receiver that answers as told and keeps what it was sent. */
async function receiver(answer: Answering) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      answer(request, response, bodies);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/in`), bodies };
}

function poster(url: URL, said: string[] = []): Poster {
  const made = new Poster({ url, random: () => 0, state: (message) => said.push(message) });
  closing.push(() => made.close(0));
  return made;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('Poster', () => {
  test('sends in order, one request each', async () => {
    const { url, bodies } = await receiver((_, response) => response.writeHead(202).end());
    const subject = poster(url);
    for (const body of ['{"n":1}', '{"n":2}', '{"n":3}']) subject.post(body);
    await subject.close();
    expect(bodies).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(subject.sent).toBe(3);
  });

  test('tries again what a busy receiver did not take, after the time it asked for', async () => {
    const { url, bodies } = await receiver((_, response, { length }) =>
      length === 1 ? response.writeHead(429, { 'retry-after': '0' }).end() : response.end(),
    );
    const said: string[] = [];
    const subject = poster(url, said);
    subject.post('a');
    await until(() => subject.sent === 1);
    expect(bodies).toEqual(['a', 'a']);
    expect(subject.retries).toBe(1);
    expect(said[0]).toMatch(/^Cannot post to 127\.0\.0\.1:\d+: it answered 429; trying again$/);
    expect(said[1]).toMatch(/takes findings again$/);
  });

  test('drops what a receiver refuses, and goes on', async () => {
    const { url } = await receiver((_, response, { length }) =>
      response.writeHead(length === 1 ? 400 : 200).end(),
    );
    const said: string[] = [];
    const subject = poster(url, said);
    subject.post('bad');
    subject.post('good');
    await until(() => subject.sent === 1);
    expect(subject.refused).toBe(1);
    expect(said).toHaveLength(1);
  });

  test('keeps to its bound while the receiver is away, dropping the oldest', () => {
    const subject = poster(new URL('http://127.0.0.1:1/'));
    for (let i = 0; i < POST_QUEUE_MAX + 10; i++) subject.post(String(i));
    expect(subject.waiting).toBe(POST_QUEUE_MAX);
    expect(subject.dropped).toBe(10);
  });

  test('says once that nobody is there', async () => {
    const said: string[] = [];
    const subject = poster(new URL('http://127.0.0.1:1/'), said);
    subject.post('a');
    await until(() => said.length > 0);
    expect(said[0]).toContain('ECONNREFUSED');
  });
});

test('retryAfterMs reads seconds and dates, bounded', () => {
  expect(retryAfterMs('3')).toBe(3000);
  expect(retryAfterMs('999999')).toBe(POST_RETRY_AFTER_MAX_MS);
  expect(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(0);
  expect(retryAfterMs('soon')).toBeUndefined();
  expect(retryAfterMs(undefined)).toBeUndefined();
});

test('backoffMs doubles, varies by half and is bounded', () => {
  expect(backoffMs(1, 0)).toBe(250);
  expect(backoffMs(1, 1)).toBe(500);
  expect(backoffMs(3, 1)).toBe(2000);
  expect(backoffMs(60, 1)).toBe(POST_BACKOFF_MAX_MS);
});
