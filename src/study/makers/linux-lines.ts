import { CELL_SIZE } from '../../language/moves.ts';
import type { Line, Scene, Way } from '../case.ts';

/** What happens to pages of Linux: operations for the cases of problems. */

export const by = (process: string, text: string, when?: Way): Line => ({
  process,
  text,
  ...(when !== undefined && { when }),
});
export const written = ({ parent, region, pages, page, bytes, cells }: Scene, kind = 'anon'): Line[] => [
  { process: parent, text: `map ${region} ${pages} rw- ${kind}` },
  ...[0, 1].map(i => ({ process: parent, text: `write ${page}${cell(cells[i]!)} ${bytes[i]}` })),
];
export const untouched = ({ parent, region, pages }: Scene, perm = 'rw-'): Line => ({
  process: parent,
  text: `map ${region} ${pages} ${perm} anon`,
});
/** Of the pages of file 0: the nth, so that no two cases meet there. */
export const ofFile = ({ parent, region, n }: Scene, kind: 'priv' | 'shared', from = n): Line =>
  by(parent, `map ${region} 1 rw- ${kind} 0 ${from}`);
/** Two of its cells are written through a window that is closed again. */
export const filedAway = ({ parent, n, bytes, cells }: Scene): Line[] => {
  const window = 900 + n;
  return [
    by(parent, `map ${window} 1 rw- shared 0 ${n}`),
    ...[0, 1].map(i => by(parent, `write ${window} ${bytes[i]} ${cells[i]! * CELL_SIZE}`)),
    by(parent, `unmap ${window} 1`),
  ];
};
export const cell = (n: number): string => (n === 0 ? '' : `.${n}`);

/** A store to one of the cells that hold something, or a read(2) into the page: the other cell must survive. */
export const store = ({ me, page, bytes, cells, draws }: Scene): Line =>
  draws.below(4) === 0
    ? { process: me, text: `rsys pipe ${page} ${cells[0]! * CELL_SIZE} 16 ${bytes[2]}` }
    : { process: me, text: `write ${page}${cell(cells[0]!)} ${bytes[2]}` };
/** A store by the program itself: a bad pointer of a system call has rules of its own. */
export const plainStore = ({ me, page, bytes, cells }: Scene): Line => ({
  process: me,
  text: `write ${page}${cell(cells[0]!)} ${bytes[2]}`,
});
export const look = ({ me, page, cells }: Scene): Line => by(me, `read ${page}${cell(cells[0]!)}`);
/** Rights that the region is given again, one way or the other. */
export const rights = ({ me, region }: Scene, one: string, other: string): Line[] => [
  { process: me, text: `protect ${region} ${one}`, when: 'one' },
  { process: me, text: `protect ${region} ${other}`, when: 'other' },
];
/** The scene with the first byte of its page among what is asked about: of a pipe, that is what one gets to see. */
export const atFirst = (scene: Scene): Scene => ({ ...scene, cells: [0, 1] });
