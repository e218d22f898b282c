import { test } from 'vitest';
import { nthName } from '../../src/commands/check-problems.ts';
import { expectGood } from './problems.ts';

/** Half of the five hundred problems that every test run proves; a long run is `cowhand check --problems 10000`. */
const HALF = 250;

test('generated problems of every system are proved like levels', () => {
  for (let n = 0; n < HALF; n++) expectGood(nthName(n, 100_000));
}, 600_000);
