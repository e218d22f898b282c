import type { Panel, Row, View } from '../../machines/machine.ts';
import { cut, type Line, span } from '../lines.ts';
import { pad, widthOf } from '../text.ts';
import { type Marking, UNMARKED } from './rows.ts';

/** An entry as it is called from outside: 'sh heap +0', with what else its row says. */
interface User {
  readonly row: Row;
  readonly path: string;
  readonly rest: readonly string[];
}

/** Between a name and the rights to it, where they stand in one cell: 'f4:rw'. */
const RIGHTS = ':';

/** The rows of the trees of a view that name something in one of their cells, or map it, with the way to them. */
function* namedIn(view: View): Generator<{ readonly name: string; readonly user: User }> {
  for (const panel of view.panels.filter(({ columns }) => columns.length === 0)) {
    const above: string[] = [];
    for (const row of panel.rows) {
      above.length = Math.min(above.length, row.indent);
      above[row.indent] = row.cells[0] ?? '';
      const path = above.filter(Boolean).join(' ');
      for (const name of row.maps ?? []) yield { name, user: { row, path, rest: row.cells.slice(1) } };
      for (const [i, name] of row.cells.entries())
        if (i > 0)
          yield {
            name: name.split(RIGHTS)[0]!,
            user: {
              row,
              path,
              rest: [...name.split(RIGHTS).slice(1), ...row.cells.slice(i + 1)],
            },
          };
    }
  }
}

/** The rows that are mapped: those of the first table, such as the frames. */
const mapped = (view: View): Panel | undefined => view.panels.find(({ columns }) => columns.length > 0);

/**
 * Who maps what, as lines of at most `columns`: each frame with the entries that name it on its left. What names
 * nothing is left out.
 */
export function sharingLines(view: View, columns: number, marking: Marking = UNMARKED): Line[] {
  const table = mapped(view);
  if (table === undefined) return [];
  const users = new Map<string, User[]>();
  for (const { name, user } of namedIn(view)) users.set(name, [...(users.get(name) ?? []), user]);
  const rows = table.rows.filter(row => row.cells.filter(Boolean).length > 2 || users.has(row.cells[0]!));
  const all = rows.flatMap(row => users.get(row.cells[0]!) ?? []);
  const path = Math.max(0, ...all.map(user => widthOf(user.path)));
  const widths = table.columns.map((heading, i) =>
    Math.max(widthOf(heading), ...rows.map(row => widthOf(row.cells[i] ?? ''))),
  );
  const cells = (texts: readonly string[]): string => texts.map((text, i) => pad(text, widths[i]!)).join(' ');
  const frame = (row: Row): Line => [
    span(marking.changes.has(row.key) ? '*' : ' ', 'changed'),
    span(cells(row.cells).trimEnd(), row.marks.includes('frame') ? 'fault' : undefined),
  ];
  const right = 1 + widths.reduce((sum, width) => sum + width, 0) + widths.length - 1;
  const leftOf = (gap: string): number => 3 + path + 2 + wordsWide(all, gap) + 4;
  // All of the table is worth more than some air between the words before it.
  const gap = leftOf('  ') + right <= columns ? '  ' : ' ';
  const left = leftOf(gap);
  const lines: Line[] = [[span(' '.repeat(left + 1)), span(cells(table.columns), 'dim')]];
  for (const row of rows) {
    const its = users.get(row.cells[0]!) ?? [];
    if (its.length === 0) lines.push([span(' '.repeat(left)), ...frame(row)]);
    for (const [i, user] of its.entries())
      lines.push([
        span(user.row.marks.includes('fault') ? ' ▸ ' : '   ', 'fault'),
        span(pad(user.path, path), user.row.marks.length > 0 ? 'fault' : 'strong'),
        span(marking.changes.has(user.row.key) ? ' *' : '  ', 'changed'),
        span(pad(user.rest.join(gap), wordsWide(all, gap))),
        span(` ${armOf(i, its.length)}`, 'dim'),
        ...(i === 0 ? frame(row) : []),
      ]);
  }
  return lines.map(each => cut(each, columns));
}

/** Columns that the users' words take. */
const wordsWide = (users: readonly User[], gap: string): number =>
  Math.max(0, ...users.map(({ rest }) => widthOf(rest.join(gap))));

/** The arm from the user at `i` of `count` to their frame: all meet at the first. */
const armOf = (i: number, count: number): string =>
  i === 0 ? (count === 1 ? '───' : '─┬─') : i < count - 1 ? '─┤ ' : '─┘ ';
