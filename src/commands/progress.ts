import { parseArgs } from 'node:util';
import { isRight } from '../judge/verdict.ts';
import { provedOf } from '../levels/proved.ts';
import { type Chart, chartOf, type LevelEntry } from '../progress/chart.ts';
import { type Mastery, masteryOf } from '../progress/mastery.ts';
import { placesOf } from '../progress/paths.ts';
import type { Progress } from '../progress/records.ts';
import { EVIDENCE } from '../progress/session.ts';
import { openStore } from '../progress/store.ts';
import type { DueCard } from '../study/review.ts';
import { type Io, UsageError } from './io.ts';
import { libraryWith } from './library.ts';
import { onSave, SAVE_ACTIONS } from './save.ts';

/**
 * `cowhand progress [export|import|reset] [--json] [--state DIR]`: the chapters and levels with what the player has
 * reached; or does something with the save as a whole.
 * @throws StoreError if there is progress that cannot be read, UsageError
 */
export async function progress(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      levels: { type: 'string' },
      state: { type: 'string' },
      yes: { type: 'boolean', default: false },
      undo: { type: 'boolean', default: false },
    },
  });
  const places = placesOf(io, values.state);
  const [action, file, ...more] = positionals;
  if (action !== undefined) {
    const known = SAVE_ACTIONS.find(each => each === action);
    if (known === undefined || more.length > 0)
      throw new UsageError(`progress takes ${SAVE_ACTIONS.join(', ')}, not '${positionals.join(' ')}'`);
    return onSave(known, file, values, places, io);
  }
  const store = openStore({ places, clock: io.now });
  const library = await libraryWith(values.levels, io);
  const chart = chartOf(library, store.progress, level => provedOf(level)?.passable ?? []);
  const { cardsOf } = await import('../study/review.ts');
  const learnt = {
    concepts: masteryOf(chart, store.progress),
    due: cardsOf(store.progress.answers).filter(({ due }) => due <= io.now()),
    evidence: evidenceIn(store.progress),
  };
  io.stdout.write(
    values.json
      ? `${JSON.stringify(report(chart, learnt, store.notices), null, 2)}\n`
      : text(chart, learnt, places.state),
  );
  if (!values.json) for (const notice of store.notices) io.stderr.write(`cowhand: ${notice}\n`);
  return 0;
}

/** What was learnt, and what is to be looked at again. */
interface Learnt {
  readonly concepts: readonly Mastery[];
  /** Misconceptions that are due for review. */
  readonly due: readonly DueCard[];
  /** First answers to the question what decided, in levels, in passing and in exams. */
  readonly evidence: { readonly right: number; readonly of: number };
}

function evidenceIn({ answers }: Progress): Learnt['evidence'] {
  const given = answers.filter(({ rule, first }) => rule === EVIDENCE && first);
  return { right: given.filter(({ verdict }) => isRight(verdict)).length, of: given.length };
}

/** What `--json` prints: stable. Variants count from 1, as the player counts them. */
const report = (
  { chapters, next }: Chart,
  { concepts, due, evidence }: Learnt,
  notices: readonly string[],
) => ({
  levels: chapters.flatMap(({ levels }) =>
    levels.map(({ level, stars, best, attempts, finished }) => ({
      id: level.id,
      title: level.title,
      chapter: level.chapter,
      stars,
      best: [...best]
        .sort(([a], [b]) => a - b)
        .map(([variant, most]) => ({ variant: variant + 1, stars: most })),
      attempts,
      finished,
    })),
  ),
  chapters: chapters.map(({ chapter, stars, of }) => ({ id: chapter.id, title: chapter.title, stars, of })),
  next: next?.level.id ?? null,
  concepts: concepts.map(({ concept, title, share }) => ({ id: concept, title, mastery: rounded(share) })),
  due: due.map(each => ({ misconception: each.misconception, since: each.due.toISOString() })),
  evidence,
  notices,
});

/** The same as lines of at most 80 columns. */
function text(
  { chapters, next, unknown }: Chart,
  { concepts, due, evidence }: Learnt,
  directory: string,
): string {
  const entries = chapters.flatMap(({ levels }) => levels);
  const width = Math.max(0, ...entries.map(({ level }) => level.title.length));
  const tables = chapters.map(({ chapter, levels, stars, of }) => [
    `${chapter.title.padEnd(width + 2)}  ${bar(stars / Math.max(1, of))}  ${stars} of ${of} stars`,
    ...levels.map(
      entry => `  ${entry.level.title.padEnd(width)}  ${starsText(entry.stars)}  ${stateOf(entry)}`,
    ),
    '',
  ]);
  const sum = (count: (chapter: Chart['chapters'][number]) => number): number =>
    chapters.reduce((total, chapter) => total + count(chapter), 0);
  return `${[
    ...tables.flat(),
    ...conceptLines(concepts),
    `${entries.filter(({ finished }) => finished).length} of ${entries.length} levels finished, ${sum(({ stars }) => stars)} of ${sum(({ of }) => of)} stars.`,
    next === undefined
      ? 'Every level has three stars.'
      : `Next: ${next.level.title} (cowhand play ${next.level.id})`,
    ...(evidence.of === 0 ? [] : [`What decided: right ${evidence.right} of ${evidence.of} times.`]),
    due.length === 0
      ? 'Nothing is due for review.'
      : `${due.length} ${due.length === 1 ? 'misconception is' : 'misconceptions are'} due: cowhand review`,
    ...(unknown.length === 0 ? [] : [`On record, but not in this version: ${unknown.join(', ')}`]),
    `Kept in ${directory}`,
  ].join('\n')}\n`;
}

const conceptLines = (concepts: readonly Mastery[]): string[] => {
  const width = Math.max(0, ...concepts.map(({ title }) => title.length));
  const lines = concepts.map(
    ({ title, share }) => `  ${title.padEnd(width)}  ${bar(share)}  ${Math.round(share * 100)}%`,
  );
  return lines.length === 0 ? [] : ['Concepts', ...lines, ''];
};

const BAR = 20;
/** A share as a bar that needs no colour. */
const bar = (share: number): string => '#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '-');
const rounded = (share: number): number => Math.round(share * 100) / 100;

const starsText = (stars: number): string => '***'.slice(0, stars).padEnd(3, '-');

function stateOf({ underway, finished, lockedBy, attempts }: LevelEntry): string {
  const times = attempts > 1 ? `, ${attempts} attempts` : '';
  if (underway) return `underway${times}`;
  if (finished) return `finished${times}`;
  return lockedBy === undefined ? `open${times}` : 'locked';
}
