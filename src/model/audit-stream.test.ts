import { describe, expect, test } from 'vitest';
import { compactJson, jsonChild } from '#lib/json-tree.ts';
import type { AuditItem } from './audit-stream.ts';
import { AuditStream, auditProblemText } from './audit-stream.ts';
import { AUDIT_DOCUMENT_BYTES } from './limits.ts';

const TIME = '2026-01-02T03:04:05.000006Z';

function event(id: string, more = ''): string {
  return `{"kind":"Event","auditID":"${id}","stageTimestamp":"${TIME}"${more}}`;
}

function read(text: string | Buffer, chunk = 1 << 20): AuditItem[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const stream = new AuditStream();
  const items: AuditItem[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    for (const item of stream.push(bytes.subarray(at, at + chunk))) items.push(item);
  }
  for (const item of stream.end()) items.push(item);
  return items;
}

/** An event by its id, a problem by its sentence. */
function told(items: readonly AuditItem[]): string[] {
  return items.map((item) => {
    if (item.kind === 'problem') return auditProblemText('log', item.problem);
    const id = jsonChild(item.event.body, 'auditID');
    return id === undefined ? '' : compactJson(id);
  });
}

describe('AuditStream reads', () => {
  test.each([
    ['lines', `${event('a')}\n${event('b')}\n`, ['"a"', '"b"']],
    ['no line break at the end', event('a'), ['"a"']],
    ['blank lines and CRLF', `\r\n\n${event('a')}\r\n\r\n`, ['"a"']],
    ['a byte order mark', `\ufeff${event('a')}`, ['"a"']],
    ['a list', `[${event('a')},${event('b')}]`, ['"a"', '"b"']],
    ['lists in lists', `[[${event('a')}],[],[[${event('b')}]]]`, ['"a"', '"b"']],
    [
      'an EventList, whose items need no kind',
      `{"kind":"EventList","items":[{"auditID":"a","stageTimestamp":"${TIME}"}]}`,
      ['"a"'],
    ],
    ['an empty EventList', '{"kind":"EventList","items":[]}', []],
    [
      'values over several lines',
      `${JSON.stringify(JSON.parse(`[${event('a')}]`), null, 2)}\n${event('b')}`,
      ['"a"', '"b"'],
    ],
    ['a list with an item a line', `[\n${event('a')},\n${event('b')}\n]\n`, ['"a"', '"b"']],
    ['nothing', '', []],
  ])('%s', (_what, text, expected) => {
    expect(told(read(text))).toEqual(expected);
  });

  test('the same from chunks of any size', () => {
    const text = `${event('a')}\n[\n${event('b')},\n ${event('ü')}]\nnonsense\n${event('c')}`;
    const whole = told(read(text));
    expect(whole).toHaveLength(5);
    for (const chunk of [1, 2, 3, 7, 64]) expect(told(read(text, chunk))).toEqual(whole);
  });

  test('the time in nanoseconds', () => {
    const [item] = read(event('a'));
    expect(item).toMatchObject({ kind: 'event', event: { timeNs: 1767323045000006000n } });
  });
});

describe('AuditStream leaves out, and says where,', () => {
  const place = (line: number, column: number) => `log, line ${line}, column ${column}: expected`;
  const unread = (line: number, column: number) =>
    `Cannot read an audit event: ${place(line, column)}`;
  const noTime = (line: number, found: string) =>
    `Left out an audit event: ${place(line, 1)} an RFC 3339 time as stageTimestamp, found ${found}`;

  test.each([
    [
      'a line cut short between values',
      `${event('a')}\n{"kind":"Event",\n${event('b')}`,
      ['"a"', `${unread(2, 17)} a name in quotes, found the end of the line`, '"b"'],
    ],
    [
      'a line cut short within a string',
      `{"kind":"Eve\n${event('b')}`,
      [`${unread(1, 13)} the end of the string, found the end of the line`, '"b"'],
    ],
    [
      'a line of nonsense',
      `what: is this\n${event('b')}`,
      [`${unread(1, 1)} a JSON value, found "w"`, '"b"'],
    ],
    [
      'bytes that are no text, once a line',
      Buffer.from('\x00\x01\n\xff\xfe\n', 'latin1'),
      [
        `${unread(1, 1)} a JSON value, found byte 0x00`,
        `${unread(2, 1)} a JSON value, found byte 0xff`,
      ],
    ],
    [
      'a value over several lines with a fault, as one',
      `{\n  "kind": "Event"\n  "a": 1,\n  "b": {\n  }\n}\n${event('b')}`,
      [`${unread(3, 3)} "," or "}", found "\\""`, '"b"'],
    ],
    [
      'the start of a list that lost its end, not its lines',
      `[\n${event('a')},\n${event('b')},\n`,
      [`${unread(4, 1)} a JSON value, found the end`, '"a"', '"b"'],
    ],
    [
      'the line that took in the next',
      `{"kind":"EventList","items":[\n${event('a')}\n${event('b')}\n`,
      [`${unread(2, 1 + event('a').length)} "," or "]", found the end of the line`, '"a"', '"b"'],
    ],
    [
      'the end of a value that the end of the file cut off',
      `${event('a')}\n{"kind":"Event"`,
      ['"a"', `${unread(2, 16)} "," or "}", found the end`],
    ],
    [
      'JSON that is no event',
      `{"kind":"Pod"}\n{}\n12 apples\n"text"\n${event('b')}`,
      [
        `${unread(1, 1)} an audit Event or EventList, found kind "Pod"`,
        `${unread(2, 1)} an audit Event or EventList, found an object of no kind`,
        `${unread(3, 1)} an audit Event or EventList, found a number`,
        `${unread(4, 1)} an audit Event or EventList, found a string`,
        '"b"',
      ],
    ],
    [
      'an EventList without items',
      '{"kind":"EventList","items":null}',
      [`${unread(1, 1)} a list "items" in the EventList, found none`],
    ],
    [
      'an event of a list, not the others',
      `[${event('a')},{"kind":"Pod"},${event('b')}]`,
      ['"a"', `${unread(1, 1)} an audit Event or EventList, found kind "Pod"`, '"b"'],
    ],
    [
      'events without a time',
      '{"kind":"Event"}\n{"kind":"Event","stageTimestamp":"now"}\n{"kind":"Event","stageTimestamp":7}',
      [noTime(1, 'none'), noTime(2, '"now"'), noTime(3, '7')],
    ],
    [
      'events of a time that no clock of ours can say',
      '{"kind":"Event","stageTimestamp":"0001-01-01T00:00:00Z"}',
      [noTime(1, '"0001-01-01T00:00:00Z"')],
    ],
  ])('%s', (_what, text, expected) => {
    expect(told(read(text))).toEqual(expected);
  });

  test('what nests too deep', () => {
    const items = read(`${'['.repeat(301)}${']'.repeat(301)}\n${event('b')}`);
    expect(told(items)).toEqual([`${unread(1, 301)} no deeper nesting, found "["`, '"b"']);
  });

  test('a value that does not end, without keeping more than two of the largest size', () => {
    const stream = new AuditStream();
    const filler = Buffer.alloc(1 << 20, 'x');
    const items: AuditItem[] = [...stream.push(Buffer.from('{"kind":"'))];
    for (let at = 0; at < 3 * AUDIT_DOCUMENT_BYTES; at += filler.length) {
      items.push(...stream.push(filler));
    }
    items.push(...stream.push(Buffer.from(`\n${event('b')}\n`)), ...stream.end());
    expect(told(items)).toEqual([
      `${unread(1, 1)} the end of the value within ` + `${AUDIT_DOCUMENT_BYTES} bytes, found more`,
      '"b"',
    ]);
  });
});

test('AuditStream parses hostile lines in linear time', () => {
  // Quadratic, each of these would take minutes.
  const lines = 300_000;
  expect(read('[\n'.repeat(lines)).filter((item) => item.kind === 'event')).toEqual([]);
  expect(read('{"a":\n'.repeat(lines)).length).toBeGreaterThan(0);
  expect(read('{\n'.repeat(lines)).length).toBeGreaterThan(0);
  expect(read(`[${'{},'.repeat(lines)}`, 4096)).toHaveLength(1);
});
