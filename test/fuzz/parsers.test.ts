import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LanguageError } from '../../src/language/errors.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { loadLevel } from '../../src/levels/load.ts';
import { parseRecordings } from '../../src/machines/linux/recording/format.ts';
import { parseJournal } from '../../src/progress/parse.ts';
import { progressOf } from '../../src/progress/records.ts';
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
    corpus: filesBelow('test/language/data', '.txt'),
    read: text => void parseProgram(text, 'hostile.txt'),
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
