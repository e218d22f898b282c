import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LanguageError } from '../../src/language/errors.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { printProgram } from '../../src/language/print.ts';
import { library } from '../../src/levels/library.ts';
import { loadChapters, loadLevel } from '../../src/levels/load.ts';
import { loadPack } from '../../src/levels/pack.ts';
import { programFor } from '../../src/levels/variants.ts';
import { parseRecordings } from '../../src/machines/linux/recording/format.ts';
import { parseJournal } from '../../src/progress/parse.ts';
import { progressOf } from '../../src/progress/records.ts';
import { journalSubmission } from '../../src/progress/submission.ts';
import { parseExam } from '../../src/study/exam.ts';
import { programOfMaps } from '../../src/study/maps.ts';
import { parseName } from '../../src/study/problem.ts';
import { readTranscripts } from '../../src/study/transcript-file.ts';
import { damaged, filesBelow, monsters } from './corpus.ts';

/** What comes from outside is read or refused with a place; it never breaks the reader, and never keeps it long. */

/** In milliseconds, of a text of 2 MB at most, on a loaded machine: a parser that is not linear takes minutes. */
const LONGEST = 20_000;

const journal = ['start', 'event', 'finish', 'drop', 'set']
  .map(
    type =>
      `{"v":1,"at":"2026-01-01T00:00:00Z","type":"${type}","run":"a","n":0,"level":"first-ring","variant":0,"stars":3,"digest":"d","name":"colour","value":"never","event":{"type":"decide","decision":"copy"}}`,
  )
  .join('\n');

const parsers: readonly {
  readonly name: string;
  readonly corpus: readonly string[];
  /** Throws only what says where the text is wrong. */
  readonly read: (text: string) => void;
}[] = [
  {
    name: 'a level file',
    corpus: filesBelow('levels', '.yaml').filter(text => text.includes('\nscript:')),
    read: text => {
      const loaded = loadLevel(text, 'hostile.yaml');
      if ('problems' in loaded) expect(loaded.problems.length).toBeGreaterThan(0);
    },
  },
  {
    name: 'a program',
    corpus: [
      ...filesBelow('test/language/data', '.txt'),
      ...library.levels.map(level => printProgram(programFor(level, 0).program)),
    ],
    read: text => void parseProgram(text, 'hostile.txt'),
  },
  {
    name: 'a chapter list',
    corpus: filesBelow('levels', 'chapters.yaml'),
    read: text => {
      const loaded = loadChapters(text, 'hostile.yaml');
      if ('problems' in loaded) expect(loaded.problems.length).toBeGreaterThan(0);
    },
  },
  {
    name: 'the manifest of a pack',
    corpus: ['id: course\ntitle: A course\n'],
    read: text => {
      const loaded = loadPack(['pack.yaml', 'first-ring.yaml'], file => (file === 'pack.yaml' ? text : ''));
      expect('problems' in loaded && loaded.problems.length > 0).toBe(true);
    },
  },
  {
    name: 'a list of mappings',
    corpus: [
      `55d0c8a00000-55d0c8a02000 r-xp 00000000 08:01 1234  /usr/bin/sh\n7ffd1c000000-7ffd1c021000 rw-p 00000000 00:00 0  [stack]\n7f0000000000-7f0000001000 r--s 00000000 08:01 99  /${'a'.repeat(255)}/${'b c'.repeat(500)}\n`,
    ],
    read: text => void parseProgram(programOfMaps(text, 'hostile.maps').lines.join('\n'), 'made.txt'),
  },
  {
    name: 'what a student hands in',
    corpus: [journal],
    read: text => void journalSubmission(text, 'hostile.ndjson'),
  },
  {
    name: 'the name of a problem or an exam',
    corpus: ['p2-linux-1-2939957595', 'p1-hurd-3-20261125-dontneed', 'x2-linux-fork-7', 'x2-linux-final-7'],
    read: text => void [parseName(text), parseExam(text)],
  },
  {
    name: 'a recording',
    corpus: filesBelow('test/conformance/data', '.json').slice(0, 12),
    read: text => void parseRecordings(text, 'hostile.json'),
  },
  {
    name: 'a transcript',
    corpus: [
      '{"version":1,"level":"first-ring","digest":"d","variant":1,"seed":null,"start":"s","log":[{"type":"decide","decision":"copy","state":"x"}]}',
    ],
    read: text => void readTranscripts(text, 'hostile.json'),
  },
  { name: 'a save', corpus: [journal], read: text => void progressOf(parseJournal(text).events) },
];

function attempt(read: (text: string) => void, text: string): void {
  const begun = performance.now();
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    expect(error.message).toMatch(/^hostile\.\w+:\d+:\d+: ./);
  }
  expect(performance.now() - begun).toBeLessThan(LONGEST);
}

describe.each(parsers)('$name', ({ corpus, read }) => {
  test('with anything wrong in it is read, or refused with a place', () => {
    fc.assert(
      fc.property(damaged(corpus), text => attempt(read, text)),
      { numRuns: 40 },
    );
  });

  test.each(monsters)('%s does not break its reader or keep it long', (_, text) => {
    attempt(read, text);
  });
});
