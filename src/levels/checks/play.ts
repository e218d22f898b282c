import { CELL_SIZE } from '../../language/moves.ts';
import { machineOf } from '../../machines/registry.ts';
import type { LoadedLevel } from '../compile.ts';
import { begin } from '../course.ts';
import { END, type Graph, type Node } from '../explore.ts';
import { unaskedReasons } from '../form.ts';
import { type Problem, problemAt, tidy } from '../problem.ts';
import { deadEnds, type Proof } from '../proof.ts';
import { beyondBounds } from '../race.ts';
import { movingSteps, stepsOf, type Variant, variantName, variantsOf } from '../variants.ts';
import { isWatched } from '../watch.ts';

/** How a fault begins that is no fault of ours. */
const BEYOND = 'BeyondBounds: ';

export const inVariant = (variant: Variant | undefined): string => {
  const name = variantName(variant ?? {});
  return name === '' ? '' : ` with ${name}`;
};

/** It does not start solved, it can be solved, and every right answer leads to the end. */
export function courseProblems({ level, placeOf }: LoadedLevel, { graphs, winning }: Proof): Problem[] {
  const problems: Problem[] = [];
  const variants = variantsOf(level);
  for (const graph of graphs) {
    if (graph.faults.length > 0) continue;
    const where = inVariant(variants[graph.variant]);
    if (graph.root === END)
      problems.push(
        problemAt(
          placeOf('script'),
          'start',
          `nothing is asked${where}: the level starts solved; expected an access that ${level.depth === 'decide' ? 'faults' : 'can be foretold'}`,
        ),
      );
    const lacks =
      level.depth === 'predict' ? unaskedReasons(machineOf(level.system)!.fields, level.menu) : [];
    const check = winning[graph.variant] === 0 ? 'solvable' : 'dead-end';
    for (const { place, reference } of deadEnds(graph))
      problems.push(
        problemAt(
          place,
          check,
          `no answer on offer is right here${where}${check === 'solvable' ? ', so the level cannot be solved' : ''}; expected ${lacks.length > 0 ? lacks.join(', ') : reference} on the menu`,
        ),
      );
  }
  return tidy(problems);
}

/** A race that cannot be gone through whole is refused, with its figure. */
export function boundsProblems({ level, placeOf }: LoadedLevel): Problem[] {
  if (level.depth !== 'order' && (level.depth !== 'break' || isWatched(level))) return [];
  const variants = variantsOf(level);
  return tidy(
    variants.flatMap((variant, index) => {
      const figure = beyondBounds(begin(level, index));
      return figure === undefined
        ? []
        : [problemAt(placeOf('script'), 'bounds', `too much to go through${inVariant(variant)}: ${figure}`)];
    }),
  );
}

/** System calls of the set-up that fail do nothing: the picture is not what the file seems to say. */
export function setupProblems({ level }: LoadedLevel): Problem[] {
  const problems: Problem[] = [];
  for (const [index, variant] of variantsOf(level).entries()) {
    const steps = movingSteps(stepsOf(level.setup, variant));
    let at = 0;
    begin(level, index, (_, seen) => {
      const step = steps[at++];
      if (step !== undefined && seen.kind === 'error')
        problems.push(
          problemAt(
            step.place,
            'setup',
            `'${step.text}' fails with ${seen.errno}${inVariant(variant)}; expected a call that succeeds`,
          ),
        );
    });
  }
  return tidy(problems);
}

/** Faults of our own machine and judge, among them a wrong decision without a consequence. */
export function ownFaults({ level }: LoadedLevel, { graphs }: Proof): Problem[] {
  const variants = variantsOf(level);
  return tidy(
    graphs.flatMap(({ faults, variant }) =>
      faults.map(({ place, message }) =>
        problemAt(
          place,
          message.startsWith(BEYOND) ? 'bounds' : 'our-fault',
          message.startsWith(BEYOND)
            ? `${message.slice(BEYOND.length)}${inVariant(variants[variant])}`
            : `${message}${inVariant(variants[variant])} (our fault, not the level's)`,
        ),
      ),
    ),
  );
}

/**
 * What a copy saves can be told by the numbers on the screen. Pages of zeros that only a wasteful decision
 * has brought about are the player's own.
 */
export function cellProblems({ level }: LoadedLevel, { graphs }: Proof): Problem[] {
  if (level.depth !== 'predict' && !level.menu.includes('copy')) return [];
  return tidy(
    graphs
      .flatMap(nodesPlayedWell)
      .filter(node => mayCopy(node) && !isTellable(node))
      .map(({ place, cells }) =>
        problemAt(
          place,
          'cells',
          `the page holds ${cells.join(' ')}; expected two different cells that are not 0, one untouched by this access`,
        ),
      ),
  );
}

/** The states that can be reached by optimal decisions. */
export function nodesPlayedWell({ root, nodes }: Graph): readonly Node[] {
  const reached = new Set([root]);
  for (const key of reached)
    for (const { verdict, next } of nodes.get(key)?.options ?? [])
      if (verdict === 'optimal' && next !== undefined) reached.add(next);
  return [...reached].flatMap(key => nodes.get(key) ?? []);
}

const mayCopy = ({ rule, facts, question: { move } }: Node): boolean =>
  rule !== 'no-fault' &&
  move.op === 'write' &&
  (facts['entryKind'] === 'anon' || facts['entryKind'] === 'shared');

function isTellable({ cells, question: { move } }: Node): boolean {
  const touched = 'offset' in move ? Math.floor(move.offset / CELL_SIZE) : -1;
  return (
    new Set(cells.filter(cell => cell !== 0)).size >= 2 && cells.some((c, i) => c !== 0 && i !== touched)
  );
}
