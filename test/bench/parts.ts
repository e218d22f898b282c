import { linux } from '../../src/machines/linux/linux.ts';
import { generateProgram } from '../../src/study/program.ts';
import { noticedIn } from '../machines/linux/noticed.ts';
import { type Figure, inTime, type Said } from './figures.ts';
import { CASES, type Case, withProbe } from './kernel.ts';
import { modelRound, timed } from './model.ts';
import { type Judgements, openFaults, rightVerdictsAt, verdictsAt } from './verdicts.ts';

/**
 * The parts of the bench. Each is measured in a process of its own, for what one has taught the engine would
 * slow down another: `node parts.mjs PART PROBE` prints what it found, as JSON; PROBE is the probe's source.
 */
const PAGES = 65_536;
const ROUNDS = 7;

const NAMES: Readonly<Record<Case, string>> = {
  read: 'zero page on a read',
  write: 'first write',
  copy: 'copy on write',
  reuse: 'reuse in place',
  fork: 'fork, per page',
};
const MOST_RATIO = 0.15;

const least = (numbers: readonly number[]): number => Math.min(...numbers);
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
const rounds = <T>(work: () => T, times = ROUNDS): T[] => Array.from({ length: times }, work);

const figures: Record<string, Figure> = {};
const alone = (name: string, ns: number, most?: number): void => {
  const bounded = most === undefined ? {} : { goal: `at most ${inTime(most)}`, met: ns <= most };
  figures[name] = { ns, kernelNs: null, ratio: null, ...bounded };
};

/** Faults and fork, a page: the model and the kernel in turns. Answers why there was no comparison. */
function besideTheKernel(): string | undefined {
  return withProbe(process.argv[3]!, probe => {
    for (let warm = 0; warm < ROUNDS; warm++) modelRound(PAGES);
    // After the probe, which goes through 256 MiB, the model's first round is one with cold caches.
    const measured = rounds(() => ({
      models: rounds(() => modelRound(PAGES), 3),
      kernel: typeof probe === 'string' ? undefined : probe(),
    }));
    for (const each of CASES) {
      const ns = least(measured.flatMap(({ models }) => models.map(model => model[each])));
      const kernelNs = least(measured.map(({ kernel }) => kernel?.[each] ?? Number.POSITIVE_INFINITY));
      const ratio = ns / kernelNs;
      figures[NAMES[each]] =
        kernelNs === Number.POSITIVE_INFINITY
          ? { ns, kernelNs: null, ratio: null }
          : { ns, kernelNs, ratio, goal: `ratio at most ${MOST_RATIO}`, met: ratio <= MOST_RATIO };
    }
    return typeof probe === 'string' ? probe : undefined;
  });
}

/** How much dearer a page may be in the largest of several worlds than in the cheapest of them. */
const FLAT = 2;

/** What a page costs of all five together, as processes and pages grow. */
function flatness(): void {
  const all = (pages: number, others: number, times: number): number =>
    least(
      Array.from({ length: times }, () => {
        const costs = modelRound(pages, others);
        return CASES.reduce((sum, each) => sum + costs[each], 0);
      }),
    );
  const asTheyGrow = (costs: ReadonlyMap<string, number>): void => {
    const most = FLAT * least([...costs.values()]);
    for (const [name, ns] of costs)
      figures[name] = {
        ns,
        kernelNs: null,
        ratio: null,
        goal: `at most ${FLAT} times the least of these`,
        met: ns <= most,
      };
  };
  const processes = [1, 10, 100, 1000].map(others => {
    const name = `all five, 1024 pages, ${others + 1} processes`;
    return [name, all(1024, others, others > 100 ? 4 : 4 * ROUNDS)] as const;
  });
  asTheyGrow(new Map(processes));
  const pages = [10, 12, 14, 16, 18, 20].map(power => {
    const name = `all five, 2^${power} pages, 2 processes`;
    return [name, all(2 ** power, 1, power > 16 ? 4 : power > 12 ? ROUNDS : 8 * ROUNDS)] as const;
  });
  asTheyGrow(new Map(pages));
}

function each<T>(things: readonly T[], times: number, work: (thing: T) => void): number {
  return least(
    rounds(
      () =>
        timed(things.length * times, () => {
          for (let i = 0; i < times; i++) for (const thing of things) work(thing);
        }),
      3 * ROUNDS,
    ),
  );
}

function worlds(): void {
  const clones: number[] = [];
  const keys: number[] = [];
  for (const courses of openFaults())
    for (const course of courses.filter(({ machine }) => machine === linux)) {
      clones.push(each([course], 50, ({ world }) => linux.clone(world)));
      keys.push(each([course], 50, ({ world, ideal }) => linux.key(world, ideal)));
    }
  alone('clone of the world of a typical level', median(clones), 5000);
  alone('key of the world of a typical level', median(keys), 5000);
}

function ofLevels(): void {
  const all = (judgements: readonly Judgements[]): number =>
    judgements.length * each(judgements, 5, ({ judge }) => judge());
  const sums = { rights: 0, eachAlone: 0, faultAtATime: 0 };
  const wrong: number[] = [];
  for (const faults of openFaults()) {
    const verdicts = verdictsAt(faults);
    const right = verdicts.filter(({ isRight }) => isRight);
    sums.rights += right.length;
    sums.eachAlone += all(right);
    sums.faultAtATime += all(rightVerdictsAt(faults));
    for (const { isRight, judge } of verdicts)
      if (!isRight) wrong.push(least([timed(1, judge), timed(1, judge)]));
  }
  const mean = 'verdict, right: mean over all levels';
  alone(`${mean}, the first at a fault`, sums.eachAlone / sums.rights, 50_000);
  alone(`${mean}, a fault at a time`, sums.faultAtATime / sums.rights, 50_000);
  alone('verdict, wrong: median over all levels', median(wrong), 5_000_000);
  alone('verdict, wrong: worst over all levels', Math.max(...wrong), 150_000_000);
}

function propertyRun(): void {
  const SEEDS = 200;
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
  const operations = seeds.reduce((sum, seed) => sum + generateProgram(seed, linux.knows).moves.length, 0);
  const ns = least(
    rounds(() =>
      timed(operations, () => {
        for (const seed of seeds) noticedIn(seed, '6.x', false);
      }),
    ),
  );
  figures['operation of the property run, all held'] = { ns, kernelNs: null, ratio: null, often: true };
}

const parts = { besideTheKernel, flatness, worlds, ofLevels, propertyRun };

const part = parts[process.argv[2] as keyof typeof parts];
const leftOut = part() ?? undefined;
console.log(JSON.stringify({ figures, leftOut } satisfies Said));
