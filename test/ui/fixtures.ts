import fc from 'fast-check';
import { isRefused, play, start, table } from '../../src/game/run.ts';
import type { Table } from '../../src/game/types.ts';
import { begin, optimalNext } from '../../src/levels/course.ts';
import type { Level, Library } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';
import { provedOf } from '../../src/levels/proved.ts';
import type { Panel, Row, View } from '../../src/machines/machine.ts';
import { openStore, type Store } from '../../src/progress/store.ts';
import { type Line, lineWidth } from '../../src/ui/lines.ts';
import { LibraryGame } from '../../src/ui/session.ts';
import { freshFolder } from '../progress/folder.ts';

export const textOf = (line: Line): string => line.map(({ text }) => text).join('');
export const widest = (lines: readonly Line[]): number => Math.max(0, ...lines.map(lineWidth));

export const levelNamed = (id: string): Level => {
  const level = library.levels.find(each => each.id === id);
  if (level === undefined) throw new Error(`no level ${id}`);
  return level;
};

export const storeIn = (folder: string): Store =>
  openStore({ places: { state: folder, config: folder }, clock: () => new Date('2026-01-01T00:00:00Z') });

/** A game of the real levels that keeps its progress in `folder`. */
export function gameIn(
  folder = freshFolder(),
  { variant, levels = library }: { readonly variant?: number; readonly levels?: Library } = {},
): LibraryGame {
  let seed = 0;
  return new LibraryGame(levels, storeIn(folder), level => provedOf(level)?.passable ?? [], {
    seed: () => seed++,
    variant,
  });
}

/** Answers that are optimal at every question. */
export function optimalAnswers(level: Level, variant: number): string[] {
  const answers: string[] = [];
  let [next] = optimalNext(begin(level, variant));
  while (next !== undefined) {
    answers.push(next.decision);
    [next] = optimalNext(next.next);
  }
  return answers;
}

/** The tables of a run through a level, one at each question and one at the end. */
export function tablesOf(level: Level, variant: number): Table[] {
  let run = start(level, variant);
  const tables = [table(run)];
  for (const decision of optimalAnswers(level, variant)) {
    const next = play(run, { type: 'decide', decision });
    if (isRefused(next)) throw new Error(`${decision} is not on offer`);
    run = next;
    tables.push(table(run));
  }
  return tables;
}

const word = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z0-9+-]{0,9}$/) },
  { weight: 1, arbitrary: fc.constantFrom('データ', 'né', '🙂', 'x'.repeat(40), '') },
);
const row = (columns: number): fc.Arbitrary<Omit<Row, 'key'>> =>
  fc.record({
    role: fc.constantFrom('process', 'vma', 'entry'),
    indent: fc.integer({ min: 0, max: 2 }),
    cells: fc.array(word, { minLength: 1, maxLength: Math.max(1, columns || 4) }),
    marks: fc.oneof(
      { weight: 8, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constant(['fault'] as const) },
      { weight: 1, arbitrary: fc.constant(['frame'] as const) },
    ),
  });

const panel = (i: number): fc.Arbitrary<Panel> =>
  fc
    .array(word, { maxLength: 6 })
    .chain(columns =>
      fc.record({
        id: fc.constant(`panel ${i}`),
        rank: fc.integer({ min: 0, max: 2 }),
        title: word,
        columns: fc.constant(columns),
        rows: fc.array(row(columns.length), { maxLength: 20 }),
      }),
    )
    .map(each => ({
      ...each,
      rows: each.rows.map((drawn, n) => ({
        ...drawn,
        key: `${i} ${n}`,
        indent: each.columns.length > 0 ? 0 : drawn.indent,
      })),
    }));

/** Any picture, of a machine that does not exist. */
export const views: fc.Arbitrary<View> = fc
  .integer({ min: 0, max: 4 })
  .chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => panel(i))))
  .map(panels => ({ panels }));
