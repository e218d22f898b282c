import words from '../../../assets/linux/practice.json' with { type: 'json' };
import type { Maker } from '../case.ts';
import { cases, fates } from './linux-cases.ts';
import { exams, more } from './linux-exams.ts';

export const linux: Maker = {
  system: 'linux',
  rules: '6.x',
  menu: ['copy', 'reuse', 'zeroed', 'zero-page', 'map-cache', 'refuse-access', 'refuse-unmapped'],
  cases,
  fates,
  exams,
  ...(words as unknown as Pick<Maker, 'processes' | 'regions' | 'stories' | 'hints'>),
};

/** Asks in practice what the exams of the first chapters ask, too. */
export const linux2: Maker = { ...linux, cases: [...cases, ...more] };
