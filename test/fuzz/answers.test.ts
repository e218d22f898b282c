import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newLab, stateOfLab, typed } from '../../src/game/lab.ts';
import { isRefused, play, start, table } from '../../src/game/run.ts';
import { LanguageError } from '../../src/language/errors.ts';
import { printProgram } from '../../src/language/print.ts';
import { library } from '../../src/levels/library.ts';
import { programFor } from '../../src/levels/variants.ts';
import { machines } from '../../src/machines/registry.ts';
import { readSettings } from '../../src/progress/settings.ts';
import { optimalAnswers } from '../ui/fixtures.ts';
import { damaged, monsters } from './corpus.ts';

/** What is not a file of its own: answers in a transcript, lines of the sandbox, and a settings file on a disk. */

/** A level of each depth of each system. */
const levels = [
  ...new Map(library.levels.map(level => [`${level.system} ${level.depth}`, level] as const)).values(),
];

test.each(levels.map(level => [level.id, level] as const))(
  'an answer of %s with anything wrong in it is refused, or judged',
  (_, level) => {
    const [right = ''] = optimalAnswers(level, 0);
    const run = start(level, 0);
    const offered = table(run).question!.offers.map(({ id }) => id);
    fc.assert(
      fc.property(damaged([right, ...offered]), decision => {
        const played = play(run, { type: 'decide', decision });
        if (isRefused(played)) return;
        expect(table(played).answers).toHaveLength(1);
      }),
      { numRuns: 30 },
    );
    for (const [, decision] of monsters)
      expect(isRefused(play(run, { type: 'decide', decision }))).toBe(true);
  },
);

test.each(Object.entries(machines))(
  'a line of the sandbox for %s is taken, or refused with what was expected',
  (system, machine) => {
    const programs = library.levels
      .filter(level => level.system === system)
      .slice(0, 6)
      .flatMap(level => printProgram(programFor(level, 0).program).split('\n'));
    const line = damaged(programs.filter(text => text !== ''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), lines => {
        let lab = newLab(machine);
        for (const text of lines)
          try {
            lab = typed(lab, text, false);
            stateOfLab(lab);
          } catch (error) {
            if (!(error instanceof LanguageError || error instanceof RangeError)) throw error;
            expect(error.message).not.toBe('');
          }
      }),
      { numRuns: 40 },
    );
  },
);

test('a settings file with anything wrong in it counts, or is kept aside as it is', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cowhand-fuzz-'));
  const file = path.join(folder, 'settings.json');
  const whole = '{"schemaVersion":1,"theme":"light","key.hint":"x","motion":"never","lines":30}';
  const texts = fc.oneof(damaged([whole]), fc.constantFrom(...monsters.map(([, text]) => text)), fc.json());
  fc.assert(
    fc.property(texts, text => {
      writeFileSync(file, text);
      const before = readdirSync(folder).length;
      const { values, notices } = readSettings(folder, new Date(0));
      for (const value of values?.values() ?? []) expect(typeof value).toMatch(/^(string|number|boolean)$/);
      expect(notices.length).toBe(values === undefined ? 1 : 0);
      expect(readdirSync(folder)).toHaveLength(before);
      const kept = readdirSync(folder).map(name => readFileSync(path.join(folder, name), 'utf8'));
      expect(kept).toContain(Buffer.from(text).toString());
    }),
    { numRuns: 60 },
  );
});
