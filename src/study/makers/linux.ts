import words from '../../../assets/linux/practice.json' with { type: 'json' };
import type { Maker, Pool } from '../case.ts';
import { cases, fates } from './linux-cases.ts';
import { exams } from './linux-exams.ts';
import { foretold } from './linux-foretold.ts';

const memory: Pool = {
  menu: ['copy', 'reuse', 'zeroed', 'zero-page', 'map-cache', 'refuse-access', 'refuse-unmapped'],
  cases,
  fates,
};

const common: Omit<Maker, 'pools'> = {
  system: 'linux',
  rules: '6.x',
  exams,
  ...(words as unknown as Pick<Maker, 'processes' | 'regions' | 'thirds' | 'stories' | 'hints'>),
};

/** As the first generation made problems: of anonymous memory only. */
export const anonymous: Maker = { ...common, pools: [memory] };

export const linux: Maker = { ...common, pools: [memory, foretold] };
