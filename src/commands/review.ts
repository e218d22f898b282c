import { parseArgs } from 'node:util';
import { misconceptionOf } from '../levels/catalogue.ts';
import { placesOf } from '../progress/paths.ts';
import { dueAt, reviewFrom } from '../progress/problems.ts';
import { openStore } from '../progress/store.ts';
import { cardsOf, type DueCard } from '../study/review.ts';
import { dayOf } from '../study/series.ts';
import { fill, texts } from '../study/texts.ts';
import type { Io } from './io.ts';

const words = texts.review;

/**
 * `cowhand review [--list] [--json]`: problems about the misconceptions that are due, each made anew.
 * @returns as `cowhand play`; 0 where nothing is due, and for a list
 * @throws StoreError where progress cannot be read
 */
export async function review(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      plain: { type: 'boolean', default: false },
      state: { type: 'string' },
    },
  });
  const { progress } = openStore({ places: placesOf(io, values.state), clock: io.now });
  const cards = cardsOf(progress.answers);
  const due = dueAt(progress, io.now());
  if (values.json) {
    io.stdout.write(`${JSON.stringify({ due: due.length, cards: cards.map(entry) }, null, 2)}\n`);
    return 0;
  }
  if (values.list || due.length === 0) {
    io.stdout.write(`${(values.list ? listOf(cards) : nothing(cards)).join('\n')}\n`);
    return 0;
  }
  const { game } = await import('./game.ts');
  return game(
    {
      variant: undefined,
      plain: values.plain,
      state: values.state,
      series: progress => reviewFrom(progress, io.now, io.seed),
    },
    io,
  );
}

const titleOf = (id: string): string => misconceptionOf(id)?.title ?? id;

/** What `--json` prints of a misconception: stable. */
const entry = ({ misconception, due, shown, resisted }: DueCard) => ({
  misconception,
  title: titleOf(misconception),
  due: due.toISOString(),
  shown,
  resisted,
});

const listOf = (cards: readonly DueCard[]): string[] =>
  cards.length === 0
    ? [words.never]
    : cards.map(({ misconception, due, shown, resisted }) =>
        fill(words.due, {
          id: misconception.padEnd(3),
          day: dayOf(due),
          shown,
          resisted,
          title: titleOf(misconception),
        }),
      );

function nothing([first]: readonly DueCard[]): string[] {
  if (first === undefined) return [words.never];
  return [words.nothing, fill(words.next, { title: titleOf(first.misconception), day: dayOf(first.due) })];
}
