import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { start, table } from '../../../src/game/run.ts';
import { library } from '../../../src/levels/library.ts';
import { variantsOf } from '../../../src/levels/variants.ts';
import type { View } from '../../../src/machines/machine.ts';
import { layoutView } from '../../../src/ui/picture/arrange.ts';
import { compare } from '../../../src/ui/picture/compare.ts';
import { UNMARKED } from '../../../src/ui/picture/rows.ts';
import { tablesOf, textOf, views, widest } from '../fixtures.ts';

const sizes = fc.record({
  columns: fc.integer({ min: 1, max: 140 }),
  height: fc.integer({ min: 0, max: 60 }),
});

const drawn = (view: View, columns: number, height: number) =>
  layoutView(view, columns, height).map(textOf).join('\n');

describe('any picture in any room', () => {
  test('is never wider or higher than its room', () => {
    fc.assert(
      fc.property(views, views, sizes, (view, other, { columns, height }) => {
        const broken = new Set(view.panels.flatMap(({ rows }) => rows.slice(0, 2).map(({ key }) => key)));
        const lines = layoutView(view, columns, height, { changes: compare(other, view), broken });
        expect(lines.length).toBeLessThanOrEqual(height);
        expect(widest(lines)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('shows the rows at fault wherever it shows any of their panel', () => {
    fc.assert(
      fc.property(views, sizes, (view, { columns, height }) => {
        const text = drawn(view, columns, height);
        const first = [...view.panels].sort((a, b) => a.rank - b.rank).find(({ rows }) => rows.length > 0);
        const faults = first?.rows.filter(({ marks }) => marks.includes('fault')) ?? [];
        // The room of one panel that is cut: its title, its headings, and a row for each fault and those above it.
        if (text === '' || columns < 40 || faults.length !== 1 || height < 8) return;
        expect(text).toContain('▸');
      }),
    );
  });

  test('leaves panels out in one order: of any two, the one of the lower rank stays longer', () => {
    fc.assert(
      fc.property(views, sizes, (view, { columns, height }) => {
        const panels = [...view.panels]
          .sort((a, b) => a.rank - b.rank)
          .filter(({ rows }) => rows.length > 0)
          // Told apart by the first of their title, which is cut where there is little room.
          .map((panel, i) => ({ ...panel, title: `${String.fromCodePoint(0x41 + i)}#` }));
        const text = drawn({ ...view, panels }, columns, height);
        const isShown = panels.map(({ title }) => text.includes(title));
        expect(isShown).toEqual([...isShown].sort((a, b) => Number(b) - Number(a)));
      }),
    );
  });

  test('of Linux gives them up from the last of the order that the guide tells', () => {
    const told = ['processes', 'frames', 'files', 'swap', 'references', 'tlb'];
    const seen = new Set<string>();
    for (const level of library.levels.filter(({ system }) => system === 'linux')) {
      const { panels } = table(start(level, 0)).view;
      const ids = [...panels].sort((a, b) => a.rank - b.rank).map(({ id }) => id);
      expect(ids).toEqual(told.filter(id => ids.includes(id)));
      for (const id of ids) seen.add(id);
    }
    expect(seen).toEqual(new Set(told));
  });

  test('that leaves rows out leaves no line empty, and one that has lines left is closed at its bottom', () => {
    fc.assert(
      fc.property(views, sizes, (view, { columns, height }) => {
        const panels = view.panels.map(panel => ({ ...panel, title: '#' }));
        const lines = layoutView({ ...view, panels }, columns, height).map(textOf);
        if (lines.some(line => /─ # (?:· \d+ more|\+\d+) /.test(line))) expect(lines).toHaveLength(height);
        else if (lines.length > 0 && lines.length < height) expect(lines.at(-1)).toContain('┘');
      }),
    );
  });

  test('says how many rows it leaves out', () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      key: `${i}`,
      role: 'process',
      indent: 0,
      cells: [`row${i}`],
      marks: i === 25 ? (['fault'] as const) : [],
    }));
    const view: View = { panels: [{ id: 'p', rank: 0, title: 'things', columns: [], rows }] };
    const text = drawn(view, 40, 7);
    expect(text).toContain('things · 24 more');
    expect(text).toContain('▸row25');
  });
});

describe('80x24', () => {
  /** Lines that the picture has at a question: 23, less header, footer, two of the trap and the menu or form. */
  const roomOf = (offers: number) => 23 - 2 - 2 - offers;
  const variants = library.levels.flatMap(level =>
    variantsOf(level).map((_, variant) => [level.id, variant, level] as const),
  );

  test.each(variants)('holds every row of every question of %s, variant %i', (_, variant, level) => {
    let offers = 8;
    for (const { view, question } of tablesOf(level, variant)) {
      // A form asks field by field, and the last picture stands beside no question.
      if (question !== undefined)
        offers = question.depth === 'decide' ? question.offers.length : Math.min(8, question.offers.length);
      const text = drawn(view, 80, roomOf(offers));
      expect(text).not.toContain('…');
      expect(text).not.toContain(' more');
      for (const panel of view.panels.filter(({ rank }) => rank === 0))
        for (const row of panel.rows) for (const cell of row.cells) expect(text).toContain(cell);
    }
  });
});

describe('marks', () => {
  const before: View = {
    panels: [
      {
        id: 'frames',
        rank: 0,
        title: 'memory',
        columns: ['frame', 'maps', 'content'],
        rows: [
          { key: 'f1', role: 'frame', indent: 0, cells: ['f1', '2', '7 5'], marks: ['frame'] },
          { key: 'f2', role: 'frame', indent: 0, cells: ['f2', '10', '0 0'], marks: [] },
        ],
      },
    ],
  };
  const after: View = {
    panels: [
      {
        ...before.panels[0]!,
        rows: [
          { ...before.panels[0]!.rows[0]!, cells: ['f1', '1', '9 5'] },
          before.panels[0]!.rows[1]!,
          { key: 'f3', role: 'frame', indent: 0, cells: ['f3', '1', '7 5'], marks: [] },
        ],
      },
    ],
  };

  test('stand directly before the cells that changed and the rows that are new, and are explained', () => {
    const marking = { changes: compare(before, after), broken: new Set(['f2']) };
    expect(layoutView(after, 34, 10, marking).map(textOf)).toEqual([
      '┌─ memory ───────────────────────┐',
      '│ frame maps content             │',
      '│ f1 ◂    *1*9 5                 │',
      '│ f2      10 0 0 ✗               │',
      '│+f3       1 7 5                 │',
      '└─ * changed  + new ─────────────┘',
    ]);
  });

  test('are told by more than colour: without roles the lines still differ', () => {
    const marked = layoutView(after, 34, 10, { ...UNMARKED, changes: compare(before, after) });
    expect(marked.map(textOf)).not.toEqual(layoutView(after, 34, 10).map(textOf));
  });

  test('stand before a title that says something else', () => {
    const less: View = { panels: [{ ...before.panels[0]!, title: 'memory: 1 of 2 free' }] };
    const marked = layoutView(less, 34, 10, { ...UNMARKED, changes: compare(before, less) });
    expect(textOf(marked[0]!)).toBe('┌─ *memory: 1 of 2 free ─────────┐');
  });

  test('nothing is marked where nothing changed', () => {
    fc.assert(
      fc.property(views, view => {
        expect(compare(view, structuredClone(view)).size).toBe(0);
      }),
    );
  });
});
