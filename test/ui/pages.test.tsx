import fc from 'fast-check';
import { renderToString } from 'ink';
import { describe, expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import type { Game } from '../../src/ui/game.ts';
import { bindings, footer } from '../../src/ui/keymap.ts';
import { line } from '../../src/ui/lines.ts';
import { atStart, inLevel } from '../../src/ui/open.ts';
import { areaOf } from '../../src/ui/page.ts';
import { pageOf } from '../../src/ui/screens/pages.ts';
import { roomToRead } from '../../src/ui/screens/reading.ts';
import { type State, sceneOf, works } from '../../src/ui/state.ts';
import { widthOf } from '../../src/ui/text.ts';
import { ThemeContext, themeFor } from '../../src/ui/theme.ts';
import { update } from '../../src/ui/update.ts';
import { PageView } from '../../src/ui/widgets/page-view.tsx';
import { gameIn, levelNamed, widest } from './fixtures.ts';

const UTF8 = themeFor({ LANG: 'C.UTF-8' });
const ASCII = themeFor({ LANG: 'C' });

/** The frame that the terminal would get. */
function frame(state: State, game: Game, columns: number, rows: number, theme = UTF8): string[] {
  const area = areaOf(columns, rows);
  const drawn = renderToString(
    <ThemeContext value={theme}>
      <PageView
        page={pageOf(state, game, area)}
        area={area}
        columns={columns}
        footer={choices => footer(sceneOf(state), area.columns, works(state), choices)}
        note={state.note === '' ? undefined : line(` ${state.note}`)}
        onChoose={() => undefined}
      />
    </ThemeContext>,
    { columns },
  );
  return drawn.split('\n');
}

/** One step of somebody who presses anything: a command that works, or a choice that is on the screen. */
function wander(state: State, game: Game, at: number): State {
  const area = areaOf(80, 24);
  const page = pageOf(state, game, area);
  const scene = sceneOf(state);
  const choices = (page.choices?.items ?? []).map(({ value }) => ({ chosen: value }));
  const commands = bindings
    .filter(each => !each.byList && each.scenes.includes(scene) && works(state)(each.command))
    .flatMap(({ command, keys }) => keys.map(key => ({ command, key })));
  // Choices lead on, commands mostly lead aside: half and half.
  const inputs = choices.length > 0 && at % 2 === 0 ? choices : [...commands, ...choices];
  const input = inputs[Math.floor(at / 2) % inputs.length];
  if (input === undefined) return state;
  const extent = { lines: roomToRead(area), most: page.most ?? 0 };
  // Leaving the game is one of the choices: whoever wanders stays.
  return update(state, input, game, extent) ?? state;
}

const sizes = fc.record({
  columns: fc.oneof(fc.constantFrom(80, 60, 40, 200), fc.integer({ min: 1, max: 220 })),
  rows: fc.oneof(fc.constantFrom(24, 12, 60), fc.integer({ min: 1, max: 70 })),
});
const levels = fc.constantFrom(...library.levels.map(({ id }) => id));
const walks = fc.array(fc.nat(60), { minLength: 1, maxLength: 25 });

describe('wherever somebody goes who presses anything', () => {
  test('the frame is never wider than the terminal or higher than its rows less one', () => {
    fc.assert(
      fc.property(
        levels,
        walks,
        fc.array(sizes, { minLength: 1, maxLength: 3 }),
        (level, walk, terminals) => {
          const game = gameIn();
          let state: State = walk[0]! % 3 === 0 ? atStart : inLevel(game, levelNamed(level));
          for (const [i, step] of walk.entries()) {
            state = wander(state, game, step);
            if (i % 4 !== 0 && i !== walk.length - 1) continue;
            for (const { columns, rows } of terminals) {
              const lines = frame(state, game, columns, rows);
              expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
              expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('at 80x24 nothing of a page is pushed off the screen, and ASCII says the same', () => {
    fc.assert(
      fc.property(levels, walks, (level, walk) => {
        const game = gameIn();
        let state: State = walk[0]! % 3 === 0 ? atStart : inLevel(game, levelNamed(level));
        const area = areaOf(80, 24);
        for (const step of walk) {
          state = wander(state, game, step);
          const page = pageOf(state, game, area);
          const isLong = sceneOf(state) === 'glossary';
          const height =
            page.above.length + page.below.length + (isLong ? 1 : (page.choices?.items.length ?? 0));
          expect(height).toBeLessThanOrEqual(area.lines - 1);
          expect(widest([...page.above, ...page.below])).toBeLessThanOrEqual(80);
        }
        const ascii = frame(state, game, 80, 24, ASCII);
        const utf8 = frame(state, game, 80, 24);
        expect(ascii.join('')).toMatch(/^[\x20-\x7e]*$/);
        expect(ascii.map(each => each.replace(/[^A-Za-z]/g, '').replace(/[xov]/g, ''))).toEqual(
          utf8.map(each => each.replace(/[^A-Za-z]/g, '').replace(/[xov]/g, '')),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('however small the terminal is', () => {
  test.each([
    [80, 24],
    [60, 20],
    [40, 12],
    [30, 6],
    [20, 3],
    [10, 2],
    [3, 1],
  ])('%ix%i has something to choose from', (columns, rows) => {
    const game = gameIn();
    const told = inLevel(game, levelNamed('two-desks'));
    const state = update(told, { command: 'start', key: 'enter' }, game, { lines: 1, most: 0 })!;
    const lines = frame(state, game, columns, rows);
    expect(lines.join('\n')).toContain('❯');
  });

  test('panels go before the trap, and the trap before the choices', () => {
    const game = gameIn();
    const told = inLevel(game, levelNamed('two-desks'));
    const state = update(told, { command: 'start', key: 'enter' }, game, { lines: 1, most: 0 })!;
    const shown = (rows: number) => frame(state, game, 80, rows).join('\n');
    expect(shown(24)).toContain('physical memory');
    expect(shown(10)).not.toContain('physical memory');
    expect(shown(10)).toContain('PAGE FAULT');
    // Half of the lines are for the choices, and what is above them goes from the top.
    expect(shown(7)).toContain('3  Map');
    expect(shown(7)).toContain('PAGE FAULT');
    expect(shown(4)).toContain('1  Copy');
    expect(shown(4)).not.toContain('cowhand');
  });
});
