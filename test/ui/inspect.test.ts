import { describe, expect, test } from 'vitest';
import type { Table } from '../../src/game/types.ts';
import type { Level } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';
import type { Row } from '../../src/machines/machine.ts';
import { UNMARKED } from '../../src/ui/picture/rows.ts';
import { sharingLines } from '../../src/ui/picture/sharing.ts';
import { inspectPage } from '../../src/ui/screens/reading.ts';
import { levelNamed, tablesOf, textOf } from './fixtures.ts';

/** What an inspection says, as one text, on a screen that is large enough for all of it. */
const inspected = (table: Table): string =>
  inspectPage(table, table.view, UNMARKED, 0, { columns: 200, lines: 1000 }).above.map(textOf).join('\n');
const lineOf = (table: Table, label: string): string | undefined =>
  new RegExp(`^ +${label} +(.*)$`, 'm').exec(inspected(table))?.[1];

/** A level of each chapter. */
const firstOf = (levels: readonly Level[]): Level[] => [
  ...new Map(levels.map(level => [`${level.system} ${level.chapter}`, level])).values(),
];
const tablesWith = (chosen: readonly Level[]): Table[] => chosen.flatMap(level => tablesOf(level, 0));
const rowsOf = ({ view }: Table): Row[] => view.panels.flatMap(({ rows }) => rows);
const isOf = (system: string) => (level: Level) => level.system === system;
const ofArm = ['in-other-words', 'forgetful'].map(levelNamed);
const onArm = tablesWith(ofArm);
const linux = tablesWith(
  firstOf(library.levels.filter(isOf('linux'))).filter(level => !ofArm.includes(level)),
);
const [xen, hurd] = ['xen', 'hurd'].map(system =>
  tablesWith(firstOf(library.levels.filter(isOf(system)))),
) as [Table[], Table[]];

describe('the bits of the entry at fault are told by their names', () => {
  test('on x86', () => {
    const [table] = tablesOf(levelNamed('after-the-child-has-gone'), 0);
    expect(lineOf(table!, 'the entry')).toBe(
      'P 1 (present), R/W 0 (read-only), U/S 1 (user), A 1 (accessed), D 1 (dirty), NX 1 (not executable)',
    );
  });

  test('on ARM, where Linux keeps them apart from the hardware', () => {
    const [table] = tablesOf(levelNamed('in-other-words'), 0);
    expect(lineOf(table!, 'the entry')).toBe(
      'PRESENT 1 (for Linux), YOUNG 0 (old: the hardware has no entry), DIRTY 1 (dirty), RDONLY 1 (read-only), XN 1 (not executable)',
    );
  });

  test('and say of its rights what its row says', () => {
    const entries = linux.flatMap(table =>
      rowsOf(table).filter(({ about }) => about?.includes('P 1 (present)')),
    );
    expect(entries.length).toBeGreaterThan(5);
    for (const { cells, about } of entries) {
      const bits = about!.join();
      const rights = cells.find(cell => /^r[w-][x-]$/.test(cell))!;
      expect(bits.includes('R/W 1'), bits).toBe(rights[1] === 'w');
      expect(bits.includes('NX 1'), bits).toBe(rights[2] === '-');
    }
  });
});

describe('the address', () => {
  test.each([
    ['Linux', linux],
    ['the Hurd', hurd],
  ])('is split into the indices of its way, in %s', (_, tables) => {
    const told = tables.flatMap(table => {
      const way = lineOf(table, 'its way');
      return way === undefined ? [] : [{ way, address: table.question!.address }];
    });
    expect(told.length).toBeGreaterThan(2);
    for (const { way, address } of told) {
      const [pgd, pud, pmd, pte, offset] = way.split(', ').map(part => BigInt(part.split(' ')[1]!));
      const page = [pgd, pud, pmd, pte].reduce((sum, index) => sum! * 512n + index!, 0n)!;
      expect(page * 4096n + offset!).toBe(BigInt(address));
    }
  });

  test('has no such way on ARM, which splits it into two, in 32 bits, and where a request has none', () => {
    const boot = tablesWith(library.levels.filter(isOf('boot')));
    for (const table of [...onArm, ...boot, ...xen]) expect(lineOf(table, 'its way')).toBeUndefined();
    const [table] = tablesOf(levelNamed('in-other-words'), 0);
    // 0x10000000: bit 28 is bit 8 of the index of 12 bits from bit 20 on.
    expect(lineOf(table!, 'FAR')).toBe('0x10000000');
    expect(lineOf(table!, 'levels')).toBe('256, 0');
    expect(inspected(table!)).toContain('at 0x10000000\n');
  });
});

/** By the name of each frame that is drawn, how many entries its arms lead to. */
function armsOf({ view }: Pick<Table, 'view'>): Map<string, number> {
  const arms = new Map<string, number>();
  let frame = '';
  for (const text of sharingLines(view, 200).map(textOf)) {
    frame = /(?:───|─┬─) *\*?(f\d+) /.exec(text)?.[1] ?? frame;
    if (/ (?:───|─┬─|─┤|─┘)/.test(text)) arms.set(frame, (arms.get(frame) ?? 0) + 1);
  }
  return arms;
}

describe('every entry that maps a frame is drawn with it', () => {
  test.each([
    ['Linux', linux, /^(f\d+)$/],
    ['Linux on ARM', onArm, /^(f\d+)$/],
    ['Xen', xen, /^(f\d+):/],
  ] as const)('%s', (_, tables, naming) => {
    for (const table of tables) {
      const named = new Map<string, number>();
      const trees = table.view.panels.filter(({ columns }) => columns.length === 0);
      for (const cell of trees.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells.slice(1)))) {
        const name = naming.exec(cell)?.[1];
        if (name !== undefined) named.set(name, (named.get(name) ?? 0) + 1);
      }
      expect(armsOf(table)).toEqual(named);
    }
    expect(tables.some(table => Math.max(...armsOf(table).values()) > 1)).toBe(true);
  });

  test('the Hurd, whose pagers know only an index into their container', () => {
    for (const { view } of hurd) {
      const [tasks, frames] = ['tasks', 'frames'].map(id => view.panels.find(panel => panel.id === id)!);
      /** The frame whose rings hold that index of the container: those of several pages are named by their first. */
      const holder = (container: string, index: number): string => {
        const held = frames!.rows.flatMap(({ cells: [name = '', , rings = ''] }) =>
          [...rings.matchAll(/([\w-]+):(\d+)/g)].flatMap(([, who, start]) =>
            who === container && Number(start) <= index ? [{ name, start: Number(start) }] : [],
          ),
        );
        return held.sort((a, b) => b.start - a.start)[0]!.name;
      };
      const named = new Map<string, number>();
      let task = '';
      for (const { indent, cells } of tasks!.rows) {
        if (indent === 0) task = cells[0]!;
        const index = cells.map(cell => /^at (\d+) /.exec(cell)?.[1]).find(Boolean);
        if (index === undefined) continue;
        const name = holder(task, Number(index));
        named.set(name, (named.get(name) ?? 0) + 1);
      }
      expect(armsOf({ view })).toEqual(named);
    }
    expect(hurd.some(table => armsOf(table).size > 1)).toBe(true);
  });
});
