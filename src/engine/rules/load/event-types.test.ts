import { describe, expect, test } from 'vitest';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { EVENTS, eventId } from '#model/event-schema.ts';
import { eventNamesOf, eventTypesOf, ruleEventTypes } from './event-types.ts';

const names = (text: string) => [...eventNamesOf(parseCondition(text))].sort();

describe('eventTypesOf narrows by', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['evt.type = open', ['open']],
    ['evt.type in (open, close) and proc.name = x', ['close', 'open']],
    ['syscall.type = open or evt.type = close', ['close', 'open']],
    ['evt.type = open and not (evt.type = close or proc.name = x)', ['open']],
    ['not not evt.type = acct', ['acct']],
    ['evt.type = open and evt.type = close', []],
    ['not evt.type exists', []],
  ];
  test.each(cases)('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });
});

test('eventTypesOf allows all where a check says nothing', () => {
  const texts = [
    'proc.name = x',
    'evt.type contains o',
    'evt.type = open or proc.name = x',
    'evt.type[0] = open',
  ];
  for (const text of texts) expect(eventTypesOf(parseCondition(text)).size).toBe(EVENTS.length);
  expect(eventTypesOf(parseCondition('evt.type != open')).size).toBeLessThan(EVENTS.length);
});

test('eventTypesOf has generic events for a syscall without a type of its own', () => {
  const generic = [eventId('generic_e'), eventId('generic_x')];
  expect([...eventTypesOf(parseCondition('evt.type = acct'))]).toEqual(generic);
});

test('ruleEventTypes adds what always arrives', () => {
  const condition = parseCondition('evt.type = open');
  expect(ruleEventTypes({ source: 'syscall', condition })).toContain(eventId('asyncevent_e'));
  expect(ruleEventTypes({ source: 'k8s_audit', condition })).not.toContain(
    eventId('syscall_open_x'),
  );
});
