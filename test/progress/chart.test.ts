import { describe, expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { provedOf } from '../../src/levels/proved.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { type Chart, chartOf } from '../../src/progress/chart.ts';
import { type LevelRecord, type OpenRun, type Progress, progressOf } from '../../src/progress/records.ts';

const passableOf = (id: string) => provedOf(id)?.passable ?? [];
const order = library.chapters.flatMap(({ levels }) => levels);

const record = (best: ReadonlyMap<number, number>): LevelRecord => ({ best, attempts: 1, hints: 0 });
function chart(records: Readonly<Record<string, LevelRecord>>, ...open: OpenRun[]): Chart {
  const progress: Progress = {
    levels: new Map(Object.entries(records)),
    open,
    runs: open,
    answers: [],
    settings: new Map(),
  };
  return chartOf(library, progress, passableOf);
}
const entriesOf = ({ chapters }: Chart) => chapters.flatMap(({ levels }) => levels);
const entryOf = (of: Chart, id: string) => entriesOf(of).find(({ level }) => level.id === id);

/** All levels, with these stars in every variant. */
const everywhere = (stars: number) =>
  Object.fromEntries(
    library.levels.map(level => [level.id, record(new Map(variantsOf(level).map((_, i) => [i, stars])))]),
  );

describe('the map', () => {
  test('holds every level of the library once, in the order of play', () => {
    expect(entriesOf(chart({})).map(({ level }) => level.id)).toEqual(order);
    expect(order.toSorted()).toEqual(library.levels.map(({ id }) => id).toSorted());
  });

  test('at first only what needs nothing is open, and the first level is next', () => {
    const first = chartOf(library, progressOf([]), passableOf);
    const open = entriesOf(first).filter(({ lockedBy }) => lockedBy === undefined);
    expect(open.flatMap(({ level }) => level.uses)).toEqual([]);
    expect(open.filter(({ level }) => level.system === 'linux')).toHaveLength(1);
    expect(first.next?.level.id).toBe(order[0]);
    expect(first.chapters.every(({ stars, of, levels }) => stars === 0 && of === 3 * levels.length)).toBe(
      true,
    );
  });

  test('whoever plays what comes next comes through all levels', () => {
    const records: Record<string, LevelRecord> = {};
    for (const id of order) {
      expect(chart(records).next?.level.id).toBe(id);
      records[id] = record(new Map([[0, 1]]));
    }
    expect(chart(records).next?.level.id).toBe(order[0]);
  });

  test('every level can have three stars, and then nothing comes next', () => {
    const full = chart(everywhere(3));
    expect(full.chapters.every(({ stars, of }) => stars === of)).toBe(true);
    expect(full.next).toBeUndefined();
    expect(entriesOf(chart(everywhere(2))).every(({ stars, finished }) => stars === 2 && finished)).toBe(
      true,
    );
  });

  test('a level that was left is next, even of a later chapter', () => {
    const id = order.at(-1)!;
    const open = { run: 'a', level: id, variant: 0, digest: 'd', events: [] };
    const left = chart({ [id]: record(new Map()) }, open);
    expect(left.next?.level.id).toBe(id);
    expect(entryOf(left, id)).toMatchObject({ underway: true, finished: false });
    expect(entryOf(left, id)?.lockedBy).toBeUndefined();
  });

  test('a level that is not in the library is named, and does not come next', () => {
    const open = { run: 'a', level: 'gone-since', variant: 0, digest: 'd', events: [] };
    const unknown = chart({ 'gone-since': record(new Map([[0, 3]])) }, open);
    expect(unknown.unknown).toEqual(['gone-since']);
    expect(unknown.next?.level.id).toBe(order[0]);
  });
});
