import words from '../../../assets/linux/practice.json' with { type: 'json' };
import type { Maker } from '../case.ts';
import { cases, fates } from './linux-cases.ts';
import { exams } from './linux-exams.ts';

export const linux: Maker = {
  system: 'linux',
  rules: '6.x',
  menu: ['copy', 'reuse', 'zeroed', 'zero-page', 'map-cache', 'refuse-access', 'refuse-unmapped'],
  cases,
  fates,
  exams,
  ...(words as unknown as Pick<Maker, 'processes' | 'regions' | 'stories' | 'hints'>),
};
