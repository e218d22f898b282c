import type { Executed } from '../../game/execution.ts';
import { outcomeOf } from '../../game/steps.ts';
import { costText, ruleText, servedLabel } from '../../game/words.ts';
import type { Program, Region } from '../../language/moves.ts';
import { describe } from '../../language/print.ts';
import type { Cost, View } from '../../machines/machine.ts';
import { fill, texts } from '../texts.ts';
import { changeLines, eventTitle, pictureLines, registerName } from './words.ts';

const words = texts.run;

/** An operation that was carried out, the `n`th: its faults and who served them how, what it showed and changed. */
export const executedLines = (
  system: string,
  regions: readonly Region[],
  { move, faults, seen, before, after }: Executed,
  n: number,
): string[] => [
  fill(words.operation, { n, operation: `${move.process} ${describe(move, regions)}` }),
  ...[
    ...faults.flatMap(({ trap, decision, reason }) => [
      fill(words.fault, {
        title: eventTitle(trap),
        registers: trap.registers
          .map(([name, value]) => fill(texts.plain.register, { name: registerName(name), value }))
          .join(' '),
      }),
      fill(words.decision, { decision, label: servedLabel(system, decision, reason) }),
      fill(texts.plain.rule, { rule: ruleText(system, reason) }),
      fill(texts.plain.function, { function: reason.function }),
    ]),
    fill(words.seen, { process: move.process, seen: outcomeOf(seen) }),
    ...changeLines(before, after),
  ].map(line => `   ${line}`),
];

/** What there is once all operations of a program are carried out. */
export interface End {
  readonly final: View;
  readonly cost?: Cost;
}

/**
 * A whole program: its operations, what they took together, and the state at the end, piece by piece: the whole may be
 * large.
 * @param end is asked when all of `executed` has been taken
 */
export function* executedText(
  system: string,
  { regions }: Program,
  executed: Iterable<Executed>,
  end: () => End,
): Generator<string, void, undefined> {
  let n = 1;
  for (const each of executed) yield `${executedLines(system, regions, each, n++).join('\n')}\n`;
  const { final, cost } = end();
  const costs = cost === undefined ? [] : [fill(words.cost, { cost: costText(cost) })];
  yield [...costs, words.final, ...pictureLines(final), ''].join('\n');
}
