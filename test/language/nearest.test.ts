import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../src/language/nearest.ts';

const words = ['play', 'levels', 'check', 'conform', 'progress'];

test('one slip of the finger is understood: a letter lost, added, changed or swapped', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...words),
      fc.nat(),
      fc.constantFrom('x', 'e', 'q'),
      fc.constantFrom('lost', 'added', 'changed', 'swapped'),
      (word, place, letter, slip) => {
        const i = place % word.length;
        const typed = {
          lost: word.slice(0, i) + word.slice(i + 1),
          added: word.slice(0, i) + letter + word.slice(i),
          changed: word.slice(0, i) + letter + word.slice(i + 1),
          swapped:
            word.slice(0, i) +
            word
              .slice(i, i + 2)
              .split('')
              .reverse()
              .join('') +
            word.slice(i + 2),
        }[slip];
        expect(nearest(typed, words)).toBe(word);
      },
    ),
  );
});

test.each([
  ['prog', 'progress'],
  ['LEVELS', 'levels'],
  ['con', 'conform'],
])("the beginning of a word is enough: '%s' is '%s'", (typed, word) => {
  expect(nearest(typed, words)).toBe(word);
});

test('a word that is like none gets no guess', () => {
  for (const typed of ['', 'zzzzzz', 'help-me-please']) expect(nearest(typed, words)).toBeUndefined();
});
