import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LanguageError } from '../../src/language/errors.ts';
import { grammarTable } from '../../src/language/grammar.ts';
import { LIMITS } from '../../src/language/limits.ts';
import { parseOperation, parseProgram, programOf } from '../../src/language/parse.ts';
import { describe as inWords, printMove, printProgram, readable } from '../../src/language/print.ts';
import { noNames } from '../../src/language/scope.ts';
import { anyNamedProgram, anyProgram } from './programs.ts';

const recorded = fs.readFileSync(new URL('data/ops.txt', import.meta.url), 'utf8');
const parse = (text: string) => parseProgram(text, 'program.txt');

/** The error of a program, as [line, column, message]. */
function refusal(text: string): [number, number, string] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof LanguageError) return [error.place.line, error.place.column, error.message];
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('printing', () => {
  test('any program prints and parses back to the same moves', () => {
    fc.assert(
      fc.property(anyProgram, program => {
        expect(parse(printProgram(program))).toEqual(program);
      }),
      { numRuns: 500 },
    );
  });

  test('any program with names prints in names and parses back to the same moves', () => {
    fc.assert(
      fc.property(anyNamedProgram, program => {
        const headers = printProgram({ ...program, moves: [] });
        const lines = program.moves.map(move => `${move.process}: ${readable(move, program.regions)}`);
        expect(parse(headers + lines.join('\n'))).toEqual(program);
      }),
      { numRuns: 500 },
    );
  });

  test('every operation is said in words: a process maps, stores, forks', () => {
    fc.assert(
      fc.property(anyNamedProgram, ({ moves, regions }) => {
        for (const move of moves) expect(inWords(move, regions)).toMatch(/^[a-z]+s( |$)/);
      }),
      { numRuns: 100 },
    );
  });

  test('any program with names prints as the recorder takes it, by order of appearance', () => {
    fc.assert(
      fc.property(anyNamedProgram, program => {
        const bare = parse(printProgram(program));
        const processes = program.processes.map((_, i) => `p${i}`);
        expect([bare.processes, bare.regions]).toEqual([processes, []]);
        expect(printProgram(bare)).toBe(printProgram(program));
        expect(
          bare.moves.map(({ op, process }) => [op, program.processes[processes.indexOf(process)]]),
        ).toEqual(program.moves.map(({ op, process }) => [op, process]));
      }),
      { numRuns: 500 },
    );
  });

  test('every shape of line that a recording has comes back letter for letter', () => {
    const operations = recorded.split('\n').filter(line => !line.startsWith('#'));
    expect(printProgram(parse(recorded))).toBe(operations.join('\n'));
  });

  test('readable spellings parse back, with names of regions', () => {
    const program = parse(
      [
        'sh map heap 2 rw- anon',
        'sh: write heap+1.3 9',
        'sh store heap 4',
        'sh load heap+0:17',
        'sh protect heap r--',
        'sh: protect heap+1 1 rw-',
        'sh fork child',
        'child dontneed heap+1',
        'child unmap heap',
        'child map notes 1 rw- shared-anon',
        'child jump notes',
        'child exec',
        'child exit',
      ].join('\n'),
    );
    const again = program.moves.map(move => `${move.process} ${readable(move, program.regions)}`);
    expect(parse(again.join('\n'))).toEqual(program);
    expect(printProgram(program).split('\n').slice(0, 5)).toEqual([
      'p0 map 0 2 rw- anon',
      'p0 write 1 9 3072',
      'p0 write 0 4',
      'p0 read 0 17',
      'p0 prot 0 2 r--',
    ]);
    expect(printMove(program.moves[9]!, program)).toBe('p1 map 16 1 rw- sanon');
  });

  test('in words', () => {
    const program = parse(
      'sh map heap 2 rw- anon\nsh write heap+1.1 9\nsh dontneed heap\nsh fork child\nchild read heap\nchild jump heap',
    );
    expect(program.moves.map(move => `${move.process} ${inWords(move, program.regions)}`)).toEqual([
      'sh maps heap rw-',
      'sh stores 9 to heap+1.1',
      'sh drops the contents of heap',
      'sh forks child',
      'child loads heap+0',
      'child fetches heap+0',
    ]);
  });
});

test('a region is placed where nothing was mapped by number', () => {
  const program = parse(
    'p0 map 2 1 rw- anon\np0 map heap 2 rw- anon\np0 map 33 1 r-- anon\np0 map notes 1 rw- anon',
  );
  expect(program.regions.map(({ page }) => page)).toEqual([16, 48]);
});

test('what the recorder takes in other spellings too', () => {
  const program = parse('p0 rawread 0xFFFF888000000000\r\np0: madv 0 1 nohuge # no huge pages\n\n');
  expect(printProgram(program)).toBe('p0 rawread ffff888000000000\np0 madv 0 1 nohuge\n');
});

describe('refusals', () => {
  test('a mutilated program parses or is refused at a place inside it, and nothing else', () => {
    fc.assert(
      fc.property(anyProgram, fc.nat(), fc.nat(3), fc.string({ maxLength: 3 }), (program, at, cut, put) => {
        const whole = printProgram(program);
        const from = at % whole.length;
        const text = whole.slice(0, from) + put + whole.slice(from + cut);
        try {
          parse(text);
        } catch (error) {
          if (!(error instanceof LanguageError)) throw error;
          const lines = text.split('\n');
          expect(error.place.line).toBeGreaterThanOrEqual(1);
          expect(error.place.line).toBeLessThanOrEqual(lines.length);
          expect(error.place.column).toBeGreaterThanOrEqual(1);
          expect(error.place.column).toBeLessThanOrEqual(lines[error.place.line - 1]!.length + 1);
          expect(error.expected).not.toBe('');
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['p0 map 0 2 rw- anon\np0 wirte 0 5', 2, 4, "no operation 'wirte'; expected perhaps 'write'"],
    ['p0 write 0', 1, 11, 'something is missing; expected a byte, 0 to 255'],
    ['p0 write 0 256', 1, 12, "'256' does not fit; expected a byte, 0 to 255"],
    ['p0 write 0 5 4096', 1, 14, 'expected an offset, 0 to 4095'],
    ['p0 read 1024', 1, 9, 'no page 1024'],
    ['p0 read heap+0', 1, 9, "no region 'heap'"],
    ['p0 map heap 2 rw- anon\np0 read heap+2', 2, 9, 'heap has no page 2; expected heap+0 to heap+1'],
    ['p0 map heap 2 rw- anon\np0 read heap+1.4', 2, 9, 'no cell 4'],
    ['p0 map heap 2 rw- anon\np0 fetch heap+1.3', 2, 10, 'expected a page, like 3 or heap+1'],
    ['p0 map heap 2 rw- anon\np0 pvr p0 heap+0 4', 2, 19, 'something is missing; expected a length'],
    ['p0 map 1023 2 rw- anon', 1, 13, 'a number of pages, 1 to 1'],
    ['p0 mremap 0 2 1020 5', 1, 20, 'a number of pages, 1 to 4'],
    ['p0 wsys zero 0 0 1', 1, 9, "'zero' does not fit"],
    ['p0 map 0 2 rwz anon', 1, 12, "'rwz' does not fit"],
    ['p0 map 0 2 rw- anonn', 1, 16, "perhaps 'anon'"],
    ['p0 map 0 1 rw- priv 0 0', 1, 21, "a line 'file 0 NPAGES ext4' before the operations"],
    ['p0 exit now', 1, 9, 'one word too many'],
    ['p0 exit\np0 read 0', 2, 1, 'p0 has exited'],
    ['p0 read 0\np1 read 0', 2, 1, "no process 'p1' runs; expected one of p0, or fork it first"],
    ['p1 read 0', 1, 1, 'expected p0, which runs at the start'],
    ['p0 fork p0', 1, 9, "'p0' is taken"],
    ['p0 fork file', 1, 9, "'file' is no name for a process"],
    ['p0 fork k', 1, 9, "'k' is no name for a process"],
    ['p0 fsync 1', 1, 10, 'no file 1'],
    ['file 0 1 ext4\nfile 0 1 ext4', 2, 6, 'file 0 is declared twice'],
    ['file 0 1 ntfs', 1, 10, "no file system 'ntfs'; expected a file system: ext4, tmpfs"],
    ['p0 ksm', 1, 1, 'p0 cannot ksm'],
    ['p0 read 0\nfile 0 1 ext4', 2, 1, 'the file header after an operation'],
    ['p0 read 0\narch arm', 2, 1, 'the arch header after an operation'],
    ['arch mips', 1, 6, "no kind of arch 'mips'; expected a kind of arch: x86, arm"],
    ['arch arm\nwp off', 2, 1, 'CR0.WP is a bit of x86; expected arch x86 or wp on'],
    ['p0', 1, 1, 'p0 does nothing'],
    ['file 0 1000 ext4\nfile 1 25 ext4', 2, 8, '1024 for all files together, 0 to 24'],
    ['file 0 1 ext4\np0 punch 0 1 1025', 2, 14, 'a number of pages, 0 to 1024'],
  ])('%j', (text, line, column, message) => {
    const [at, where, said] = refusal(text);
    expect([at, where]).toEqual([line, column]);
    expect(said).toContain(message);
    expect(said).toMatch(/^program\.txt:\d+:\d+: /);
  });

  const lines = (count: number, line: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => line(n)).join('\n');

  test.each<[string, number, (length: number) => string, string]>([
    ['a line', LIMITS.line, n => `p0 read 0 #${'a'.repeat(n - 11)}`, '1:1001: a line of 1001 characters'],
    ['a word', LIMITS.word, n => `p0 read ${'0'.repeat(n)}`, '1:9: a word of 101 characters'],
    ['operations', LIMITS.operations, n => lines(n, () => 'p0 read 0'), '1001:1: one operation too many'],
    [
      'processes',
      LIMITS.processes,
      n => lines(n - 1, i => `p0 fork p${i + 1}`),
      "32:9: 'p32' is one process too many",
    ],
    [
      'pages, operation after operation',
      LIMITS.work,
      // 500 pages at each of 498 operations; at the last one these, and what is missing.
      n => `p0 map 0 500 rw- anon\n${lines(497, () => 'p0 read 0')}\np0 map 500 ${n - 499 * 500} r-- anon`,
      '499:1: too much to go through: the pages of all processes, added up over all operations, are 250001',
    ],
    ['files', LIMITS.files, n => lines(n, i => `file ${i} 1 ext4`), '65:6: file 64 is one file too many'],
  ])('%s, and one more than a program may have', (_, most, text, refused) => {
    expect(() => parseProgram(text(most), 'program.txt')).not.toThrow();
    expect(refusal(text(most + 1))[2]).toBe(`program.txt:${refused}; expected at most ${most}`);
  });

  test('a step of a level is refused at its place in the level file', () => {
    const place = { file: 'level.yaml', line: 14, column: 9 };
    expect(() => programOf([{ process: 'sh', text: 'read heap', place }])).toThrow('level.yaml:14:14: ');
    expect(() => parseOperation('sh', 'raed 0', noNames(), place)).toThrow(
      "level.yaml:14:9: no operation 'raed'",
    );
  });
});

test('the table in docs/language.md is that of the grammar', () => {
  const page = fs.readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
  expect(page).toContain(grammarTable());
});
