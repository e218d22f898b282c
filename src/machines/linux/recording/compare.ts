import type { FrameState, Operation, Recording, VmaLine } from './format.ts';

/** A place where what the machine did is not what was recorded. */
export interface Difference {
  /** Index of the operation in its program. */
  readonly step: number;
  readonly operation: string;
  /** The field of the record, as in 'v', 'pte p1 3' or 'fr f0 mc'. */
  readonly what: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/**
 * Compares a recording with a replay of its program: each operation's results, and after it every entry,
 * frame and VMA. Frames and shared objects may have any names, as long as two that differ here differ
 * there. What goes on being different is reported once.
 * @param replay what the machine did; shorter than the recording where it does not know an operation
 */
export function compare({ ops, drained }: Recording, replay: readonly Operation[]): Difference[] {
  const recorded = new State();
  const replayed = new State();
  const names = new Correspondence();
  const differences: Difference[] = [];
  let standing = new Set<string>();
  for (const [step, got] of replay.entries()) {
    const expected = ops[step]!;
    recorded.apply(expected);
    replayed.apply(got);
    const found: Found[] = [];
    for (const [what, absent] of RESULTS) {
      const one = expected[what] ?? absent;
      const other = got[what] ?? absent;
      if (!isSame(one, other)) found.push({ what, expected: one, got: other });
    }
    const stateFound = compareStates(recorded, replayed, names, drained);
    found.push(...stateFound.filter(difference => !standing.has(JSON.stringify(difference))));
    standing = new Set(stateFound.map(difference => JSON.stringify(difference)));
    differences.push(...found.map(difference => ({ step, operation: expected.op, ...difference })));
  }
  return differences;
}

type Found = Omit<Difference, 'step' | 'operation'>;

/** The results of an operation, and what stands for a field that is left out. */
const RESULTS = [
  ['ret', 0],
  ['err', null],
  ['v', null],
  ['sig', null],
  ['flt', []],
  ['maj', []],
  ['out', []],
  ['around', []],
] as const satisfies readonly (readonly [keyof Operation, unknown])[];

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Entries, frames and VMAs after an operation: the sum of what changed up to it. */
class State {
  readonly pte = new Map<string, Map<number, string>>();
  readonly vma = new Map<string, readonly VmaLine[]>();
  readonly frames = new Map<string, FrameState>();

  apply({ op, pte = {}, fr = {}, vma = {} }: Operation): void {
    const [process = '', verb] = op.split(/\s+/);
    if (verb === 'exit') {
      this.pte.delete(process);
      this.vma.delete(process);
    }
    for (const [name, lines] of Object.entries(vma)) this.vma.set(name, lines);
    for (const [name, state] of Object.entries(fr))
      if (state === null) this.frames.delete(name);
      else this.frames.set(name, state);
    for (const [name, changes] of Object.entries(pte)) {
      const entries = this.pte.get(name) ?? new Map<number, string>();
      this.pte.set(name, entries);
      for (const [page, frame] of Object.entries(changes))
        if (frame === null) entries.delete(Number(page));
        else entries.set(Number(page), frame);
    }
  }

  /** The names that entries and VMAs use now. */
  names(): Set<string> {
    const used = new Set<string>();
    for (const entries of this.pte.values()) for (const name of entries.values()) used.add(freePart(name));
    for (const lines of this.vma.values())
      for (const [, , , kind] of lines) if (isObject(kind)) used.add(kind);
    return used;
  }
}

/** `f3` of an anonymous frame, `s3` of a swap slot, `sh1` of page 2 of a shared object, `sh1.2`. */
const FREE = /^(f|s|sh)\d+(?=$|\.)/;
const freePart = (name: string): string => FREE.exec(name)?.[0] ?? name;
const kindOf = (name: string): string | undefined => FREE.exec(name)?.[1];
const fixedPart = (name: string): string => name.replace(FREE, '');

/** Which name of the recording stands for which of the replay: found out on the way, one to one. */
class Correspondence {
  private readonly there = new Map<string, string>();
  private readonly back = new Map<string, string>();

  /** Do the two names stand for the same? Two that are both new do from now on. */
  matches(recorded: string, replayed: string): boolean {
    if (kindOf(recorded) !== kindOf(replayed) || fixedPart(recorded) !== fixedPart(replayed)) return false;
    if (kindOf(recorded) === undefined) return true;
    const one = freePart(recorded);
    const other = freePart(replayed);
    if (!this.there.has(one) && !this.back.has(other)) {
      this.there.set(one, other);
      this.back.set(other, one);
    }
    return this.there.get(one) === other;
  }

  toReplay(name: string): string | undefined {
    if (kindOf(name) === undefined) return name;
    const other = this.there.get(freePart(name));
    return other === undefined ? undefined : other + fixedPart(name);
  }

  /** The recording's name for what the replay calls so. */
  toRecording(name: string): string {
    if (kindOf(name) === undefined) return name;
    const one = this.back.get(freePart(name));
    return one === undefined ? `${name} of the replay` : one + fixedPart(name);
  }

  /** Forgets names that are in use no longer, so that they may be given again. */
  keep(recorded: ReadonlySet<string>, replayed: ReadonlySet<string>): void {
    for (const [one, other] of this.there)
      if (!recorded.has(one) && !replayed.has(other)) {
        this.there.delete(one);
        this.back.delete(other);
      }
  }
}

function compareStates(recorded: State, replayed: State, names: Correspondence, drained: boolean): Found[] {
  const found: Found[] = [];
  for (const process of union(recorded.vma, replayed.vma))
    compareVmas(process, recorded.vma.get(process), replayed.vma.get(process), names, found);
  for (const process of union(recorded.pte, replayed.pte))
    compareEntries(process, recorded.pte.get(process), replayed.pte.get(process), names, found);
  for (const [name, expected] of recorded.frames) {
    const other = names.toReplay(name);
    const got = other === undefined ? undefined : replayed.frames.get(other);
    compareFrames(name, expected, got, drained, found);
  }
  for (const [name, got] of replayed.frames) {
    const one = names.toRecording(name);
    if (!recorded.frames.has(one)) found.push({ what: `fr ${one}`, expected: null, got });
  }
  names.keep(recorded.names(), replayed.names());
  return found;
}

function union<K>(a: ReadonlyMap<K, unknown>, b: ReadonlyMap<K, unknown>): K[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort((one, other) =>
    String(one).localeCompare(String(other), 'en', { numeric: true }),
  );
}

function compareVmas(
  process: string,
  expected: readonly VmaLine[] = [],
  got: readonly VmaLine[] = [],
  names: Correspondence,
  found: Found[],
): void {
  const matches = ([start, pages, perm, kind, pgoff]: VmaLine, other: VmaLine | undefined): boolean =>
    other !== undefined &&
    isSame([start, pages, perm, pgoff], [other[0], other[1], other[2], other[4]]) &&
    sameKind(kind, other[3], names);
  if (expected.length === got.length && expected.every((line, i) => matches(line, got[i]))) return;
  const renamed = got.map(([start, pages, perm, kind, ...pgoff]) => [
    start,
    pages,
    perm,
    isObject(kind) ? names.toRecording(kind) : kind,
    ...pgoff,
  ]);
  found.push({ what: `vma ${process}`, expected, got: renamed });
}

/** In a VMA `f0` is the file 0, whose name is given. */
const isObject = (kind: string): boolean => kind.startsWith('sh');
const sameKind = (a: string, b: string, names: Correspondence): boolean =>
  isObject(a) && isObject(b) ? names.matches(a, b) : a === b;

function compareEntries(
  process: string,
  expected: ReadonlyMap<number, string> = new Map(),
  got: ReadonlyMap<number, string> = new Map(),
  names: Correspondence,
  found: Found[],
): void {
  for (const page of union(expected, got)) {
    const one = expected.get(page);
    const other = got.get(page);
    if (one !== undefined && other !== undefined && names.matches(one, other)) continue;
    found.push({
      what: `pte ${process} ${page}`,
      expected: one ?? null,
      got: other === undefined ? null : names.toRecording(other),
    });
  }
}

function compareFrames(
  name: string,
  expected: FrameState,
  got: FrameState | undefined,
  drained: boolean,
  found: Found[],
): void {
  if (got === undefined) {
    found.push({ what: `fr ${name}`, expected, got: null });
    return;
  }
  const flags = ({ fl }: FrameState): string => (drained ? fl : fl.replace(/[lmu]/g, ''));
  const pairs = [
    ['mc', expected.mc, got.mc],
    ['fl', flags(expected), flags(got)],
    ['c', expected.c, got.c],
  ] as const;
  for (const [field, one, other] of pairs)
    if (!isSame(one, other)) found.push({ what: `fr ${name} ${field}`, expected: one, got: other });
}
