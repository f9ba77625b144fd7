import { describe, expect, test } from 'vitest';
import { holds } from '#engine/rules/compile/condition-fixture.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { Fixture } from './event-fixture.ts';

const HEADER = '\x12\x34\x01\0\0\x01\0\0\0\0\0\0';

function query(name: string, type = 1, header = HEADER): string {
  const labels = name.split('.').map((label) => String.fromCharCode(label.length) + label);
  return `${header}${labels.join('')}\0\0${String.fromCharCode(type)}\0\x01`;
}

const fixture = new Fixture([{ pid: 1, comm: 'dig' }]);

function sent(data: string, { port = 53, l4proto = 2 } = {}) {
  return fixture.show(
    { type: 'socket_sendto_x', params: { res: data.length, data, fd: 3 } },
    { fd: 3, type: FD_TYPES.ipv4, destinationPort: port, l4proto },
  );
}

describe('questions', () => {
  test.each([
    ['dns.question.name = www.example.org', query('WWW.Example.org')],
    ['dns.question.type = TXT', query('a.b', 16)],
    ['dns.question.type = TYPE99', query('a.b', 99)],
    ['dns.question.count = 1', query('a.b')],
    ['dns.question.name endswith .evil', query(`${'a'.repeat(63)}.evil`)],
  ])('%s', (condition, data) => expect(holds(condition, sent(data))).toBe(true));

  test('over TCP, where a length comes first', () => {
    const tcp = sent(`\0\x1d${query('a.b')}`, { l4proto: 1 });
    expect(holds('dns.question.name = a.b', tcp)).toBe(true);
  });

  test('to an address that the call names', () => {
    const tuple = '\x02\x0a\0\0\x02\x10\x27\x08\x08\x08\x08\x35\0';
    const params = { res: 20, data: query('a.b'), fd: 3, tuple };
    const ctx = fixture.show(
      { type: 'socket_sendto_x', params },
      { fd: 3, type: FD_TYPES.ipv4Server, l4proto: 2 },
    );
    expect(holds('dns.question.name = a.b', ctx)).toBe(true);
  });
});

test.each([
  ['to another port', sent, query('a.b'), { port: 5353 }],
  ['an answer', sent, query('a.b', 1, '\x12\x34\x81\0\0\x01\0\0\0\0\0\0'), {}],
  ['no question', sent, query('a.b', 1, '\x12\x34\x01\0\0\0\0\0\0\0\0\0'), {}],
  ['cut short within the name', sent, query('www.example.org').slice(0, 18), {}],
  ['cut short within the type', sent, query('a.b').slice(0, -3), {}],
  ['a compressed name', sent, `${HEADER}\xc0\x0c\0\x01\0\x01`, {}],
  ['a name that is too long', sent, query(`${'a'.repeat(60)}.`.repeat(5)), {}],
  ['nothing', sent, '', {}],
])('null: %s', (_, show, data, where) => {
  expect(holds('dns.question.name exists', show(data, where))).toBe(false);
});

test('null on calls that send nothing', () => {
  expect(holds('dns.question.name exists', fixture.show({ type: 'syscall_close_x' }))).toBe(false);
});
