import { conceptsOf, misconceptionsOf } from '../levels/catalogue.ts';
import { revealedBy } from '../levels/revealed.ts';
import type { Pool } from './case.ts';
import { GENERATOR, makerOf } from './makers/makers.ts';
import { MOST_SEED } from './random.ts';

/** Difficulties, the easiest first. */
export const DIFFICULTIES = [1, 2, 3, 4, 5] as const;
export type Difficulty = (typeof DIFFICULTIES)[number];

/** A problem's name says all that it is made from, and so is the problem. */
export interface ProblemName {
  /** From 1 to GENERATOR: the same seed makes another problem with each. */
  readonly generator: number;
  readonly system: string;
  readonly difficulty: Difficulty;
  /** 0 to MOST_SEED. */
  readonly seed: number;
  /** A concept or a misconception that its first question is about. */
  readonly focus?: string;
}

/** 'p1-linux-3-20261125', with a focus 'p1-linux-3-20261125-dontneed'. Levels and progress know it by this. */
export const formatName = ({ generator, system, difficulty, seed, focus }: ProblemName): string =>
  [`p${generator}`, system, difficulty, seed, ...(focus === undefined ? [] : [focus])].join('-');

const NAME = /^p(\d+)-([a-z]+)-([1-5])-(\d{1,10})(?:-(\w[\w-]*))?$/;

/** Is this the name of a problem, of whichever generator? */
export const isProblemName = (text: string): boolean => NAME.test(text);

/** The name that a text is; undefined where no generator of this version makes such a problem. */
export function parseName(text: string): ProblemName | undefined {
  const [, number, system, level, digits, focus] = NAME.exec(text) ?? [];
  if (number === undefined || system === undefined) return undefined;
  const [generator, seed, difficulty] = [Number(number), Number(digits), Number(level) as Difficulty];
  if (makerOf(system, generator) === undefined || seed > MOST_SEED) return undefined;
  if (focus !== undefined && !isFocus(system, focus, generator)) return undefined;
  const name = { generator, system, difficulty, seed };
  return focus === undefined ? name : { ...name, focus };
}

/** Is the case about this concept, or can one of these decisions or outcomes reveal this misconception where its rules decide? */
export function isAbout(
  system: string,
  { concepts: about, rules }: { readonly concepts: readonly string[]; readonly rules: readonly string[] },
  focus: string,
  acts: readonly string[],
): boolean {
  return (
    about.includes(focus) ||
    rules.some(rule => acts.some(act => revealedBy(system, rule, act).includes(focus)))
  );
}

/** Is a case of the pool about it, or a fate? */
export const isPoolAbout = (
  system: string,
  { cases, fates = [], menu, acts = menu }: Pool,
  focus: string,
): boolean => [...cases, ...fates].some(each => isAbout(system, each, focus, acts));

interface Focuses {
  readonly concepts: readonly string[];
  readonly misconceptions: readonly string[];
}

const focuses = new Map<string, Focuses>();

/**
 * All that problems of a system can be about: concepts, then misconceptions.
 * @throws RangeError where the generator makes none of that system
 */
export function focusesOf(system: string, generator = GENERATOR): Focuses {
  const key = `${generator} ${system}`;
  const known = focuses.get(key);
  if (known !== undefined) return known;
  const maker = makerOf(system, generator);
  if (maker === undefined) throw new RangeError(`generator ${generator} knows no system ${system}`);
  const about = (id: string): boolean => maker.pools.some(pool => isPoolAbout(system, pool, id));
  const found = {
    concepts: Object.keys(conceptsOf(system)).filter(about),
    misconceptions: Object.keys(misconceptionsOf(system)).filter(about),
  };
  focuses.set(key, found);
  return found;
}

export const isFocus = (system: string, focus: string, generator = GENERATOR): boolean =>
  Object.values(focusesOf(system, generator)).some(ids => ids.includes(focus));
