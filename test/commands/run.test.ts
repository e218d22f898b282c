import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realIo } from '../../src/commands/io.ts';
import { type RunReport, run } from '../../src/commands/run.ts';
import { costText } from '../../src/game/words.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { printProgram } from '../../src/language/print.ts';
import { MOST_SEED } from '../../src/study/random.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'cowhand-run-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

async function running(args: readonly string[], stdin = ''): Promise<string> {
  let stdout = '';
  const io = {
    ...realIo(),
    cwd,
    stdin: Readable.from([stdin]) as unknown as NodeJS.ReadStream,
    stdout: { write: (text: string) => (stdout += text) } as unknown as NodeJS.WriteStream,
  };
  expect(await run([...args], io)).toBe(0);
  return stdout;
}

const STORY = `# Who writes first
sh: map heap 1 rw- anon
sh: write heap+0 7
sh: fork child
child: write heap+0 9
child: load 40
`;

test('on ARM the same story tells faults by their status', async () => {
  writeFileSync(path.join(cwd, 'story.txt'), STORY);
  const text = await running(['story.txt', '--arch', 'arm']);
  expect(text).toContain('FAR 0x10000000. FSR 0x805: section translation, write, user. Levels 256, 0.');
  expect(await running(['-'], `arch arm\n${STORY}`)).toBe(text);
});

test('a story, line by line', async () => {
  writeFileSync(path.join(cwd, 'story.txt'), STORY);
  expect((await running(['story.txt'])).split('\n')).toEqual(
    `1. sh maps heap rw-.
   Seen by sh: done.
   sh, running. heap, rw-p, 1 page: new.
   sh, running. heap, rw-p, 1 page. +0, none: new.
2. sh stores 7 to heap+0.
   Page fault. Address 0x100000000000. Error code 6: not present, write, user. CR0.WP 1.
   Decision zeroed: Give it a new page of zeros, map it writable.
   The rule: The entry is empty, and the VMA (rw-, private) is writable. A write needs a frame of its own, filled with zeros.
   Decided by: do_anonymous_page.
   Seen by sh: done.
   sh heap +0: f1, rw-, A D; was none.
   frame f1: kind anon, was free; refs 1; maps 1; excl yes; content 7 0 0 0.
   frame f2, kind free: new.
   process sh, page heap+0, frame f1, rights rw-: new.
3. sh forks child.
   Seen by sh: done.
   sh heap +0: f1, r--, A D; was f1, rw-, A D.
   child, running: new.
   child, running. heap, rw-p, 1 page: new.
   child, running. heap, rw-p, 1 page. +0, f1, r--, - D: new.
   frame f1: refs 2, was 1; maps 2, was 1; excl no, was yes.
   process sh, page heap+0, frame f1, rights rw-: gone.
4. child stores 9 to heap+0.
   Page fault. Address 0x100000000000. Error code 7: present, write, user. CR0.WP 1.
   Decision copy: Copy the page to a new frame, map it writable.
   The rule: The entry is read-only, the VMA (rw-, private) is writable, and f1 has 2 mappers, sh and child: copy on write.
   Decided by: wp_page_copy.
   Seen by child: done.
   child heap +0: f2, rw-, A D; was f1, r--, - D.
   frame f1: refs 1, was 2; maps 1, was 2.
   frame f2: kind anon, was free; refs 1; maps 1; excl yes; content 9 0 0 0.
   frame f3, kind free: new.
   process child, page heap+0, frame f2, rights rw-: new.
5. child loads 40.
   Page fault. Address 0x100000028000. Error code 4: not present, read, user. CR0.WP 1.
   Decision refuse-unmapped: Refuse: SIGSEGV, nothing mapped there.
   The rule: No VMA of child covers 40, so there is nothing that could be repaired: SIGSEGV MAPERR.
   Decided by: bad_area.
   Seen by child: SIGSEGV MAPERR.
In all: 2 frames, 4096 bytes copied, 4096 bytes written, 2 local flushes and 3 faults.
At the end.
Processes.
sh, running.
  heap, rw-p, 1 page.
    +0, f1, r--, A D.
child, running.
  heap, rw-p, 1 page.
    +0, f2, rw-, A D.
Physical memory.
frame f0, kind zero, content 0 0 0 0.
frame f1, kind anon, refs 1, maps 1, excl no, content 7 0 0 0.
frame f2, kind anon, refs 1, maps 1, excl yes, content 9 0 0 0.
frame f3, kind free.
TLB.
process child, page heap+0, frame f2, rights rw-.
`.split('\n'),
  );
});

test('standard input runs as a file does', async () => {
  writeFileSync(path.join(cwd, 'story.txt'), STORY);
  expect(await running(['-'], STORY)).toBe(await running(['story.txt']));
});

test('--format recorder prints what the recorder takes', async () => {
  expect(await running(['-', '--format', 'recorder'], STORY)).toBe(
    'p0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\np1 write 0 9\np1 read 40\n',
  );
});

test('--format recorder also prints what no machine knows yet', async () => {
  expect(await running(['-', '--format', 'recorder'], 'p0 cpu 9\n')).toBe('p0 cpu 9\n');
});

describe('any seed', () => {
  const seed = fc.integer({ min: 0, max: MOST_SEED }).map(String);

  test('runs, and its printed program runs the same', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async n => {
        const printed = await running(['--seed', n, '--format', 'recorder']);
        expect(printProgram(parseProgram(printed, 'printed'))).toBe(printed);
        expect(await running(['-'], printed)).toBe(await running(['--seed', n]));
      }),
      { numRuns: 50 },
    );
  });

  test('tells programs the figures that it tells readers', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async n => {
        const text = await running(['--seed', n]);
        const { operations, final, program, cost }: RunReport = JSON.parse(
          await running(['--seed', n, '--json']),
        );
        expect(program).toBe(await running(['--seed', n, '--format', 'recorder']));
        const lines = text.slice(0, text.indexOf('\nAt the end.')).split('\n');
        const said = operations.flatMap(({ n, process, operation, faults, seen, changed }) => [
          `${n}. ${process} ${operation}.`,
          ...faults.flatMap(({ address, errorCode, decision, reason }) => [
            expect.stringMatching(
              `Address 0x${address.toString(16)}. (Error code ${errorCode}: |Get_user_pages )`,
            ),
            expect.stringContaining(`Decision ${decision}: `),
            `   The rule: ${reason.text}`,
            `   Decided by: ${reason.function}.`,
          ]),
          `   Seen by ${process}: ${seen}.`,
          ...changed.map(({ after }) =>
            after === null ? expect.stringMatching(/: gone\.$/) : expect.not.stringMatching(/: gone\.$/),
          ),
        ]);
        expect(lines).toEqual([...said, `In all: ${costText(cost)}.`]);
        const rows = final.panels.filter(panel => panel.rows.length > 0);
        const shown = text.slice(text.indexOf('At the end.')).trimEnd().split('\n');
        expect(shown).toHaveLength(1 + rows.length + rows.flatMap(panel => panel.rows).length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what cannot be run is refused', () => {
  const refusals: readonly (readonly [args: string[], stdin: string, message: string | RegExp])[] = [
    [
      ['-'],
      'p0 map 0 1 rw- anon\n  p0 wirte 0 7',
      "standard input:2:6: no operation 'wirte'; expected perhaps",
    ],
    [
      ['-'],
      '# none\n\n p0 map 0 1 rw- anon\n  p0 cpu 9',
      "standard input:4:3: the machine does not know 'p0 cpu 9'",
    ],
    [['-', '--rules', '2.0'], '', "there are no rules '2.0'; expected 2.6, 5.8, 5.10, 6.x"],
    [['-', '--format', 'recorder'], 'wp off\np0 read 0', 'expected no wp'],
    [['-', '--arch', 'mips'], '', "there is no processor 'mips'; expected x86, arm"],
    [['-', '--arch', 'arm', '--system', 'hurd'], '', '--arch chooses the processor of Linux'],
    [['-', '--arch', 'arm'], 'wp off\np0 read 0', 'CR0.WP is a bit of x86; expected arch x86 or wp on'],
    [['-', '--arch', 'arm'], 'p0 rawread ffff800000000000', "the machine does not know 'p0 rawread"],
    [['-', '--system', 'hurd'], 'arch arm\np0 read 0', "the machine has no 'arch'; expected no settings"],
    [['-', '--format', 'c'], '', "there is no format 'c'; expected recorder"],
    [['-', '--format', 'recorder', '--json'], '', 'expected one of them'],
    [['missing.txt'], '', "cannot read 'missing.txt': ENOENT"],
    [['--seed', '-1'], '', /seed/],
    [['--seed', '4294967296'], '', "'4294967296' is no seed; expected a number from 0 to 4294967295"],
    [[], '', 'run needs one program'],
    [['-', '--seed', '1'], '', 'run needs one program'],
  ];
  test.each(refusals)('%j', async (args, stdin, message) => {
    await expect(running(args, stdin)).rejects.toThrow(message);
  });
});
