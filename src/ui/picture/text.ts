import type { View } from '../../machines/machine.ts';
import { layoutView } from './arrange.ts';
import { UNMARKED } from './rows.ts';

/** More lines than any picture has. */
const WHOLE = 1000;

/** The whole picture in boxes, as text of at most `columns`. */
export const pictureText = (view: View, columns: number): string =>
  layoutView(view, columns, WHOLE, UNMARKED)
    .map(line =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
