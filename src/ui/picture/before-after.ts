import type { View } from '../../machines/machine.ts';
import { beside, type Line, line } from '../lines.ts';
import { texts } from '../texts.ts';
import { layoutView } from './arrange.ts';
import type { Marking } from './rows.ts';

/** Two pictures of one system beside each other, what changed marked in the second; at most `height` lines. */
export function beforeAndAfter(
  before: View,
  after: View,
  columns: number,
  height: number,
  marking: Marking,
): Line[] {
  const half = Math.floor((columns - 2) / 2);
  const titled = (title: string, picture: Line[]): Line[] => [line(` ${title}`, 'title'), ...picture];
  return beside(
    titled(texts.picture.before, layoutView(before, half, height - 1)),
    titled(texts.picture.after, layoutView(after, half, height - 1, marking)),
    half + 2,
  ).slice(0, height);
}
