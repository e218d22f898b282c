import type { Film } from '../../game/film.ts';
import { verdictName } from '../../game/words.ts';
import { fill, texts } from '../texts.ts';
import { changeLines, full, pictureLines } from './words.ts';

const words = texts.plain.film;

/** A run as lines: every picture with what happened before it and what it changed. */
export function filmLines({ shots, left }: Film, title: string): string[] {
  return [
    full(title),
    left === undefined ? words.par : fill(words.leftAt, { n: left + 1 }),
    ...shots.flatMap(({ caption, view, verdict }, i) => [
      '',
      full(fill(words.shot, { n: i + 1, caption })),
      ...(verdict === undefined ? [] : [`   ${verdictName(verdict)}.`]),
      ...(i === left ? [`   ${texts.film.left}`] : []),
      ...(i === 0 ? pictureLines(view) : changeLines(shots[i - 1]!.view, view)).map(line => `   ${line}`),
    ]),
  ];
}
