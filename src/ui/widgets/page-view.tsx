import { Box } from 'ink';
import type { Line } from '../lines.ts';
import { cut } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { ChoiceList, partSize } from './choice-list.tsx';
import { Lines } from './lines.tsx';

/**
 * @param choices how many choices are on the screen
 * @param turns true where the list has more of them
 */
export type FooterOf = (choices: number, turns: boolean) => Line;

/**
 * What of a page fits its area. The list of choices and the footer are there however small the terminal is; a
 * note takes the free line above the footer, or else the footer's.
 */
function fitted(page: Page, area: Area, footerOf: FooterOf, note: Line | undefined) {
  const wanted = page.choices?.items.length ?? 0;
  const free = area.lines - 1 - page.above.length - page.below.length;
  const least = Math.ceil((area.lines - 1) / 2);
  const room = wanted === 0 ? 0 : partSize(wanted, Math.max(free, least));
  const footer = footerOf(room, room < wanted);
  const columns = page.columns ?? area.columns;
  let left = area.lines - room;
  const take = (lines: readonly Line[], end: 'first' | 'last'): readonly Line[] => {
    const count = Math.min(Math.max(0, left), lines.length);
    left -= count;
    const kept = end === 'first' ? lines.slice(0, count) : lines.slice(lines.length - count);
    return kept.map(line => cut(line, columns));
  };
  const bottom = take([note ?? footer], 'first');
  // What stands directly above the choices says what they are about.
  const above = take(page.above, wanted > 0 ? 'last' : 'first');
  const below = take(page.below, 'first');
  return {
    room,
    above,
    below,
    bottom: note === undefined ? bottom : [...bottom, ...take([footer], 'first')],
  };
}

/** Draws a page in its area, in the middle of a wider terminal: the footer stands at the bottom. */
export function PageView(props: {
  readonly page: Page;
  readonly area: Area;
  readonly columns: number;
  readonly footer: FooterOf;
  readonly note: Line | undefined;
  readonly onChoose: (value: string) => void;
}) {
  const { page, area, columns, footer, note, onChoose } = props;
  const { room, above, below, bottom } = fitted(page, area, footer, note);
  return (
    <Box
      flexDirection="column"
      height={area.lines}
      width={columns}
      paddingLeft={Math.floor((columns - (page.columns ?? area.columns)) / 2)}
      overflow="hidden"
    >
      <Lines lines={above} />
      {page.choices !== undefined && room > 0 ? (
        <Box height={room} flexShrink={0} overflow="hidden">
          <ChoiceList choices={page.choices} columns={area.columns} room={room} onChoose={onChoose} />
        </Box>
      ) : null}
      <Lines lines={below} />
      <Box flexGrow={1} />
      <Lines lines={bottom} />
    </Box>
  );
}
