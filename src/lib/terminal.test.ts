import { describe, expect, test } from 'vitest';
import { openTerminal } from './terminal.ts';

describe('openTerminal', () => {
  const red = '\x1b[31mx\x1b[39m';
  const cases: readonly (readonly [string, boolean, NodeJS.ProcessEnv, string])[] = [
    ['paints a TTY', true, { TERM: 'xterm' }, red],
    ['leaves a pipe plain', false, { TERM: 'xterm' }, 'x'],
    ['leaves a dumb TTY plain', true, { TERM: 'dumb' }, 'x'],
    ['obeys NO_COLOR', true, { NO_COLOR: '1' }, 'x'],
    ['takes an empty NO_COLOR as not set', true, { NO_COLOR: '' }, red],
    ['obeys FORCE_COLOR', false, { FORCE_COLOR: '1' }, red],
    ['obeys FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, 'x'],
    ['puts NO_COLOR before FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, 'x'],
  ];
  test.each(cases)('%s', (_name, isTTY, environment, painted) => {
    expect(openTerminal({ isTTY }, environment).paint('red', 'x')).toBe(painted);
  });

  test('follows a resize', () => {
    const stream = { isTTY: true, columns: 120 };
    const terminal = openTerminal(stream, {});
    expect(terminal.width).toBe(120);
    stream.columns = 60;
    expect(terminal.width).toBe(60);
  });

  test('takes COLUMNS, else 80, when there is no TTY', () => {
    expect(openTerminal({}, { COLUMNS: '132' }).width).toBe(132);
    expect(openTerminal({}, { COLUMNS: 'wide' }).width).toBe(80);
    expect(openTerminal({}, {}).width).toBe(80);
  });
});
