import { fill } from '../game/template.ts';
import type { Level } from '../levels/level.ts';
import { library } from '../levels/library.ts';
import { machineOf } from '../machines/registry.ts';
import { type Case, type ExamPool, type Fate, WAYS } from './case.ts';
import { castOf, merged, sceneOf, settled, shuffled, stepsOf } from './history.ts';
import { makerOf, systemsOf } from './makers/makers.ts';
import { drawsFrom, MOST_SEED } from './random.ts';
import { texts } from './texts.ts';

/**
 * The exam of a chapter, or of all chapters of a system: a level without hints, drawn from a seed, that asks after
 * each right decision what decided it. The first answer to a question counts.
 */

/** Which generator makes an exam: raised when the same seed would make another. */
const GENERATOR = 2;
/** In the place of a chapter: the exam over all of them. */
export const FINAL = 'final';
/** Faults of the exam of a chapter, and of the final one. */
const FAULTS = { chapter: 6, final: 9 };
/** Of all questions, so many may be answered wrongly at first. */
const MISTAKES = 1 / 4;

export interface ExamName {
  readonly system: string;
  /** Or FINAL. */
  readonly chapter: string;
  /** 0 to MOST_SEED. */
  readonly seed: number;
}

/** 'x2-linux-fork-7', 'x2-linux-final-7': progress knows an exam by this. */
export const formatExam = ({ system, chapter, seed }: ExamName): string =>
  `x${GENERATOR}-${system}-${chapter}-${seed}`;

const NAME = /^x(\d+)-([a-z]+)-([a-z][a-z0-9-]*?)-(\d{1,10})$/;

/** Is this the name of an exam, of whichever generator? */
export const isExamName = (text: string): boolean => NAME.test(text);

/** The name that a text is; undefined where this version makes no such exam. */
export function parseExam(text: string): ExamName | undefined {
  const [, generator, , , seed] = NAME.exec(text) ?? [];
  const exam = examIn(text);
  return exam === undefined || Number(generator) !== GENERATOR || Number(seed) > MOST_SEED
    ? undefined
    : { ...exam, seed: Number(seed) };
}

/** Of what the text names an exam, of this generator or an earlier one: what was passed once stays passed. */
export function examIn(text: string): Omit<ExamName, 'seed'> | undefined {
  const [, generator, system = '', chapter = ''] = NAME.exec(text) ?? [];
  return Number(generator) <= GENERATOR && hasExam(system, chapter) ? { system, chapter } : undefined;
}

/** The chapters of a system that end with an exam, in the order of play. */
export const examined = (system: string): string[] =>
  library.chapters.flatMap(({ id, system: own }) =>
    own === system && makerOf(system)?.exams?.[id] !== undefined ? [id] : [],
  );

/** A system with one exam only has no final one. */
export const hasExam = (system: string, chapter: string): boolean =>
  chapter === FINAL ? examined(system).length > 1 : examined(system).includes(chapter);

/** All exams that there are: those of the chapters in the order of play, each system's final one last. */
export const exams = (): Omit<ExamName, 'seed'>[] =>
  systemsOf().flatMap(system =>
    [...examined(system), FINAL]
      .filter(chapter => hasExam(system, chapter))
      .map(chapter => ({ system, chapter })),
  );

/** An exam by its name; undefined where the text is none of this version's. */
export function examLevel(id: string): Level | undefined {
  const name = parseExam(id);
  return name === undefined ? undefined : examOf(name);
}

/** The exam of a name, which this version makes (`hasExam`); the same for the same name everywhere. */
export function examOf(name: ExamName): Level {
  const { system, chapter, seed } = name;
  const maker = makerOf(system)!;
  const draws = drawsFrom(seed);
  const pool = poolOf(name);
  const fate = (pool.fates ?? []).length > 0 && draws.below(2) === 0 ? draws.oneOf(pool.fates!) : undefined;
  // Each case has a region of its own.
  const faults = Math.min(chapter === FINAL ? FAULTS.final : FAULTS.chapter, maker.regions.length);
  const possible = pool.cases.filter(({ byChild }) => fate === undefined || !byChild);
  const rounds = Array.from({ length: Math.ceil(faults / possible.length) }, () => shuffled(possible, draws));
  const cases = rounds.flat().slice(0, faults);
  const cast = castOf(maker, draws);
  const { parent, child } = cast;
  const forks = fate !== undefined || cases.some(({ alone }) => !alone);
  const parts = cases.map((each, n) => {
    const me = each.byChild || (forks && fate === undefined && draws.below(2) === 0) ? child : parent;
    const { before, after, last = [], ask } = each.lines(sceneOf(cast, n, me, 1, draws));
    const way = draws.oneOf(WAYS);
    return { before: settled(before, way), after: settled(after, way), last: settled(last, way), ask };
  });
  const setup = [
    ...(pool.files ?? []).map(text => ({ process: 'file', text })),
    ...(pool.swap === undefined ? [] : [{ process: 'swap', text: pool.swap }]),
    ...merged(
      parts.map(({ before }) => before),
      draws,
    ),
    ...(forks ? (maker.between?.(cast) ?? [{ process: parent, text: `fork ${child}` }]) : []),
    ...merged(
      parts.map(({ after }) => after),
      draws,
    ),
    ...(fate === undefined ? [] : [{ process: child, text: fate.text }]),
    ...parts.flatMap(({ last }) => last),
  ];
  const id = formatExam(name);
  const { evidence = [] } = pool;
  const questions = evidence.length > 0 ? 2 * faults : faults;
  const mistakes = Math.floor(questions * MISTAKES);
  return {
    id,
    title: chapter === FINAL ? titleOf(name) : texts.exam.level,
    system,
    rules: maker.rules,
    ...(pool.settings !== undefined && { settings: pool.settings }),
    chapter: chapter === FINAL ? texts.exam.chapter : chapter,
    depth: 'decide',
    teaches: [],
    uses: [...new Set([...cases, ...(fate === undefined ? [] : [fate])].flatMap(({ concepts }) => concepts))],
    treats: [],
    story: fill(texts.exam.story, { questions, mark: questions - mistakes }),
    setup: stepsOf(id, setup, 1),
    script: stepsOf(
      id,
      parts.map(({ ask }) => ask),
      1 + setup.length,
    ),
    variants: {},
    menu: pool.menu,
    ...(evidence.length > 0 && { evidence }),
    hints: [],
    exam: { mistakes },
    file: id,
  };
}

/** 'Exam: Fork', 'Final exam: Linux'. */
export function titleOf({ system, chapter }: Omit<ExamName, 'seed'>): string {
  const title = library.chapters.find(each => each.id === chapter && each.system === system)?.title;
  return title === undefined
    ? fill(texts.exam.final, { system: `${system.charAt(0).toUpperCase()}${system.slice(1)}` })
    : fill(texts.exam.title, { title });
}

/** What the exam draws from; the final one from all chapters that have an exam. */
function poolOf({ system, chapter }: ExamName): ExamPool {
  const { exams: pools = {} } = makerOf(system)!;
  if (chapter !== FINAL) return pools[chapter]!;
  // One machine cannot be of two kinds.
  const all = examined(system)
    .map(id => pools[id]!)
    .filter(({ settings }) => settings === undefined);
  const swap = all.find(pool => pool.swap !== undefined)?.swap;
  const unique = <T extends Case | Fate>(items: readonly T[]): T[] => [
    ...new Map(items.map(item => [item.id, item])).values(),
  ];
  const offered = all.flatMap(pool => pool.menu);
  return {
    menu: machineOf(system)!.decisions.filter(each => offered.includes(each)),
    evidence: all.at(-1)!.evidence ?? [],
    cases: unique(all.flatMap(({ cases }) => cases)),
    fates: unique(all.flatMap(({ fates = [] }) => fates)),
    files: [...new Set(all.flatMap(({ files: declared = [] }) => declared))],
    ...(swap !== undefined && { swap }),
  };
}
