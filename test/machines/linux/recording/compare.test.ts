import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../../../src/machines/linux/recording/compare.ts';
import type { Operation, Recording } from '../../../../src/machines/linux/recording/format.ts';
import { replay } from '../../../../src/machines/linux/recording/replay.ts';
import { recorded } from '../../../conformance/data.ts';

const recordings = recorded.map(({ recording }) => recording);
const named = (id: string): Recording => recordings.find(recording => recording.id === id)!;
const anyRecording = fc.constantFrom(...recordings);

/** Gives frames and shared objects other names, one to one; in a VMA `f0` is a file, and stays. */
function renamed(ops: readonly Operation[], rename: (kind: string, number: number) => number): Operation[] {
  const of = (name: string): string =>
    name.replace(
      /^(f|sh)(\d+)/,
      (_, kind: string, number: string) => `${kind}${rename(kind, Number(number))}`,
    );
  return ops.map(({ pte, fr, vma, ...rest }) => ({
    ...rest,
    ...(pte && { pte: mapValues(pte, entries => mapValues(entries, name => name && of(name))) }),
    ...(fr && { fr: Object.fromEntries(Object.entries(fr).map(([name, state]) => [of(name), state])) }),
    ...(vma && {
      vma: mapValues(vma, lines =>
        lines.map(([start, pages, perm, kind, ...pgoff]) => {
          const name = kind.startsWith('sh') ? of(kind) : kind;
          return [start, pages, perm, name, ...pgoff] as unknown as NonNullable<Operation['vma']>[string][0];
        }),
      ),
    }),
  }));
}

const mapValues = <V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

/** The recording with one operation changed. */
const changed = (recording: Recording, step: number, change: Partial<Operation>): Recording => ({
  ...recording,
  ops: recording.ops.map((operation, i) => (i === step ? { ...operation, ...change } : operation)),
});

describe('names are free', () => {
  test('a recording agrees with itself under other names', () => {
    fc.assert(
      fc.property(anyRecording, fc.integer({ min: 1, max: 97 }), (recording, by) => {
        const other = renamed(recording.ops, (_, number) => (number * by) % 101);
        expect(compare(recording, other)).toEqual([]);
        expect(compare({ ...recording, ops: other }, recording.ops)).toEqual([]);
      }),
    );
  });

  test('names that are given again, once nobody uses them, agree too', () => {
    fc.assert(
      fc.property(anyRecording, recording => {
        expect(compare(recording, renamed(recording.ops, leastFree(recording.ops)))).toEqual([]);
      }),
    );
  });

  /** Numbers frames by the order of their first entry, but takes numbers again after their frame is gone. */
  function leastFree(ops: readonly Operation[]): (kind: string, number: number) => number {
    const given = new Map<string, number>();
    const lives = new Map<string, [first: number, last: number]>();
    for (const { i, fr = {} } of ops)
      for (const name of Object.keys(fr)) lives.set(name, [lives.get(name)?.[0] ?? i, i]);
    const last = (name: string): number => {
      const end = lives.get(name)![1];
      return ops[end]!.fr![name] === null ? end : Number.POSITIVE_INFINITY;
    };
    for (const [name, [first]] of [...lives].sort(([, [a]], [, [b]]) => a - b)) {
      if (!/^f\d+$/.test(name)) continue;
      const taken = [...given].filter(([other]) => last(other) > first - 1).map(([, number]) => number);
      let number = 0;
      while (taken.includes(number)) number++;
      given.set(name, number);
    }
    return (kind, number) => (kind === 'f' ? given.get(`f${number}`)! : number);
  }

  test('two frames may not be one', () => {
    const recording = named('cow_parent_writes');
    const merged = renamed(recording.ops, () => 0);
    expect(compare(recording, merged)[0]).toMatchObject({
      step: 3,
      operation: 'p0 write 0 34',
      what: 'pte p0 0',
      expected: 'f1',
      got: 'f0',
    });
  });
});

describe('what is not as recorded is reported where it happened', () => {
  const story = named('cow_parent_writes');
  const { ops } = story;
  const frames = ops[3]!.fr!;

  test.each<[string, number, Partial<Operation>, object]>([
    ['a value', 4, { v: [18] }, { what: 'v', expected: [18], got: [17] }],
    ['an error', 0, { ret: -1 }, { what: 'ret', expected: -1, got: 0 }],
    ['an errno', 0, { err: 'ENOMEM' }, { what: 'err', expected: 'ENOMEM', got: null }],
    [
      'a signal',
      5,
      { sig: ['SEGV', 'ACCERR', 0, 0, 4] },
      { what: 'sig', expected: ['SEGV', 'ACCERR', 0, 0, 4], got: null },
    ],
    ['a fault too many', 3, { flt: [] }, { what: 'flt', expected: [], got: [['p0', 0, 0, 'u']] }],
    [
      'the mode of a fault',
      3,
      { flt: [['p0', 0, 0, 'k']] },
      { what: 'flt', expected: [['p0', 0, 0, 'k']], got: [['p0', 0, 0, 'u']] },
    ],
    ['a major fault', 3, { maj: [['p0', 0]] }, { what: 'maj', expected: [['p0', 0]], got: [] }],
    [
      'an outcome',
      3,
      { out: [[0, 'reused in place']] },
      { what: 'out', expected: [[0, 'reused in place']], got: [[0, 'copied']] },
    ],
    ['a page around', 3, { around: [1] }, { what: 'around', expected: [1], got: [] }],
    [
      'an entry',
      3,
      { pte: { p0: { 0: 'f0' } }, fr: { f0: frames['f0']! } },
      { what: 'pte p0 0', expected: 'f0', got: 'f1 of the replay' },
    ],
    ['a kind of page', 3, { pte: { p0: { 0: 'zero' } } }, { what: 'pte p0 0', expected: 'zero' }],
    [
      'a mapcount',
      3,
      { fr: { ...frames, f0: { mc: 2, fl: 'abl1', c: [17, 0, 0] } } },
      { what: 'fr f0 mc', expected: 2, got: 1 },
    ],
    [
      'a flag',
      3,
      { fr: { ...frames, f0: { mc: 1, fl: 'ablx1', c: [17, 0, 0] } } },
      { what: 'fr f0 fl', expected: 'ablx1', got: 'abl1' },
    ],
    [
      'contents',
      3,
      { fr: { ...frames, f0: { mc: 1, fl: 'abl1', c: 17 } } },
      { what: 'fr f0 c', expected: 17, got: [17, 0, 0] },
    ],
    [
      'a frame that is gone',
      6,
      { fr: {} },
      { what: 'fr f0', expected: { mc: 1, fl: 'abl1', c: [17, 0, 0] }, got: null },
    ],
    [
      'a VMA',
      2,
      { vma: { p1: [[0, 1, 'r--p', 'anon']] } },
      { what: 'vma p1', expected: [[0, 1, 'r--p', 'anon']], got: [[0, 1, 'rw-p', 'anon']] },
    ],
  ])('%s', (_, step, change, difference) => {
    const [first] = compare(changed(story, step, change), ops);
    expect(first).toMatchObject({ step, operation: ops[step]!.op, ...difference });
  });

  test('what stays different is reported once', () => {
    const wrong = { fr: { f0: { mc: 3, fl: 'abl', c: [17, 0, 0] } } };
    expect(compare(changed(story, 2, wrong), ops)).toHaveLength(1);
  });

  test('any result of any operation', () => {
    fc.assert(
      fc.property(anyRecording, fc.nat(), (recording, at) => {
        const step = at % recording.ops.length;
        const wrong = changed(recording, step, { v: [256] });
        expect(compare(wrong, recording.ops)).toMatchObject([{ step, what: 'v' }]);
      }),
    );
  });

  test('nothing after the replay ended', () => {
    expect(compare(changed(story, 5, { v: [256] }), ops.slice(0, 5))).toEqual([]);
  });
});

describe('where batches were not drained', () => {
  const undrained: Recording = { ...named('reuse_child_exit'), drained: false };
  const reuse = undrained.ops.findIndex(({ out }) => out?.some(([, label]) => label === 'reused in place'));

  test('the replay copies where the kernel copied instead of reusing', () => {
    const { op, i } = undrained.ops[reuse]!;
    const copies = changed(undrained, reuse, { out: [[0, 'copied']] });
    const replayed = replay(copies, 'a.json');
    expect(replayed[reuse]).toMatchObject({ i, op, out: [[0, 'copied']], fr: { f0: null } });
    expect(replay(undrained, 'a.json')[reuse]).toMatchObject({ out: [[0, 'reused in place']] });
    expect(replay({ ...copies, drained: true }, 'a.json')[reuse]).toMatchObject({
      out: [[0, 'reused in place']],
    });
  });

  test('a frame need not be on a list of the LRU', () => {
    const without = undrained.ops.map(({ fr, ...rest }) => ({
      ...rest,
      ...(fr && { fr: mapValues(fr, state => state && { ...state, fl: state.fl.replace('l', '') }) }),
    }));
    expect(compare({ ...undrained, ops: without }, undrained.ops)).toEqual([]);
    expect(compare({ ...undrained, drained: true, ops: without }, undrained.ops)).not.toEqual([]);
  });
});
