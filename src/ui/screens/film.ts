import type { Film } from '../../game/film.ts';
import { type Line, line, paragraph, span } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { layoutView } from '../picture/arrange.ts';
import { compare } from '../picture/compare.ts';
import { UNMARKED } from '../picture/rows.ts';
import { fill, texts, verdictWord } from '../texts.ts';
import { header } from './header.ts';
import { roleOf } from './result.ts';

/** One picture of a run that is watched: what happened just before it, and what it changed. */
export function filmPage({ shots, left }: Film, title: string, at: number, area: Area): Page {
  const { columns } = area;
  const shot = shots[at]!;
  const changes = at === 0 ? UNMARKED.changes : compare(shots[at - 1]!.view, shot.view);
  const where = span(fill(texts.film.at, { n: at + 1, last: shots.length }), 'dim');
  const said: Line[] = [
    ...paragraph(shot.caption, columns - 1, span(' '), 'strong'),
    ...(shot.verdict === undefined ? [] : [line(` ${verdictWord(shot.verdict)}`, roleOf(shot.verdict))]),
    ...(at === left ? [line(` ${texts.film.left}`, 'fault')] : []),
  ];
  // Two lines for what is said of every picture, so that the picture does not jump.
  while (said.length < 3) said.push([]);
  const top = [header(title, [where], columns), ...said];
  const picture = layoutView(shot.view, columns, area.lines - 1 - top.length, {
    changes,
    broken: shot.broken,
  });
  return { above: [...top, ...picture], below: [] };
}

/** Where to go from a picture: one on or back, to an answer, or to where the run left the par. */
export function shotAfter(
  { shots, left }: Film,
  at: number,
  way: 'on' | 'back' | 'next' | 'before' | 'left',
) {
  const last = shots.length - 1;
  const isAnswer = (_: unknown, i: number): boolean => shots[i]!.verdict !== undefined;
  switch (way) {
    case 'on':
      return Math.min(at + 1, last);
    case 'back':
      return Math.max(at - 1, 0);
    case 'left':
      return left ?? at;
    case 'next': {
      const next = shots.findIndex((shot, i) => i > at && isAnswer(shot, i));
      return next < 0 ? last : next;
    }
    case 'before':
      return Math.max(0, shots.slice(0, at).findLastIndex(isAnswer));
  }
}
