import type { Cost } from '../machines/machine.ts';
import { conceptsOf, misconceptionsOf } from './catalogue.ts';
import { asksOf } from './checks/alike.ts';
import { conceptProblems, revealProblems, type WrongChoices, wrongChoices } from './checks/ideas.ts';
import { identityProblems, type Order, placeInChapter, taughtBefore } from './checks/identity.ts';
import { introducedProblems } from './checks/introduced.ts';
import { boundsProblems, cellProblems, courseProblems, ownFaults, setupProblems } from './checks/play.ts';
import { roteProblems } from './checks/rote.ts';
import { type Screen, shownProblems } from './checks/shown.ts';
import { textProblems } from './checks/texts.ts';
import { idOf, type LoadedLevel, libraryOf, type Sources } from './compile.ts';
import type { Chapter, Level, Library } from './level.ts';
import { type Problem, problemAt, tidy } from './problem.ts';
import { type Counts, type Proof, prove } from './proof.ts';
import { provedOf } from './proved.ts';

/** What `cowhand check --json` says of a level. */
export interface LevelReport extends Counts {
  readonly id: string;
  readonly file: string;
  readonly ok: boolean;
  readonly variants: number;
  /** Wrong answers on offer, and how many of them tell of a misconception. */
  readonly choices: WrongChoices;
  /** By variant: the least cost of a run that is optimal at every fault. */
  readonly par: readonly Cost[];
  readonly rote: {
    /** Largest sets of variants (from 0) that a player passes who looks at one thing only. */
    readonly passable: readonly (readonly number[])[];
    /** A smallest set that no such player passes together; null if one passes all. */
    readonly smallest: readonly number[] | null;
    readonly randomThreeStars: number;
  };
  /** States in which another decision than the kernel's own is right too. */
  readonly otherRight: number;
  /** States in which the kernel's own decision is beaten. */
  readonly kernelBeaten: number;
  /** A checksum of what it asks: the same for levels that ask the same; '' where nothing is asked. */
  readonly asks: string;
  readonly problems: readonly Omit<Problem, 'file'>[];
}

/** Which levels treat each misconception, and teach and use each concept. */
export interface Coverage {
  readonly misconceptions: Readonly<Record<string, readonly string[]>>;
  readonly concepts: Readonly<
    Record<string, { readonly teaches: readonly string[]; readonly uses: readonly string[] }>
  >;
}

/** Proves level files, one after the other, and holds them against each other. */
export function* checkLevels(sources: Sources, base: Library, screen?: Screen): Generator<LevelReport> {
  const toldApart = apart(sources, base);
  for (const report of proveLevels(sources, base, () => true, screen)) yield toldApart(report);
}

/**
 * Proves level files, one after the other, each by itself.
 * @param sources the files
 * @param base the levels that they stand among; one of `sources` with the same id takes its place
 * @param wanted which of them, by their number: files that are no level come first
 * @param screen on which each must be shown whole; left out, that is not asked
 */
export function* proveLevels(
  sources: Sources,
  base: Library,
  wanted: (index: number) => boolean,
  screen?: Screen,
): Generator<LevelReport> {
  for (const [i, { file, problems }] of sources.failed.entries())
    if (wanted(i)) yield report(idOf(file), file, problems);
  const order = orderOf(sources, base);
  for (const [i, loaded] of sources.levels.entries())
    if (wanted(sources.failed.length + i)) yield checkLevel(loaded, order, screen);
}

function checkLevel(loaded: LoadedLevel, order: Order, screen: Screen | undefined): LevelReport {
  const { level, placeOf } = loaded;
  const beyond = attempt(() => boundsProblems(loaded));
  if (!(beyond instanceof Error) && beyond.length > 0) return report(level.id, level.file, beyond);
  const proof = attempt(() => prove(level));
  if (proof instanceof Error)
    return report(level.id, level.file, [problemAt(placeOf('script'), 'our-fault', String(proof))]);
  const failed = ownFaults(loaded, proof);
  const taught = taughtBefore(level, order);
  const problems = [
    ...identityProblems(loaded, order),
    ...textProblems(loaded),
    ...conceptProblems(loaded, taught),
    ...introducedProblems(loaded, taught),
    ...(failed.length > 0 ? failed : playProblems(loaded, proof, placeInChapter(level, order))),
    ...(failed.length > 0 || screen === undefined ? [] : shownProblems(loaded, proof, screen)),
  ];
  const { passable, smallest, randomThreeStars } = proof.rote;
  return {
    ...report(level.id, level.file, problems),
    ...proof.counts,
    variants: proof.graphs.length,
    choices: wrongChoices(level.system, proof.graphs),
    par: proof.par,
    rote: { passable, smallest, randomThreeStars },
    otherRight: proof.otherRight,
    kernelBeaten: proof.kernelBeaten,
    asks: failed.length > 0 ? '' : asksOf(proof.graphs),
  };
}

/**
 * What is wrong with a level that stands alone, as a generated one does: all but its place among others.
 * @param placeInChapter from 0: the first two of a chapter may be passed by rote
 */
export function problemsAlone(loaded: LoadedLevel, placeInChapter: number): Problem[] {
  const proof = prove(loaded.level);
  const failed = ownFaults(loaded, proof);
  return [
    ...textProblems(loaded),
    ...(failed.length > 0 ? failed : playProblems(loaded, proof, placeInChapter)),
  ];
}

function playProblems(loaded: LoadedLevel, proof: Proof, placeInChapter: number): Problem[] {
  const stuck = courseProblems(loaded, proof);
  return [
    ...setupProblems(loaded),
    ...stuck,
    ...revealProblems(loaded, proof.graphs),
    ...cellProblems(loaded, proof),
    // Where nothing is asked, nobody can be said to pass by rote.
    ...(stuck.length > 0 ? [] : roteProblems(loaded, proof.rote, placeInChapter)),
  ];
}

const report = (id: string, file: string, problems: readonly Problem[]): LevelReport => ({
  id,
  file,
  ok: problems.length === 0,
  variants: 0,
  choices: { all: 0, tagged: 0 },
  states: 0,
  sequences: 0,
  winning: 0,
  wasteful: 0,
  wrong: 0,
  deadEnds: 0,
  par: [],
  rote: { passable: [], smallest: null, randomThreeStars: 0 },
  otherRight: 0,
  kernelBeaten: 0,
  asks: '',
  problems: placed(problems),
});

const placed = (problems: readonly Problem[]): LevelReport['problems'] =>
  tidy(problems).map(({ line, column, check, message }) => ({ line, column, check, message }));

/** The order of play with the given files put in. */
export function orderOf(sources: Sources, base: Library): Order {
  const given = libraryOf(sources);
  const same = (a: Chapter, b: Chapter) => a.id === b.id && a.system === b.system;
  const chapters = [
    ...base.chapters.map(chapter => given.chapters.find(other => same(chapter, other)) ?? chapter),
    ...given.chapters.filter(chapter => !base.chapters.some(other => same(chapter, other))),
  ];
  const levels = [
    ...base.levels.filter(({ id }) => !given.levels.some(level => level.id === id)),
    ...given.levels,
  ];
  const rank = new Map(chapters.flatMap(chapter => chapter.levels).map((id, i) => [id, i]));
  const rankOf = ({ id }: Level): number => rank.get(id) ?? rank.size;
  return {
    chapters,
    levels: levels.sort((a, b) => rankOf(a) - rankOf(b)),
    mustBeListed: sources.chapters.length > 0,
  };
}

/**
 * Adds what is wrong with a level that asks what an earlier one asks: one before it in the order of play that is not
 * proved now, or one whose report was given before.
 */
export function apart(sources: Sources, base: Library): (report: LevelReport) => LevelReport {
  const { levels } = orderOf(sources, base);
  const given = new Map(sources.levels.map(loaded => [loaded.level.file, loaded]));
  const known = new Map<Level, string>();
  const asks = (level: Level): string => {
    const asked = known.get(level) ?? provedOf(level.id)?.asks ?? asksOf(prove(level).graphs);
    known.set(level, asked);
    return asked;
  };
  return report => {
    const loaded = given.get(report.file);
    if (loaded === undefined || report.asks === '') return report;
    const { level, placeOf } = loaded;
    const before = levels.slice(0, levels.indexOf(level)).filter(({ file }) => !given.has(file));
    const twin = [...known.keys(), ...before].find(
      other => other.system === level.system && asks(other) === report.asks,
    );
    known.set(level, report.asks);
    if (twin === undefined) return report;
    const problem = problemAt(
      placeOf('script'),
      'alike',
      `asks exactly what '${twin.id}' asks; expected another question`,
    );
    const others = report.problems.map(each => ({ ...each, file: report.file }));
    return { ...report, ok: false, problems: placed([...others, problem]) };
  };
}

/** A fault of our own is reported with the level that shows it; the other levels are proved all the same. */
function attempt<T>(action: () => T): T | Error {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Levels that a library holds but that were not among those proved: every level that is shipped is proved. */
export const unproved = (library: Library, ids: readonly string[]): Problem[] =>
  library.levels
    .filter(({ id }) => !ids.includes(id))
    .map(({ id, file }) =>
      problemAt(
        { file, line: 1, column: 1 },
        'shipped',
        `the game holds '${id}', but its file was not proved; expected the file, or npm run generate`,
      ),
    );

export function coverageOf(levels: readonly Level[]): Coverage {
  const idsWhere = (holds: (level: Level) => boolean): string[] => levels.filter(holds).map(({ id }) => id);
  return {
    misconceptions: Object.fromEntries(
      Object.keys(misconceptionsOf()).map(id => [id, idsWhere(({ treats }) => treats.includes(id))]),
    ),
    concepts: Object.fromEntries(
      Object.keys(conceptsOf()).map(id => [
        id,
        {
          teaches: idsWhere(({ teaches }) => teaches.includes(id)),
          uses: idsWhere(({ uses }) => uses.includes(id)),
        },
      ]),
    ),
  };
}
