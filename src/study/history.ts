import type { Step } from '../levels/level.ts';
import { type Line, type Maker, type Scene, WAYS, type Way } from './case.ts';
import type { Draws } from './random.ts';

/** What a whole problem draws once: who acts, and names and bytes for its pages. */
export interface Cast {
  readonly parent: string;
  readonly child: string;
  readonly regions: readonly string[];
  readonly thirds: readonly string[];
  readonly bytes: readonly number[];
}

export function castOf(maker: Maker, draws: Draws): Cast {
  const [parent, child] = draws.oneOf(maker.processes);
  const regions = shuffled(maker.regions, draws);
  const bytes = shuffled(
    Array.from({ length: 99 }, (_, i) => i + 1),
    draws,
  );
  return { parent, child, regions, thirds: maker.thirds ?? [], bytes };
}

/**
 * What the nth case of a problem (from 0) may use.
 * @param me who makes the access
 * @param pages of its region
 */
export function sceneOf(
  { parent, child, regions, thirds, bytes }: Cast,
  n: number,
  me: string,
  pages: number,
  draws: Draws,
): Scene {
  const region = regions[n]!;
  return {
    parent,
    child,
    me,
    you: me === parent ? child : parent,
    region,
    n,
    pages,
    page: `${region}+${draws.below(pages)}`,
    third: thirds[n] ?? '',
    bytes: bytes.slice(4 * n, 4 * n + 4),
    cells: shuffled([0, 1, 2, 3], draws).slice(0, 2),
    draws,
  };
}

/** A line whose way is settled, or hangs on the variant of that name. */
export interface Settled extends Line {
  readonly name?: string;
}

/** Lines of the way that was settled; of both, where `way` is the name of a variant. */
export function settled(lines: readonly Line[], way: string): Settled[] {
  if (!(WAYS as readonly string[]).includes(way)) return lines.map(line => ({ ...line, name: way }));
  return lines
    .filter(({ when }) => when === undefined || when === (way as Way))
    .map(({ when: _, ...line }) => line);
}

/** Lines as the steps of a level, `from` on. */
export const stepsOf = (id: string, lines: readonly Settled[], from: number): Step[] =>
  lines.map(({ process, text, name: variant, when }, i) => ({
    process,
    text,
    when: variant === undefined || when === undefined ? [] : [[variant, when]],
    place: { file: id, line: from + i, column: 1 },
  }));

/** The items in an order that was drawn. Source: Fisher and Yates, by Durstenfeld. */
export function shuffled<T>(items: readonly T[], { below }: Draws): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

/** Several lists as one, each in its own order. */
export function merged<T>(lists: readonly (readonly T[])[], draws: Draws): T[] {
  const left = lists.map(list => [...list]).filter(list => list.length > 0);
  const all: T[] = [];
  while (left.length > 0) {
    const list = draws.oneOf(left);
    all.push(list.shift()!);
    if (list.length === 0) left.splice(left.indexOf(list), 1);
  }
  return all;
}
