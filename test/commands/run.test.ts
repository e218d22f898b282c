import { createHash } from 'node:crypto';
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
import { linux } from '../../src/machines/linux/linux.ts';
import { COUNTS } from '../../src/machines/machine.ts';
import { MOST_SEED } from '../../src/study/random.ts';
import { captured } from './captured.ts';

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

test('--format recorder leaves out settings that are as usual, and has the recorder pass over the swap', async () => {
  const printed = await running(['-', '--format', 'recorder'], `arch x86\nsmap off\nswap zram\n${SWAPPING}`);
  expect(printed).toBe(`#! swap zram\n${SWAPPING}`);
  expect(await running(['-'], printed)).toContain('swap');
  expect(await running(['-'], printed)).toBe(await running(['-'], `swap zram\n${SWAPPING}`));
});
const SWAPPING = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 madv 0 1 pageout\np0 read 0\n';

/** Two stacks, so that a fork copies two pages at once, or none. */
const STACKS = `sh: map stack 1 rw- anon gd
sh: write stack+0 7
sh: map other 1 rw- anon gd
sh: write other+0 8
sh: map heap 1 rw- anon
sh: write heap+0 9
sh: fork child
child: write stack+0 1
child: write other+0 2
`;

test('with --eager-stack fork copies the top page of each stack, and no store of the child faults', async () => {
  const ran = async (...args: string[]): Promise<RunReport> =>
    JSON.parse(await running(['-', '--json', ...args], STACKS));
  const [shared, eager] = [await ran(), await ran('--eager-stack')];
  const faultsAfterFork = ({ operations }: RunReport) =>
    operations.slice(7).map(({ faults }) => faults.map(({ decision }) => decision));
  expect(faultsAfterFork(shared)).toEqual([['copy'], ['copy']]);
  expect(faultsAfterFork(eager)).toEqual([[], []]);
  // Three pages are stored to and two copied, by fork or by faults of the child.
  expect([shared.cost.frames, eager.cost.frames]).toEqual([5, 5]);
  expect([shared.cost.bytesRead, eager.cost.bytesRead]).toEqual([2 * 4096, 2 * 4096]);
  expect([shared.cost.faults, eager.cost.faults]).toEqual([5, 3]);
  expect(JSON.parse(await running(['-', '--json'], `stack eager\n${STACKS}`))).toEqual(eager);
  expect(eager.program).toMatch(/^stack eager\n/);
});

test('--rules chooses by which rule the last owner keeps its page', async () => {
  // Before 5.8, and from 6.x on, nobody else but a pipe refers to the page; 5.10 counts every reference.
  const pinned = `sh: map heap 1 rw- anon
sh: write heap+0 7
sh: vpin 0 heap
sh: fork child
child: exit
sh: write heap+0 9
`;
  const decided = async (rules: string) => {
    const { rules: said, operations }: RunReport = JSON.parse(
      await running(['-', '--json', '--rules', rules], pinned),
    );
    return [said, ...operations.at(-1)!.faults.map(({ decision, reason }) => [decision, reason.function])];
  };
  expect(await decided('2.6')).toEqual(['2.6', ['reuse', 'reuse_swap_page']]);
  expect(await decided('5.10')).toEqual(['5.10', ['copy', 'do_wp_page']]);
  expect(await decided('6.x')).toEqual(['6.x', ['copy', 'wp_can_reuse_anon_folio']]);
});

test('only a kernel that marks exclusive pages is shown with such a mark', async () => {
  const program = `swap file
sh: map heap 2 rw- anon
sh: write heap+0 7
sh: write heap+1 7
sh: madv heap+1 1 pageout
`;
  for (const rules of linux.rules) {
    const text = await running(['-', '--rules', rules], program);
    expect(/excl/.test(text), rules).toBe(rules === '6.x');
  }
});

test('a row that has changed is told from the others of its table, and by the name it had', async () => {
  const text = await running(
    ['-'],
    `sh: map heap 8 rw- anon
sh: read heap+0
sh: read heap+7
sh: write heap+7 1
sh: write heap+2 1
`,
  );
  expect(text).toContain('process sh, page heap+7: frame f1, was f0; rights rw-, was r--.');
  expect(text).toContain('sh heap +1: none; was +1 to +6, none.');
});

test('where memory has an end, what is left of it and what is promised is told with each operation', async () => {
  const program = 'memory 3\nsh: map heap 2 rw- anon\nsh: write heap+0 7\n';
  const text = await running(['-'], program);
  expect(text).toContain('Memory: 3 of 3 free, promised 2; was memory: 3 of 3 free, promised 0.');
  expect(text).toContain('Memory: 2 of 3 free, promised 2; was memory: 3 of 3 free, promised 2.');
  expect(text).toContain('\nMemory: 2 of 3 free, promised 2.\nframe f0');
  const { operations }: RunReport = JSON.parse(await running(['-', '--json'], program));
  expect(operations[1]!.changed[0]).toEqual({
    key: 'title frames',
    before: ['memory: 3 of 3 free, promised 2'],
    after: ['memory: 2 of 3 free, promised 2'],
  });
});

test('--json has the fields that docs/language.md lists', async () => {
  const report: RunReport = JSON.parse(await running(['-', '--json'], STORY));
  expect(Object.keys(report)).toEqual(['program', 'rules', 'operations', 'final', 'cost']);
  const operation = report.operations[3]!;
  expect(Object.keys(operation)).toEqual(['n', 'process', 'operation', 'faults', 'seen', 'changed']);
  expect(Object.keys(operation.faults[0]!)).toEqual(['address', 'errorCode', 'decision', 'reason']);
  expect(Object.keys(operation.faults[0]!.reason)).toEqual(['rule', 'function', 'text']);
  expect(operation.changed[0]).toEqual({
    key: expect.any(String),
    before: expect.any(Array),
    after: expect.any(Array),
  });
  const [panel] = report.final.panels;
  expect(Object.keys(panel!)).toEqual(['id', 'rank', 'title', 'columns', 'rows']);
  expect(Object.keys(report.cost)).toEqual([...COUNTS]);
});

/** Whole numbers only are drawn, so it is so on every machine; whoever changes the generator changes these. */
test.each([
  ['1', 'b0142bc3cc6345e9'],
  ['4294967295', '3ecd7dca2777c726'],
])('seed %s is the same program everywhere', async (seed, hash) => {
  const program = await running(['--seed', seed, '--format', 'recorder']);
  expect(createHash('sha256').update(program).digest('hex').slice(0, 16)).toBe(hash);
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
              `Address 0x${address.toString(16)}. (Error code ${errorCode}: |get_user_pages )`,
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
      "standard input:4:3: this machine does not know 'p0 cpu 9'",
    ],
    [['-', '--rules', '2.0'], '', "there are no rules '2.0'; expected 2.6, 5.8, 5.10, 6.x"],
    [
      ['-'],
      'p0 map 0 1 rw- anon\np0 rsys',
      "standard input:2:8: something is missing; expected 'pipe', 'zero'",
    ],
    [['-', '--arch', 'arm'], 'p0 kfetch 0', "standard input:1:1: this machine does not know 'p0 kfetch 0'"],
    [
      ['-', '--rules', '6.x', '--format', 'recorder'],
      '',
      '--rules says nothing here; expected --format, --system',
    ],
    [['-', '--arch', 'arm', '--format', 'recorder'], '', '--arch says nothing here'],
    [['-', '--eager-stack', '--format', 'recorder'], '', '--eager-stack says nothing here'],
    [['--seed', '1', '--cpus', '2'], '', '--cpus says nothing here; expected --system, --seed'],
    [['-', '--eager-stack', '--system', 'xen'], '', '--eager-stack is a policy of Linux, not of xen'],
    [['--seed', 'one'], '', "'one' is no seed; expected a number"],
    [['--seed'], '', "Option '--seed <value>' argument missing"],
    [['-', '--json=yes'], '', "Option '--json' does not take an argument"],
    [['-', '-'], '', 'run needs one program'],
    [['-', '--arch', 'mips'], '', "there is no processor 'mips'; expected x86, arm"],
    [['-', '--arch', 'arm', '--system', 'hurd'], '', '--arch chooses the processor of Linux'],
    [
      ['-', '--arch', 'arm'],
      'swap file\n wp off\np0 read 0',
      'standard input:2:2: CR0.WP is a bit of x86; expected arch x86 or wp on',
    ],
    [['-', '--arch', 'arm'], 'p0 rawread ffff800000000000', "this machine does not know 'p0 rawread"],
    [
      ['-', '--system', 'hurd'],
      'arch arm\np0 read 0',
      "input:1:1: the machine has no 'arch'; expected no settings",
    ],
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

describe('--format recorder refuses what the recorder does not have, with its place', () => {
  test.each([
    ['memory 4\np0 read 0', "1:1: the recorder cannot set 'memory': it has the machine that it runs on"],
    ['swap file\n  overcommit never\np0 read 0', "2:3: the recorder cannot set 'overcommit'"],
    ['stack eager\np0 read 0', "1:1: the recorder cannot set 'stack'"],
    ['wp off\np0 read 0', "1:1: the recorder cannot set 'wp'"],
    [
      'p0 map 0 1 rwx anon\n\n p0: kfetch 0',
      "3:2: the recorder has no operation 'kfetch'; expected one of map,",
    ],
    ['sh thread kid', "1:1: the recorder has no operation 'thread'"],
    ['xen: domain alice pv64 6', "1:1: the recorder has no operation 'domain'"],
    [
      'p0 rsys rash 0 0 9 1',
      "1:1: the recorder has no device 'rash'; expected 'pipe', 'zero' or a byte of a file",
    ],
    ['p0 wsys module 0 0 9', "1:1: the recorder has no device 'module'; expected 'pipe' or a byte of a file"],
    ['p0 vpin big 0 1', "1:1: the recorder has no pipe or buffer 'big'; expected a number from 0 to 3"],
    ['file 3 1 ext4\n file 4 1 ext4', '2:2: the recorder has no file 4; expected a number from 0 to 3'],
    [
      Array.from({ length: 24 }, (_, i) => `p0 fork p${i + 1}`).join('\n'),
      '24:1: the recorder has no room for p24; expected at most 24 processes',
    ],
  ])('%j', async (program, message) => {
    await expect(running(['-', '--format', 'recorder'], program)).rejects.toThrow(
      `standard input:${message}`,
    );
    writeFileSync(path.join(cwd, 'story.txt'), program);
    await expect(running(['story.txt', '--format', 'recorder'])).rejects.toThrow(`story.txt:${message}`);
  });
});

test('on the command line a bad program is one line on stderr, nothing on stdout, and exit code 2', async () => {
  writeFileSync(path.join(cwd, 'story.txt'), 'p0 map 0 1 rw- anon\np0 write 0 700\n');
  const outcome = await captured(run, ['story.txt', '--json'], { cwd });
  expect(outcome).toEqual({
    code: 2,
    stdout: '',
    stderr: "cowhand: story.txt:2:12: '700' does not fit; expected a byte, 0 to 255\n",
  });
});
