import type { Case, ExamPool, Fate } from '../case.ts';

/** What the exams of the chapters of Xen draw from: the cases of practice, where their chapter has taught them. */

/** Of frame types and counts, which all later chapters ask for too. */
const TYPES = [
  'table-or-page',
  'was-a-table',
  'forgotten-alias',
  'bad-entry',
  'bad-shelf',
  'next-root',
  'another-shelf',
  'whose-use',
  'stored-entry',
];
const UPDATES = ['only-bits', 'shelf-bits', 'not-yet-a-table'];
const LOANS = ['on-loan', 'withdrawn', 'lent-table', 'given-back'];
/** Of those that are asked again, the ones that look at what an entry holds. */
const AGAIN = ['bad-entry', 'bad-shelf', 'whose-use', 'stored-entry'];

/** @param cases of the maker, of which each exam takes its own */
export function examsOf(cases: readonly Case[], fates: readonly Fate[]): Readonly<Record<string, ExamPool>> {
  const named = (...ids: readonly string[]): readonly Case[] => cases.filter(({ id }) => ids.includes(id));
  return {
    types: {
      menu: ['emulate', 'forward', 'copy', 'accept', 'refuse', 'crash'],
      cases: named(...TYPES),
      fates,
    },
    updates: {
      menu: ['emulate', 'forward', 'copy', 'accept', 'fast', 'refuse', 'crash'],
      cases: named(...UPDATES, ...AGAIN),
      fates,
    },
    beyond: {
      menu: ['emulate', 'forward', 'copy', 'accept', 'fast', 'refuse', 'crash'],
      cases: named(...LOANS, ...AGAIN),
    },
  };
}
