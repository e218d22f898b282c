import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { usage } from '../../src/commands/help.ts';
import { closeAll, launch, program, runPiped } from './harness.ts';

afterEach(closeAll);

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const commands = Object.keys(usage).filter(name => name !== '');

describe('help and version', () => {
  test.each(Object.entries(usage))("--help prints the usage of '%s'", async (command, text) => {
    const args = command === '' ? ['--help'] : [command, '--help'];
    expect(await runPiped(args)).toEqual({ code: 0, stdout: `${text}\n`, stderr: '' });
  });

  test.each(['', ...commands])("--version prints the version for '%s' too", async command => {
    const args = command === '' ? ['--version'] : [command, '--version'];
    expect(await runPiped(args)).toEqual({ code: 0, stdout: `cowhand ${version}\n`, stderr: '' });
  });

  test('fits 80 columns', () => {
    const lines = Object.values(usage).flatMap(text => text.split('\n'));
    expect(lines.filter(line => line.length > 80)).toEqual([]);
  });
});

describe('bad usage', () => {
  test('an unknown command names the nearest one', async () => {
    expect(await runPiped(['levles'])).toEqual({
      code: 2,
      stdout: '',
      stderr: "cowhand: no command 'levles'; did you mean 'levels'? See: cowhand --help\n",
    });
  });

  test('a word that is near to nothing gets no guess', async () => {
    const { code, stderr } = await runPiped(['xyzzyxyzzy']);
    expect(code).toBe(2);
    expect(stderr).toBe("cowhand: no command 'xyzzyxyzzy'. See: cowhand --help\n");
  });

  test.each(commands)('an unknown option of %s names the option and the help', async command => {
    const { code, stdout, stderr } = await runPiped([command, '--nonsense']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain("'--nonsense'");
    expect(stderr).toContain(`cowhand ${command} --help`);
  });
});

describe('without a terminal', () => {
  test.each([[[]], [['play']]])('the game says in one line what to do: %j', async args => {
    const { code, stdout, stderr } = await runPiped(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('--plain');
  });
});

test('a fault of our own says so, with version, command and stack', async () => {
  const broken = `
    import fs from 'node:fs';
    const { writeSync } = fs;
    fs.writeSync = (descriptor, ...rest) => {
      if (descriptor === 1) throw new Error('broken on purpose');
      return writeSync(descriptor, ...rest);
    };`;
  const { code, stderr } = await runPiped(['levels', '--version'], {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}` },
  });
  expect(code).toBe(70);
  expect(stderr).toContain('it is our fault');
  expect(stderr).toContain(`version: cowhand ${version}, node ${process.version}`);
  expect(stderr).toContain('command: cowhand levels --version');
  expect(stderr).toMatch(/Error: broken on purpose\n +at /);
});

test('a reader that has seen enough ends the program quietly', async () => {
  const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', data => {
    stderr += data;
  });
  const code = await new Promise(resolve => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('--help in a real terminal leaves it as it was', async () => {
  const session = launch(['--help'], { rows: 40 });
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
  expect(session.text()).toContain('Usage: cowhand [COMMAND] [OPTIONS]');
  expect(session.isAlternate()).toBe(false);
});
