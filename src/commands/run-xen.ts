import { execute } from '../game/execution.ts';
import { costText } from '../game/words.ts';
import { describe } from '../language/print.ts';
import type { AnyMachine } from '../machines/machine.ts';
import { guests } from '../machines/registry.ts';
import { GuestFull } from '../machines/xen/guest.ts';
import { hostProgram } from '../study/guest.ts';
import { beatsFrom, type Point, tableCosts } from '../study/table-costs.ts';
import { executedText } from '../ui/plain/executed.ts';
import { plotLines } from '../ui/plain/plot.ts';
import { fill, texts } from '../ui/texts.ts';
import { type Io, UsageError } from './io.ts';
import { readProgram } from './program.ts';

/**
 * `cowhand run --system xen --guest FILE [--json]`: a program of Linux in a guest: what its kernel asks for, what the
 * hypervisor does, and what both cost.
 * @throws LanguageError for a bad program, UsageError for one that the guest has no room for
 */
export async function runGuest(file: string, machine: AnyMachine, json: boolean, io: Io): Promise<number> {
  const kernel = guests.linux;
  const program = await readProgram(file, io, kernel);
  try {
    const { operations, whole } = hostProgram(kernel, machine, program);
    if (json) io.stdout.write(`${JSON.stringify(operations, null, 2)}\n`);
    else {
      const rules = machine.rules.at(-1)!;
      const world = machine.boot(whole, rules);
      const executed = execute(machine, whole, rules, world);
      const end = () => ({ final: machine.view(world) });
      const costs = operations.flatMap(({ move, native, hosted }) => [
        `${move.process} ${describe(move, program.regions)}.`,
        `   ${fill(texts.guest.cost, { native: costText(native), hosted: costText(hosted) })}`,
      ]);
      for (const text of executedText(machine.system, whole, executed, end)) io.stdout.write(text);
      io.stdout.write([texts.guest.title, ...costs, ''].join('\n'));
    }
  } catch (error) {
    if (error instanceof GuestFull)
      throw new UsageError(`${file}: ${error.message}; expected a smaller program`);
    throw error;
  }
  return 0;
}

/**
 * `cowhand run --system xen --plot [--cpus N] [--json]`: what stores to a page table cost, by the way that they are made.
 * @throws UsageError for a number of CPUs that is not drawn
 */
export function plot(cpus = '1', json: boolean, io: Io): number {
  if (!/^[1-4]$/.test(cpus)) throw new UsageError(`'${cpus}' CPUs; expected 1 to 4`);
  const points = tableCosts(Number(cpus), MOST_STORES);
  io.stdout.write(json ? `${JSON.stringify(points, null, 2)}\n` : plotted(points, cpus));
  return 0;
}

/** As many as fit beside the scale in 80 columns. */
const MOST_STORES = 60;

/** The three ways to change a table as curves, and where they cross. */
function plotted(points: readonly Point[], cpus: string): string {
  const words = texts.plot;
  const from = (way: keyof Point, other: keyof Point) => String(beatsFrom(points, way, other) ?? words.never);
  return [
    fill(words.title, { cpus: Number(cpus), most: MOST_STORES }),
    '',
    ...plotLines(
      [
        { letter: 'e', values: points.map(({ emulate }) => emulate) },
        { letter: 'b', values: points.map(({ batch }) => batch) },
        { letter: 'u', values: points.map(({ unhook }) => unhook) },
      ],
      PLOT_HEIGHT,
    ),
    '',
    words.legend,
    fill(words.crossings, { unhook: from('unhook', 'emulate'), batch: from('unhook', 'batch') }),
    words.prices,
    '',
  ].join('\n');
}
const PLOT_HEIGHT = 14;
