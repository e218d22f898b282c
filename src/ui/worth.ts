import type { Chart } from '../progress/chart.ts';
import type { ExamEntry } from '../progress/exams.ts';
import { FINAL } from '../study/exam.ts';
import type { Game } from './game.ts';
import { fill, texts } from './texts.ts';

/** Something to do, as a choice of the menu. */
export interface Worth {
  readonly value: string;
  readonly label: string;
  /** Why it is worth doing, as a clause. */
  readonly why: string;
}

/** How an exam is chosen from a list: `exam linux fork`. */
export const examValue = ({ system, chapter }: Pick<ExamEntry, 'system' | 'chapter'>): string =>
  `exam ${system} ${chapter}`;

/** The exam that was chosen; undefined where something else was. */
export function chosenExam(value: string, game: Game) {
  const [word, system = '', chapter = ''] = value.split(' ');
  return word === 'exam' ? game.exam(system, chapter) : undefined;
}

const words = texts.start;

/** What there is to do, the most worth doing first: the first line of the menu. */
export function worthDoing(game: Game, chart: Chart, fresh: boolean): Worth[] {
  const underway = game.underway();
  const next = chart.next?.level;
  const levelled = (kind: 'continue' | 'begin' | 'next', id: string, why: string): Worth => ({
    value: kind,
    label: fill(words[kind], { level: nameOf(chart, id) }),
    why,
  });
  const left = underway && levelled('continue', underway.id, words.why.continue);
  const go =
    underway === undefined && next !== undefined && chart.next?.finished === false
      ? levelled(fresh ? 'begin' : 'next', next.id, words.why.next)
      : undefined;
  const better =
    underway === undefined && next !== undefined && chart.next?.finished === true
      ? levelled('next', next.id, words.why.better)
      : undefined;
  const shift = game.shift();
  const today: Worth | undefined = shift && {
    value: 'shift',
    label: fill(shift.next === undefined ? words.shiftDone : words.shift, { done: shift.done, of: shift.of }),
    why: words.why.shift,
  };
  const open = shift?.next !== undefined;
  const order = [
    left,
    reviewOf(game.due()),
    examOf(readyExam(chart), words.why.exam),
    go,
    open ? today : undefined,
    examOf(readyFinal(chart), words.why.final),
    better,
    open ? undefined : today,
  ];
  return order.filter(each => each !== undefined);
}

const reviewOf = (due: number): Worth | undefined =>
  due === 0 ? undefined : { value: 'review', label: fill(words.review, { due }), why: words.why.review };

const examOf = (exam: ExamEntry | undefined, why: string): Worth | undefined =>
  exam && { value: examValue(exam), label: exam.title, why };

/** The exam of the first chapter that was played through and not passed. */
const readyExam = ({ chapters }: Chart): ExamEntry | undefined =>
  chapters
    .filter(({ levels }) => levels.every(({ finished }) => finished))
    .flatMap(({ exam }) => exam ?? [])
    .find(({ passed, underway }) => !passed && underway === undefined);

/** The final exam of the first system all of whose other exams were passed. */
const readyFinal = ({ exams }: Chart): ExamEntry | undefined =>
  exams.find(
    ({ system, chapter, passed, underway }) =>
      chapter === FINAL &&
      !passed &&
      underway === undefined &&
      exams.every(other => other.system !== system || other.chapter === FINAL || other.passed),
  );

function nameOf({ chapters, exams }: Chart, id: string): string {
  for (const { chapter, levels } of chapters) {
    const entry = levels.find(({ level }) => level.id === id);
    if (entry !== undefined) return `${chapter.title} · ${entry.level.title}`;
  }
  return exams.find(({ underway }) => underway === id)?.title ?? id;
}
