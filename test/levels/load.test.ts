import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore } from '../../src/levels/explore.ts';
import { isLevel, loadChapters, loadLevel } from '../../src/levels/load.ts';
import { formatProblem } from '../../src/levels/problem.ts';
import { fixture, levelOf, shippedFiles } from './files.ts';

const texts = [...shippedFiles().map(file => readFileSync(file, 'utf8')), fixture('good.yaml')];
const words = [...new Set(texts.flatMap(text => text.split(/\s+/)))];

/** One thing done to a text: a part of it dropped, doubled, or replaced by a word or by anything. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 }), fc.constant(200)),
  by: fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(
      '\n',
      '  ',
      '- ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a ',
      '*a',
      '!!x ',
      '? ',
      '|',
      '>',
      '%',
      '\t',
      '$',
      '#',
      '\u0000',
      '\uFEFF',
      '---\n',
      '...\n',
      '<<: ',
      '__proto__: ',
      'constructor',
      'null',
      '~',
      '.nan',
      '1e999',
    ),
    fc.string({ unit: 'binary' }),
    fc.constant(''),
  ),
});
const mutated = fc
  .tuple(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) =>
    mutations.reduce((now, { at, length, by }) => {
      const from = Math.floor(at * now.length);
      return now.slice(0, from) + by + now.slice(from + length);
    }, text),
  );

describe('any text', () => {
  test('is a level, or has problems at places of the text; it is never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof({ weight: 9, arbitrary: mutated }, { weight: 1, arbitrary: fc.string() }),
        text => {
          const loaded = loadLevel(text, 'x.yaml');
          if (isLevel(loaded)) return;
          expect(loaded.problems.length).toBeGreaterThan(0);
          const lines = text.split('\n');
          for (const { file, line, column, message, check } of loaded.problems) {
            expect(file).toBe('x.yaml');
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lines.length);
            expect(column).toBeGreaterThanOrEqual(1);
            expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
            expect(message).not.toBe('');
            expect(check).not.toBe('');
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('if it is a level, it can be played without a fault of our own', () => {
    const playable = mutated.filter(text => isLevel(loadLevel(text, 'x.yaml')));
    fc.assert(
      fc.property(playable, text => {
        expect(explore(levelOf(text), 0).faults).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('as a chapter list, too', () => {
    fc.assert(
      fc.property(mutated, text => {
        const loaded = loadChapters(text, 'linux/chapters.yaml');
        expect('problems' in loaded ? loaded.problems.length : 1).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a loaded level', () => {
  const level = levelOf(fixture('good.yaml'));

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(level))).toEqual(level);
  });

  test('knows the place of each step', () => {
    expect(level.script.map(({ place }) => place)).toEqual([
      { file: 'good.yaml', line: 25, column: 9 },
      { file: 'good.yaml', line: 26, column: 9 },
      { file: 'good.yaml', line: 27, column: 9 },
    ]);
    expect(level.setup[7]).toEqual({
      process: 'child',
      text: 'exit',
      when: [['child', 'gone']],
      place: { file: 'good.yaml', line: 22, column: 14 },
    });
  });

  test('has the newest rule set if it names none', () => {
    expect(levelOf(fixture('good.yaml').replace('rules: 6.x\n', '')).rules).toBe('6.x');
  });

  test('may ask for several conditions', () => {
    const text = fixture('good.yaml').replace('when: child=gone', 'when: [child=gone, notes=r--]');
    expect(levelOf(text).setup[7]!.when).toEqual([
      ['child', 'gone'],
      ['notes', 'r--'],
    ]);
  });
});

test('a problem names file, line, column and what was expected', () => {
  const loaded = loadLevel(fixture('good.yaml').replace('write heap+1 4', 'write heap+7 4'), 'good.yaml');
  expect(isLevel(loaded) ? [] : loaded.problems.map(formatProblem)).toEqual([
    'good.yaml:26:15: heap has no page 7; expected heap+0 to heap+1',
  ]);
});
