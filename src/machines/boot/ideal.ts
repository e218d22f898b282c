import type { Move, Program, Seen } from '../../language/moves.ts';
import type { Ideal } from '../machine.ts';

/** What a starting machine promises, without any table: two ranges of addresses, by arithmetic. */
export interface IdealBoot {
  readonly bytes: ReadonlyMap<number, number>;
  /** Bytes that are mapped at PAGE_OFFSET, and those at 0. */
  readonly high: number;
  readonly low: number;
  readonly paging: boolean;
  readonly eip: number;
  readonly gone: boolean;
}

const OFFSET = 3 * 2 ** 30;
const MEGABYTE = 2 ** 20;
const MEMORY = 16 * MEGABYTE;

const done: Seen = { kind: 'done' };
const reset = (address: number): Seen => ({ kind: 'signal', signal: 'CRASH', code: 'TRIPLE', address });

/** The place in memory of an address; undefined where touching it resets the machine. */
export function placeOf({ paging, high, low }: IdealBoot, at: number): number | undefined {
  if (!paging || at < low) return at;
  return at >= OFFSET && at < OFFSET + high ? at - OFFSET : undefined;
}

function after(ideal: IdealBoot, move: Move): { seen: Seen; next: IdealBoot } {
  if (ideal.gone) return { seen: reset(0), next: ideal };
  const touch = (
    at: number,
    seen: (place: number) => Seen,
    change: (place: number) => Partial<IdealBoot>,
  ) => {
    const place = placeOf(ideal, at);
    return place === undefined
      ? { seen: reset(at), next: { ...ideal, gone: true } }
      : { seen: seen(place), next: { ...ideal, ...change(place) } };
  };
  const goOn = (next: IdealBoot) =>
    placeOf(next, next.eip) === undefined
      ? { seen: reset(next.eip), next: { ...next, gone: true } }
      : { seen: done, next };
  switch (move.op) {
    case 'peek':
      return touch(
        move.at,
        place => ({ kind: 'value', bytes: [place < MEMORY ? (ideal.bytes.get(place) ?? 0) : 255] }),
        () => ({}),
      );
    case 'poke':
      return touch(
        move.at,
        () => done,
        place => (place < MEMORY ? { bytes: new Map(ideal.bytes).set(place, move.value) } : {}),
      );
    case 'goto':
      return touch(
        move.at,
        () => done,
        () => ({ eip: move.at }),
      );
    case 'tables':
      return goOn({ ...ideal, high: move.count * 4 * MEGABYTE, low: move.count * 4 * MEGABYTE });
    case 'paging':
      return goOn({ ...ideal, paging: true });
    case 'zaplow':
      return goOn({ ...ideal, low: 0 });
    default:
      throw new RangeError(`a machine that is starting has no ${move.op}`);
  }
}

export const bootIdeal: Ideal<{ state: IdealBoot }> = {
  boot: (_program: Program) => ({
    state: { bytes: new Map(), high: 0, low: 0, paging: false, eip: MEGABYTE, gone: false },
  }),
  clone: ({ state }) => ({ state }),
  expect: ({ state }, move) => [after(state, move).seen],
  advance(ideal, move) {
    ideal.state = after(ideal.state, move).next;
  },
};
