import { describe, expect, test } from 'vitest';
import { sentences, textProblems } from '../../src/levels/checks/texts.ts';
import type { Level } from '../../src/levels/level.ts';
import { fixture, levelOf } from './files.ts';

const level = levelOf(fixture('good.yaml'));
const placeOf = () => ({ file: 'good.yaml', line: 1, column: 1 });
const problems = (change: Partial<Level>) =>
  textProblems({ level: { ...level, ...change }, placeOf }).map(({ message }) => message);

describe('words that give a decision away', () => {
  test.each([
    'Copies',
    'REUSED',
    'in place',
    'a new frame',
    'zero page',
    'zeros',
    'refuse',
    'SIGSEGV',
    'SEGV_MAPERR',
  ])('%s', word => {
    expect(problems({ title: `About ${word}.` })).toHaveLength(1);
    expect(problems({ hints: [`About ${word}.`, 'x'] })).toHaveLength(1);
    expect(problems({ hints: ['Look.', `About ${word}.`] })).toEqual([]);
  });

  test.each(['A copper kettle', 'The place in the sun', 'Zeroth law', 'Refutation'])('not in: %s', title => {
    expect(problems({ title })).toEqual([]);
  });
});

test('sentences end with their mark, not with every full stop', () => {
  expect(sentences('Does it? "Yes!" it says. Version 6.18 is out.')).toEqual([
    'Does it?',
    '"Yes!"',
    'it says.',
    'Version 6.18 is out.',
  ]);
});
