import { expect, test } from 'vitest';
import { makers } from '../../src/study/makers/makers.ts';
import { expectGood, problemNames } from './problems.ts';

/** Half of the five hundred problems that every test run proves; the long run is `cowhand check --problems N`. */
const HALF = 250;
const systems = Object.keys(makers);

test.each(systems)(
  'generated problems of %s are proved like levels',
  system => {
    const names = problemNames(system, Math.ceil(HALF / systems.length), 1);
    for (const name of names) expectGood(name);
    expect(names.length * systems.length).toBeGreaterThanOrEqual(HALF);
  },
  300_000,
);
