import type { Level } from '../levels/level.ts';
import { problemOf } from './generate.ts';
import { GENERATOR, systemsOf } from './makers/makers.ts';
import {
  DIFFICULTIES,
  type Difficulty,
  formatName,
  isFocus,
  type ProblemName,
  parseName,
} from './problem.ts';
import { drawsFrom, MOST_SEED } from './random.ts';
import type { DueCard } from './review.ts';

/** Problems one after the other: which one comes first, and which after one. */
export interface Series {
  /** Undefined where there is nothing to do. */
  first(): Level | undefined;
  after(id: string): Level | undefined;
}

/** A problem as a level, by its name; undefined where the text is none of this version's. */
export function problemLevel(id: string): Level | undefined {
  const name = parseName(id);
  return name === undefined ? undefined : problemOf(name).level;
}

/** The variant of a problem that its seed draws, from 0. */
export function problemVariant(id: string): number | undefined {
  const name = parseName(id);
  return name === undefined ? undefined : problemOf(name).variant;
}

const systems = systemsOf();

/** The nth seed (from 0) of a row of problems that begins with `seed`. */
export const seedAfter = (seed: number, n: number): number =>
  n === 0 ? seed : drawsFrom((seed + n * 0x9e37_79b9) >>> 0).below(MOST_SEED + 1);

/** The day here: 2026-11-25. */
export const dayOf = (now: Date): string =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(part => String(part).padStart(2, '0')).join('-');

/** The day as a seed: 20261125. */
export const seedOfDay = (now: Date): number => Number(dayOf(now).replaceAll('-', ''));

/**
 * The shift of a seed, the same for everyone: one problem of each difficulty, the systems in turn.
 * @returns ids in the order of play
 */
export const shiftOf = (seed: number): string[] =>
  DIFFICULTIES.map((difficulty, i) =>
    formatName({
      generator: GENERATOR,
      system: systems[i % systems.length]!,
      difficulty,
      seed: seedAfter(seed, i),
    }),
  );

/** What practice is about: `focus` is a concept. */
export interface Wish {
  readonly seed: number;
  readonly system?: string | undefined;
  readonly focus?: string | undefined;
}

/**
 * Practice without end.
 * @param starsOf what was earned in a problem; undefined where it was not finished
 * @param start the difficulty of the first problem
 */
export function practice(wish: Wish, start: Difficulty, starsOf: (id: string) => number | undefined): Series {
  const named = (n: number, difficulty: Difficulty): ProblemName => {
    const system = wish.system ?? systemsFor(wish.focus)[n % systemsFor(wish.focus).length]!;
    const name = { generator: GENERATOR, system, difficulty, seed: seedAfter(wish.seed, n) };
    return wish.focus === undefined ? name : { ...name, focus: wish.focus };
  };
  const row: string[] = [];
  const add = (difficulty: Difficulty): Level => {
    const name = named(row.length, difficulty);
    row.push(formatName(name));
    return problemOf(name).level;
  };
  return {
    first: () => (row[0] === undefined ? add(start) : problemLevel(row[0])),
    after(id) {
      const known = row[row.indexOf(id) + 1];
      if (known !== undefined) return problemLevel(known);
      return add(difficultyAfter(parseName(id)?.difficulty ?? start, starsOf(id)));
    },
  };
}

const systemsFor = (focus: string | undefined): readonly string[] =>
  focus === undefined ? systems : systems.filter(system => isFocus(system, focus));

/** Three stars make it harder by one, one star easier; two, or none yet, leave it. */
export function difficultyAfter(difficulty: Difficulty, stars: number | undefined): Difficulty {
  const change = stars === 3 ? 1 : stars === 1 ? -1 : 0;
  const hardest = DIFFICULTIES.at(-1)!;
  return Math.min(hardest, Math.max(1, difficulty + change)) as Difficulty;
}

/**
 * The difficulty to begin with: what the last problem that was finished leads to.
 * @param played ids with their stars, the last one first
 */
export function difficultyFor(played: readonly (readonly [id: string, stars: number])[]): Difficulty {
  for (const [id, stars] of played) {
    const name = parseName(id);
    if (name !== undefined) return difficultyAfter(name.difficulty, stars);
  }
  return 1;
}

/**
 * One problem for each misconception that is due, the longest due first, each made anew.
 * @param due what is due now
 * @param seed draws a seed
 * @param isKnown was the problem played before? It does not come again
 */
export function review(
  due: () => readonly DueCard[],
  seed: () => number,
  isKnown: (id: string) => boolean,
  difficulty: Difficulty,
): Series {
  const given = new Map<string, Level>();
  const next = (): Level | undefined => {
    const cards = due().filter(({ misconception }) => systemsFor(misconception).length > 0);
    const focus = cards[0]?.misconception;
    if (focus === undefined) return undefined;
    const system = drawsFrom(seed()).oneOf(systemsFor(focus));
    let name: ProblemName;
    do name = { generator: GENERATOR, system, difficulty, seed: seed(), focus };
    while (isKnown(formatName(name)));
    return problemOf(name).level;
  };
  const after = (id: string): Level | undefined => {
    const level = given.get(id) ?? next();
    if (level !== undefined) given.set(id, level);
    return level;
  };
  return { first: () => after(''), after };
}
