import { linux } from '../../src/machines/linux/linux.ts';
import { generateProgram } from '../../src/study/program.ts';
import { noticedIn } from '../machines/linux/mutants.ts';
import { CASES, type Case, withProbe } from './kernel.ts';
import { modelRound, timed } from './model.ts';
import { openFaults, verdicts } from './verdicts.ts';

/**
 * `npm run bench [-- --json]`: what the model costs, beside the live kernel that this runs on, and beside its
 * goals. Faults are decided by `best` and carried out by `apply`, invariants off. Rounds of model and kernel
 * alternate, and the least of each counts, for what disturbs a round only adds to it. `--json` prints
 * {name: {ns, kernelNs, ratio}}; the last two are null where there is nothing to compare with.
 */
const PAGES = 65_536;
const ROUNDS = 7;

interface Figure {
  readonly ns: number;
  readonly kernelNs: number | null;
  readonly ratio: number | null;
  readonly goal?: string;
  readonly met?: boolean;
}

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
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const rounds = <T>(work: () => T): T[] => Array.from({ length: ROUNDS }, work);

const figures: Record<string, Figure> = {};
const alone = (name: string, ns: number, most?: number): void => {
  const bounded = most === undefined ? {} : { goal: `at most ${inTime(most)}`, met: ns <= most };
  figures[name] = { ns, kernelNs: null, ratio: null, ...bounded };
};

/** Faults and fork, a page: the model and the kernel in turns. Answers why there was no comparison. */
function besideTheKernel(): string | undefined {
  return withProbe(probe => {
    for (let warm = 0; warm < ROUNDS; warm++) modelRound(PAGES);
    const measured = rounds(() => ({
      model: modelRound(PAGES),
      kernel: typeof probe === 'string' ? undefined : probe(),
    }));
    for (const each of CASES) {
      const ns = least(measured.map(({ model }) => model[each]));
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

/** What a page costs of all five together, as processes and pages grow. */
function flatness(): void {
  const all = (pages: number, others: number, times: number): number =>
    least(
      Array.from({ length: times }, () => {
        const costs = modelRound(pages, others);
        return CASES.reduce((sum, each) => sum + costs[each], 0);
      }),
    );
  for (const others of [1, 10, 100, 1000])
    alone(`all five, 1024 pages, ${others + 1} processes`, all(1024, others, others > 100 ? 2 : 10));
  for (const power of [10, 12, 14, 16, 18, 20])
    alone(`all five, 2^${power} pages, 2 processes`, all(2 ** power, 1, power > 16 ? 2 : 10));
}

function worldsAndVerdicts(): void {
  const courses = openFaults();
  const TIMES = 50;
  const each = (work: (course: (typeof courses)[number]) => void): number =>
    least(
      rounds(() =>
        timed(courses.length * TIMES, () => {
          for (let i = 0; i < TIMES; i++) for (const course of courses) work(course);
        }),
      ),
    );
  alone(
    'clone of a level world',
    each(({ world }) => linux.clone(world)),
    5000,
  );
  alone(
    'key of a level world',
    each(({ world, ideal }) => linux.key(world, ideal)),
    5000,
  );
  verdicts(courses);
  const { right, wrong } = verdicts(courses);
  alone('verdict, right: mean over all levels', mean(right), 50_000);
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
        for (const seed of seeds) noticedIn(seed, '6.x');
      }),
    ),
  );
  alone('operation of the property run, all held', ns);
}

function inTime(ns: number): string {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(1)} ms`;
  return ns >= 1e4 ? `${(ns / 1e3).toFixed(1)} us` : `${ns.toFixed(0)} ns`;
}

const leftOut = besideTheKernel();
flatness();
worldsAndVerdicts();
propertyRun();

if (process.argv.includes('--json')) {
  const plain = Object.entries(figures).map(([name, { ns, kernelNs, ratio }]) => [
    name,
    { ns, kernelNs, ratio },
  ]);
  console.log(JSON.stringify(Object.fromEntries(plain), null, 2));
  if (leftOut !== undefined) console.error(`The comparison with the kernel was left out: ${leftOut}.`);
} else {
  for (const [name, { ns, kernelNs, ratio, goal, met }] of Object.entries(figures)) {
    const kernel = kernelNs === null ? '' : `kernel ${inTime(kernelNs)}, ratio ${ratio!.toFixed(3)}`;
    const judged = goal === undefined ? '' : `${goal}: ${met ? 'met' : 'MISSED'}`;
    console.log(`${name.padEnd(41)} ${inTime(ns).padStart(9)}  ${kernel.padEnd(30)} ${judged}`.trimEnd());
  }
  if (leftOut !== undefined) console.log(`The comparison with the kernel was left out: ${leftOut}.`);
}
