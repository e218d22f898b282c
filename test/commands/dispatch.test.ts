import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { type Commands, dispatch, faultReport, type Run } from '../../src/commands/dispatch.ts';
import { usage } from '../../src/commands/help.ts';
import { realIo, UsageError } from '../../src/commands/io.ts';
import { LanguageError } from '../../src/language/errors.ts';
import { StoreError } from '../../src/progress/files.ts';

/** Runs a command line where every command is `run`; answers the code and what was written. */
async function outcome(argv: readonly string[], run: Run) {
  let stdout = '';
  let stderr = '';
  const io = {
    ...realIo(),
    stdout: { write: (text: string) => (stdout += text) } as unknown as NodeJS.WriteStream,
    stderr: { write: (text: string) => (stderr += text) } as unknown as NodeJS.WriteStream,
  };
  const get = async () => run;
  const commands = Object.fromEntries(Object.keys(usage).map(name => [name, get])) as unknown as Commands;
  const code = await dispatch(argv, io, commands, '1.2.3');
  return { code, stdout, stderr };
}

test('a command gets the arguments after its name, and its answer is the exit code', async () => {
  let given: string[] = [];
  const run: Run = async args => {
    given = args;
    return 1;
  };
  expect((await outcome(['check', 'a.yaml', '--json'], run)).code).toBe(1);
  expect(given).toEqual(['a.yaml', '--json']);
});

test('options without a command belong to the game', async () => {
  let given: string[] = [];
  const run: Run = async args => {
    given = args;
    return 0;
  };
  await outcome(['--state', 'folder'], run);
  expect(given).toEqual(['--state', 'folder']);
});

test.each([
  [['--state', 'folder', 'levels'], 'levels --state'],
  [['--plain', 'play', 'twins'], 'play --plain'],
])('an option before the command is one line that says so, and exit 2: %j', async (argv, expected) => {
  const { code, stderr } = await outcome(argv, async () => 0);
  expect(code).toBe(2);
  expect(stderr).toBe(`cowhand: options come after the command; expected cowhand ${expected} ...\n`);
});

test('a folder may be called as a command is', async () => {
  expect((await outcome(['--state', 'levels'], async () => 0)).code).toBe(0);
});

test('bad input is one line with its place, and exit 2', async () => {
  const place = { file: 'mine.yaml', line: 3, column: 5 };
  const { code, stderr } = await outcome(['check'], async () => {
    throw new LanguageError(place, "no operation 'wirte'", 'write');
  });
  expect(code).toBe(2);
  expect(stderr).toBe("cowhand: mine.yaml:3:5: no operation 'wirte'; expected write\n");
});

test('bad usage is one line, and exit 2', async () => {
  const { code, stderr } = await outcome(['play'], async () => {
    throw new UsageError('--decide needs a level');
  });
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'cowhand: --decide needs a level\n' });
});

test('progress that cannot be read or saved is one line, and exit 2', async () => {
  const { code, stderr } = await outcome(['levels'], async () => {
    throw new StoreError('read', '/nowhere/journal', new Error('broken'));
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^cowhand: cannot read \/nowhere\/journal: .*--state DIR.*\n$/);
});

test('an option that there is not is one line that leads to the help, and exit 2', async () => {
  const { code, stderr } = await outcome(['levels', '--nonsense'], async args => {
    parseArgs({ args, options: { json: { type: 'boolean' } } });
    return 0;
  });
  expect(code).toBe(2);
  expect(stderr).toBe("cowhand: Unknown option '--nonsense'. See: cowhand levels --help\n");
});

test('after -- there are no options', async () => {
  expect((await outcome(['play', '--', '--help'], async () => 0)).stdout).toBe('');
});

test('a fault of our own is not caught, and its report says what to send', async () => {
  const fault = new TypeError('cannot read frame');
  await expect(outcome(['play', 'twins'], () => Promise.reject(fault))).rejects.toBe(fault);
  const report = faultReport(fault, ['play', 'twins'], '1.2.3');
  for (const part of [
    'our fault',
    'cowhand 1.2.3',
    'cowhand play twins',
    'cannot read frame',
    'dispatch.test.ts',
  ])
    expect(report).toContain(part);
});
