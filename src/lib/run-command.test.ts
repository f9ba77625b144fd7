import { describe, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';
import { UserError } from './user-error.ts';

async function call(...argv: string[]) {
  let out = '';
  let err = '';
  const code = await runCommand(
    {
      name: 'ship',
      version: '1.2.3',
      purpose: 'sails',
      commands: {
        echo: {
          summary: 'say the words',
          load: async () => ({
            run: async (words) => {
              out += `${words.join(' ')}\n`;
              return words.length;
            },
          }),
        },
        refuse: {
          summary: 'refuse what the user gave',
          load: async () => ({
            run: async () => {
              throw new UserError('Cannot read "x": no such file');
            },
          }),
        },
        break: {
          summary: 'break an assumption',
          load: async () => ({
            run: async () => {
              throw new Error('a bug');
            },
          }),
        },
      },
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
    argv,
  );
  return { code, out, err };
}

describe('runCommand', () => {
  test('hands the words to the command and gives its exit code', async () => {
    expect(await call('echo', 'a', '--b')).toEqual({ code: 2, out: 'a --b\n', err: '' });
  });

  test.each([[[]], [['--help']], [['-h']], [['help']]])(
    'lists the commands for %j',
    async (argv) => {
      const { code, out, err } = await call(...argv);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('\n  echo    say the words\n  refuse  refuse what');
    },
  );

  test('gives `help COMMAND` to the command as --help', async () => {
    expect((await call('help', 'echo')).out).toBe('--help\n');
  });

  test('tells the version', async () => {
    expect(await call('--version')).toEqual({ code: 0, out: 'ship 1.2.3\n', err: '' });
  });

  test.each([
    ['ecoh', 'ship: Unknown command "ecoh": did you mean "echo"?\n'],
    ['toString', 'ship: Unknown command "toString": ship --help lists them\n'],
    ['--loud', 'ship: Unknown option "--loud": ship --help lists them\n'],
  ])('refuses %s in one sentence', async (word, err) => {
    expect(await call(word)).toEqual({ code: 2, out: '', err });
  });

  test('tells what the user has to mend in one sentence', async () => {
    const err = 'ship: Cannot read "x": no such file\n';
    expect(await call('refuse')).toEqual({ code: 2, out: '', err });
  });

  test('lets a bug through', async () => {
    await expect(call('break')).rejects.toThrow('a bug');
  });
});
