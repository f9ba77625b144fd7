import { describe, expect, test } from 'vitest';
import { ipText, isInNetwork, parseIp, parseNetwork } from './address-text.ts';

const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');

describe('addresses there and back', () => {
  test.each([
    ['0a000002', '10.0.0.2'],
    ['ffffffff', '255.255.255.255'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
    // The first of two runs of the same length; a single zero group is no run.
    ['20010000000000010000000000010001', '2001::1:0:0:1:1'],
    ['20010000000100010001000100010001', '2001:0:1:1:1:1:1:1'],
    ['00000000000000000000ffff01020304', '::ffff:1.2.3.4'],
    ['00000000000000000000000001020304', '::1.2.3.4'],
    ['fe800000000000000000000000000000', 'fe80::'],
  ])('%s', (hex, text) => {
    expect(ipText(bytes(hex))).toBe(text);
    expect(parseIp(text)).toBe(bytes(hex));
  });

  test('what is neither', () => expect(ipText('abc')).toBe(''));
});

test.each([
  '',
  '1.2.3',
  '1.2.3.256',
  '1.2.3.4.5',
  'a.b.c.d',
  '1..2.3',
  '::1::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  'g::',
  '::1.2.3',
])('no address: %s', (text) => expect(parseIp(text)).toBeUndefined());

describe('networks', () => {
  test.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.127.0.1', '10.64.0.0/10', true],
    ['10.128.0.1', '10.64.0.0/10', false],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['1.2.3.4', '1.2.3.4', true],
    ['1.2.3.5', '1.2.3.4', false],
    ['1.2.3.6', '1.2.3.4/31', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    // The families are apart, even for "everything".
    ['::1', '0.0.0.0/0', false],
    ['1.2.3.4', '::/0', false],
  ])('%s in %s: %s', (address, text, inside) => {
    const network = parseNetwork(text);
    if (network === undefined) throw new Error(`no network: ${text}`);
    expect(isInNetwork(parseIp(address) ?? '', network)).toBe(inside);
  });

  test.each(['1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '::/129', 'x/8', '1.2.3.4/8/8'])(
    'no network: %s',
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );
});
