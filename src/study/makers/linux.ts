import words from '../../../assets/linux/practice.json' with { type: 'json' };
import type { Case, ExamPool, Maker, Pool } from '../case.ts';
import { cases, fates } from './linux-cases.ts';
import { exams } from './linux-exams.ts';
import { foretold, foretoldCalls } from './linux-foretold.ts';
import { stacks } from './linux-stack-cases.ts';

const memory: Pool = {
  menu: ['copy', 'reuse', 'zeroed', 'zero-page', 'map-cache', 'refuse-access', 'refuse-unmapped'],
  cases,
  fates,
};

/** Without those whose two ways differ in the rule, but not in what is to be done. */
const casesIn = (id: string): readonly Case[] =>
  exams[id]!.cases.filter(each => each.id !== 'half-given-back');

/** What a chapter's exam is made of, and more; what became of the child would settle too much of it. */
const chapter = (id: keyof typeof words.chapters, least: number, ...more: readonly Case[]): Pool => {
  const { fates: _, ...pool } = exams[id] as ExamPool;
  return { ...pool, cases: [...pool.cases, ...more], least, narrow: true, ...words.chapters[id] };
};

const unique = (all: readonly Case[]): Case[] => [...new Map(all.map(each => [each.id, each])).values()];

const common: Omit<Maker, 'pools'> = {
  system: 'linux',
  rules: '6.x',
  exams,
  ...(words as unknown as Pick<Maker, 'processes' | 'regions' | 'thirds' | 'stories' | 'hints'>),
};

/** As the first generation made problems: of anonymous memory only. */
export const anonymous: Maker = { ...common, pools: [memory] };

export const linux: Maker = {
  ...common,
  pools: [
    { ...memory, cases: unique([...cases, ...casesIn('trap'), ...casesIn('nothing')]) },
    chapter('files', 1),
    chapter('pressure', 2),
    chapter('kernel', 3, ...stacks),
    chapter('races', 4),
    chapter('processors', 4),
    foretold,
    foretoldCalls,
  ],
};
