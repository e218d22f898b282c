import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/language/limits.ts';
import { REGION_PAGES } from '../../src/language/moves.ts';
import { program } from './harness.ts';

/** Files that are in order, and as large as they may be: what they ask for is done, or refused, in little memory. */

const folder = mkdtempSync(path.join(tmpdir(), 'cowhand-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In MB; Node's own default is thousands. */
const HEAP = 256;

/** @param input a command line whose output it is given */
async function run(
  args: readonly string[],
  [command, ...words]: readonly string[] = [],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const source =
    command === undefined ? undefined : spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, program, ...args], {
    cwd: folder,
    env: { HOME: folder },
    stdio: [source?.stdout ?? 'ignore', 'pipe', 'pipe'],
  });
  source?.stdout.destroy();
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, stdout, stderr };
}

function written(name: string, lines: readonly string[]): string {
  writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
  return name;
}

const times = (count: number, line: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => line(n));

describe('a program', () => {
  test.each<[string, string[], ...options: string[]]>([
    [
      'of as many processes, with as many pages as all may have',
      [
        'p0 map 0 300 rw- anon',
        'p0 madv 0 300 populate_write',
        ...times(LIMITS.processes - 1, n => `p0 fork p${n + 1}`),
        ...times(5, n => `p${n % LIMITS.processes} write ${n} 1`),
      ],
    ],
    [
      'of as many operations, with as many VMAs as that leaves room for',
      times(LIMITS.operations, n =>
        n < 200 ? `p0 map ${(n * 7) % REGION_PAGES} 1 ${n % 2 ? 'rw-' : 'r--'} anon` : `p0 read ${n}`,
      ),
    ],
    [
      'of which every page faults again and again',
      [
        `p0 map 0 ${REGION_PAGES} rw- anon`,
        // Half of what may be: held as a whole, what is printed of it would already be too much.
        ...times(LIMITS.work / REGION_PAGES / 2, n => {
          const advice = n % 2 ? 'dontneed' : 'populate_write';
          return `p0 madv 0 ${REGION_PAGES} ${advice}`;
        }),
      ],
      '--json',
    ],
    [
      'of as many files',
      [
        ...times(LIMITS.files, n => `file ${n} ${LIMITS.filePages / LIMITS.files} ext4`),
        `p0 map 0 ${REGION_PAGES} rw- shared 0 0`,
        ...times(100, n => `p0 punch ${n % LIMITS.files} 0 ${LIMITS.filePages}`),
      ],
    ],
  ])('%s', async (name, lines, ...options) => {
    const { code, stdout, stderr } = await run([
      'run',
      written(`${name.replaceAll(/\W+/g, '-')}.txt`, lines),
      ...options,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(10_000);
  });

  test('of pages that every operation makes more is refused', async () => {
    const lines = [
      `p0 map 0 ${REGION_PAGES} rw- anon`,
      ...times(LIMITS.processes - 1, n => `p0 fork p${n + 1}`),
    ];
    const { code, stdout, stderr } = await run(['run', written('pages.txt', lines)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    // After n forks n + 1 processes have them: the sum passes 250 at n = 22.
    expect(stderr).toMatch(
      /^cowhand: pages\.txt:22:1: too much to go through: .*; expected at most 250000\n$/,
    );
  });

  test('that never ends is refused, and one of nothing but line ends begins a sandbox', async () => {
    const endless = await run(['run', '-'], ['yes', 'p0 read 0']);
    expect(endless).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cowhand: standard input is too large; expected at most 16 MB\n',
    });
    const empty = written('empty.txt', ['\n'.repeat(2 ** 22)]);
    expect((await run(['lab', empty])).code).toBe(0);
  });

  test('of millions of words is refused', async () => {
    const { code, stderr } = await run(['run', written('words.txt', ['p0 read '.repeat(1_800_000)])]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'cowhand: words.txt:1:1001: a line of 14400000 characters; expected at most 1000\n',
    });
  });
});

const level = (setup: readonly string[], script: readonly string[]): string[] => [
  ...['id: hostile', 'title: Hostile', 'system: linux', 'chapter: own', 'depth: decide'],
  ...['teaches: []', 'uses: []', 'treats: []', 'story: Much of everything.', 'setup:'],
  ...setup.map(line => `  - ${line}`),
  'script:',
  ...script.map(line => `  - ${line}`),
  'menu: [copy, reuse, zeroed, zero-page, refuse-access]',
  'hints: [Look.]',
];

describe('a level', () => {
  test('of as many pages in as many processes is judged', async () => {
    const setup = [
      'sh: map 0 8 rw- anon',
      'sh: madv 0 8 populate_write',
      ...times(LIMITS.processes - 1, n => `sh: fork c${n}`),
    ];
    const file = written('hostile.yaml', level(setup, ['sh: write 0 9']));
    const { code, stdout, stderr } = await run(['play', file, '--decide', 'reuse', '--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout).questions[0]).toMatchObject({ decision: 'reuse', verdict: 'corruption' });
  });

  test('of more pages than that is refused', async () => {
    const setup = ['sh: map 0 100 rw- anon', ...times(6, n => `sh: fork c${n}`)];
    const file = written('pages.yaml', level(setup, ['sh: write 0 9']));
    const { code, stderr } = await run(['play', file, '--decide', 'reuse', '--json']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'pages.yaml:13:9: memory becomes too large to be judged; expected at most 256 pages of all processes',
    );
  });

  test('of which right decisions lead to ever more states is proved no further than anybody would play it', async () => {
    const reads = times(100, n => `sh: read heap+${n}`);
    const { code, stdout } = await run([
      'check',
      written('branches.yaml', level(['sh: map heap 100 rw- anon'], reads)),
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /branches\.yaml:\d+:\d+: right decisions lead to more than 1000 states \[bounds\]/,
    );
  });

  test('of too many steps is refused', async () => {
    const file = written(
      'steps.yaml',
      level(
        ['sh: map heap 1 rw- anon'],
        times(101, () => 'sh: write heap+0 9'),
      ),
    );
    const { code, stderr } = await run(['play', file, '--decide', 'zeroed', '--json']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('steps.yaml:13:3: ') });
    expect(stderr).toContain('expected at most 100 steps');
  });
});

test('a pack’s links are not followed, wherever they lead', async () => {
  written('secret.txt', ['password: hunter2']);
  written('pack.yaml', ['id: pack', 'title: A pack']);
  symlinkSync(path.join(folder, 'secret.txt'), path.join(folder, 'secret.yaml'));
  symlinkSync('/dev/zero', path.join(folder, 'endless.yaml'));
  const { stdout, stderr } = await run(['levels', '--levels', '.']);
  expect(stdout + stderr).not.toMatch(/password|hunter2|secret|endless/);
});
