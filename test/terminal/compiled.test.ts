import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readyName } from '../../src/build/ready-file.ts';
import { root } from '../../src/build/root.ts';

/** What V8 made of the program: as the build leaves it, and as an installed program keeps it for itself. */

const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-compiled-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = ['run', path.join(root, 'test/bench/data/one-load.txt')];
const levels = ['levels'];
const dist = path.join(root, 'dist');
const archive = readdirSync(dist).find(name => name.endsWith('.bin'))!;

/** A program as it is installed, with what the build compiled or without. */
function programWith(isThere: (file: string) => boolean): string {
  const other = mkdtempSync(path.join(folder, 'program-'));
  mkdirSync(path.join(other, 'dist'));
  for (const beside of ['assets', 'levels']) symlinkSync(path.join(root, beside), path.join(other, beside));
  for (const file of readdirSync(dist).filter(isThere))
    cpSync(path.join(dist, file), path.join(other, 'dist', file));
  return path.join(other, 'dist', 'cowhand.cjs');
}
const built = path.join(dist, 'cowhand.cjs');
const installed = programWith(file => file !== readyName(archive));

let home = folder;
let kept: string;
beforeEach(() => {
  home = mkdtempSync(path.join(folder, 'home-'));
  kept = path.join(home, '.cache', 'cowhand', readyName(archive));
});

function output(program: string, args: readonly string[], options: readonly string[] = [], env = {}): string {
  return execFileSync(process.execPath, [...options, program, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
    env: { HOME: home, ...env },
  });
}
const expected = output(built, run);

/** Node's options by which a program fails if it compiles anything. */
const taken = [
  '--import',
  `data:text/javascript,${encodeURIComponent(`
    import vm from 'node:vm';
    vm.Script = class extends vm.Script {
      constructor(text, options) {
        super(text, options);
        if (this.cachedDataRejected !== false) throw new Error('compiled anew: ' + options.filename);
      }
    };`)}`,
];
const isTaken = (args = run): void => expect(output(installed, args, taken)).toBe(output(built, args));

describe('what is compiled ahead', () => {
  test('is taken by V8 for every chunk', () => {
    expect(output(built, run, taken)).toBe(expected);
    expect(existsSync(kept)).toBe(false);
  });

  test.each([
    ['where there is none', installed, []],
    ['where it is for a V8 with other flags', built, ['--no-opt']],
  ])('may be done without: %s', (_, program, options) => {
    expect(output(program, run, options)).toBe(expected);
  });
});

describe('what an installed program has compiled', () => {
  test('is kept for the next start, for its owner only, and grows by what other commands use', () => {
    expect(() => output(installed, run, taken)).toThrow('compiled anew');
    for (const args of [run, levels]) {
      expect(output(installed, args)).toBe(output(built, args));
      isTaken(args);
    }
    isTaken(run);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(kept))).toEqual([path.basename(kept)]);
  });

  test('is made anew where it is damaged, which changes nothing else', () => {
    output(installed, run);
    const whole = readFileSync(kept);
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, flip, isCut) => {
          const damaged = isCut ? whole.subarray(0, at) : Buffer.from(whole);
          if (!isCut) damaged[at]! ^= flip;
          writeFileSync(kept, damaged);
          expect(output(installed, run)).toBe(expected);
          isTaken();
        },
      ),
      { numRuns: 6 },
    );
  });

  test('is made anew for a V8 with other flags', () => {
    output(installed, run);
    expect(output(installed, run, ['--no-opt'])).toBe(expected);
    expect(output(installed, run, ['--no-opt', ...taken])).toBe(expected);
  });

  test('is not taken where others could have written it', () => {
    output(installed, run);
    chmodSync(kept, 0o666);
    expect(() => output(installed, run, taken)).toThrow('compiled anew');
    expect(output(installed, run)).toBe(expected);
    isTaken();
  });

  test('is whole after many first starts at once', async () => {
    const starts = [run, levels, run, levels, run].map(args => {
      const child = spawn(process.execPath, [installed, ...args], { env: { HOME: home }, stdio: 'ignore' });
      return new Promise(resolve => child.once('exit', resolve));
    });
    expect(await Promise.all(starts)).toEqual([0, 0, 0, 0, 0]);
    expect(readdirSync(path.dirname(kept))).toEqual([path.basename(kept)]);
    // Who came last may not have known what the others did.
    for (const args of [run, levels]) output(installed, args);
    for (const args of [run, levels]) isTaken(args);
  });

  test('of other versions goes when it is old', () => {
    mkdirSync(path.dirname(kept), { recursive: true });
    const days = (count: number) => Date.now() / 1000 - count * 24 * 3600;
    const others = [40, 20].map(old => {
      const file = path.join(path.dirname(kept), `chunks-${old}.bin.v20.0.0-x64`);
      writeFileSync(file, '');
      utimesSync(file, days(old), days(old));
      return file;
    });
    output(installed, run);
    expect(others.map(file => existsSync(file))).toEqual([false, true]);
    isTaken();
  });
});

/** Root may write anywhere but below a file. */
const isRoot = process.getuid?.() === 0;

describe('an installed program says nothing and works as ever where it keeps nothing:', () => {
  test.each<[string, () => void, Record<string, string>?]>([
    ['a file stands where the folder should be', () => writeFileSync(path.join(home, '.cache'), '')],
    [
      'a folder stands where the file should be',
      () => mkdirSync(path.join(kept, 'full'), { recursive: true }),
    ],
    [
      'the home is read-only',
      () => (isRoot ? writeFileSync(path.join(home, '.cache'), '') : chmodSync(home, 0o500)),
    ],
    ['there are no folders', () => undefined, { HOME: '/proc/nowhere' }],
    ['it is not wanted', () => undefined, { NODE_DISABLE_COMPILE_CACHE: '1' }],
  ])('%s', (_, prepare, env = {}) => {
    prepare();
    const both = `"$0" "$@" 2>&1`;
    const said = execFileSync('sh', ['-c', both, process.execPath, installed, ...run], {
      encoding: 'utf8',
      env: { HOME: home, ...env },
    });
    expect(said).toBe(expected);
    expect(existsSync(kept) && statSync(kept).isFile()).toBe(false);
    chmodSync(home, 0o700);
  });

  test('the disk is full', () => {
    // No file may grow beyond 64 blocks of 1024 bytes.
    const limited = 'ulimit -f 64; "$0" "$@" 2>&1';
    expect(
      execFileSync('bash', ['-c', limited, process.execPath, installed, ...run], {
        encoding: 'utf8',
        env: { HOME: home },
      }),
    ).toBe(expected);
    expect(readdirSync(path.dirname(kept))).toEqual([]);
  });

  test('a pipe stands where the file should be', () => {
    mkdirSync(path.dirname(kept), { recursive: true });
    execFileSync('mkfifo', [kept]);
    expect(output(installed, run)).toBe(expected);
    isTaken();
  });
});
