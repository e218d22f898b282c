import { parseArgs } from 'node:util';
import { type Executed, execute, rowChanges } from '../game/execution.ts';
import { outcomeOf } from '../game/steps.ts';
import { costText, ruleText } from '../game/words.ts';
import { isRecordable, type Program, SETTINGS, type Settings } from '../language/moves.ts';
import { describe, printProgram } from '../language/print.ts';
import type { AnyMachine, Cost, View } from '../machines/machine.ts';
import { guests, machineOf, machines } from '../machines/registry.ts';
import { GuestFull } from '../machines/xen/guest.ts';
import { hostProgram } from '../study/guest.ts';
import { generateProgram } from '../study/program.ts';
import { beatsFrom, type Point, tableCosts } from '../study/table-costs.ts';
import { executedLines } from '../ui/plain/executed.ts';
import { plotLines } from '../ui/plain/plot.ts';
import { pictureLines } from '../ui/plain/words.ts';
import { fill, texts } from '../ui/texts.ts';
import { type Io, UsageError } from './io.ts';
import { readProgram, withSettings } from './program.ts';
import { seedFrom } from './seed.ts';

/**
 * `cowhand run PROGRAM|- | --seed N [--system S] [--rules R] [--arch A] [--eager-stack] [--json] [--format recorder]`: runs a program, the kernel
 * handling its faults, and prints what came of each operation; or only prints the program.
 * @throws LanguageError for a bad program, UsageError for anything else that there is not
 */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rules: { type: 'string' },
      arch: { type: 'string' },
      'eager-stack': { type: 'boolean', default: false },
      system: { type: 'string', default: 'linux' },
      format: { type: 'string' },
      seed: { type: 'string' },
      plot: { type: 'boolean', default: false },
      guest: { type: 'boolean', default: false },
      cpus: { type: 'string', default: '1' },
    },
  });
  const { json, format, seed, system } = values;
  const machine = machineOf(system);
  if (machine === undefined)
    throw new UsageError(`there is no system '${system}'; expected ${Object.keys(machines).join(', ')}`);
  if (values.plot) {
    if (system !== 'xen') throw new UsageError('--plot compares the ways of Xen; expected --system xen');
    if (!/^[1-4]$/.test(values.cpus)) throw new UsageError(`'${values.cpus}' CPUs; expected 1 to 4`);
    const points = tableCosts(Number(values.cpus), MOST_STORES);
    io.stdout.write(json ? `${JSON.stringify(points, null, 2)}\n` : plotted(points, values.cpus));
    return 0;
  }
  const rules = values.rules ?? machine.rules.at(-1)!;
  if (!machine.rules.includes(rules))
    throw new UsageError(`there are no rules '${rules}'; expected ${machine.rules.join(', ')}`);
  if (format !== undefined && format !== 'recorder')
    throw new UsageError(`there is no format '${format}'; expected recorder`);
  if (format !== undefined && json)
    throw new UsageError('--format prints the program, --json what came of it; expected one of them');
  if (positionals.length + (seed === undefined ? 0 : 1) !== 1)
    throw new UsageError('run needs one program: FILE, - or --seed N. See: cowhand run --help');
  if (seed !== undefined && system !== 'linux')
    throw new UsageError(`--seed makes programs of Linux, not of ${system}; expected a program`);
  if (values.guest) return runGuest(positionals[0]!, machine, system, json, io);
  const settings = settingsFrom(values.arch, values['eager-stack'], machine, system);
  const program =
    seed === undefined
      ? await readProgram(positionals[0]!, io, format === undefined ? machine : undefined, settings)
      : withSettings(
          generateProgram(seedFrom(seed), move => isRecordable(move) && machine.knows(move, settings)),
          settings,
        );
  if (format === undefined) {
    const world = machine.boot(program, rules);
    const executed = execute(machine, program, rules, world);
    const end = (): Required<End> => ({ final: machine.view(world), cost: machine.cost(world) });
    io.stdout.write(
      json
        ? `${JSON.stringify(report(system, program, rules, executed, end), null, 2)}\n`
        : inWords(system, program, executed, end),
    );
  } else if (program.settings === undefined) io.stdout.write(printProgram(program));
  else
    throw new UsageError(
      `the recorder has the machine that it runs on; expected no ${Object.keys(program.settings).join(', ')}`,
    );
  return 0;
}

/** What `--arch` and `--eager-stack` ask for. Throws UsageError where the machine has no such choice. */
function settingsFrom(
  arch: string | undefined,
  eagerStack: boolean,
  machine: AnyMachine,
  system: string,
): Settings {
  const stack: Settings = eagerStack ? { stack: 'eager' } : {};
  if (eagerStack && !(machine.settings ?? []).includes('stack'))
    throw new UsageError(`--eager-stack is a policy of Linux, not of ${system}; expected no --eager-stack`);
  if (arch === undefined) return stack;
  if (!(machine.settings ?? []).includes('arch'))
    throw new UsageError(`--arch chooses the processor of Linux; ${system} has one; expected no --arch`);
  const known = SETTINGS.arch.find(name => name === arch);
  if (known === undefined)
    throw new UsageError(`there is no processor '${arch}'; expected ${SETTINGS.arch.join(', ')}`);
  return { ...stack, arch: known };
}

/** A program of Linux in a guest: what its kernel asks for, what the hypervisor does, and what both cost. */
async function runGuest(
  file: string,
  machine: AnyMachine,
  system: string,
  json: boolean,
  io: Io,
): Promise<number> {
  if (system !== 'xen')
    throw new UsageError('--guest runs a program in a guest of Xen; expected --system xen');
  const kernel = guests.linux;
  const program = await readProgram(file, io, kernel);
  try {
    const { operations, whole } = hostProgram(kernel, machine, program);
    if (json) io.stdout.write(`${JSON.stringify(operations, null, 2)}\n`);
    else {
      const executed = [...execute(machine, whole, machine.rules.at(-1)!)];
      const final = executed.at(-1)!.after;
      const costs = operations.flatMap(({ move, native, hosted }) => [
        `${move.process} ${describe(move, program.regions)}.`,
        `   ${fill(texts.guest.cost, { native: costText(native), hosted: costText(hosted) })}`,
      ]);
      io.stdout.write(
        [inWords(system, whole, executed, () => ({ final })), texts.guest.title, ...costs, ''].join('\n'),
      );
    }
  } catch (error) {
    if (error instanceof GuestFull)
      throw new UsageError(`${file}: ${error.message}; expected a smaller program`);
    throw error;
  }
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

/** What `--json` prints: stable. */
export interface RunReport {
  /** As the recorder takes it. */
  readonly program: string;
  readonly rules: string;
  readonly operations: readonly {
    /** Counts from 1. */
    readonly n: number;
    readonly process: string;
    /** In words: 'stores 9 to heap+0'. */
    readonly operation: string;
    readonly faults: readonly {
      readonly address: number;
      readonly errorCode: number;
      readonly decision: string;
      readonly reason: { readonly rule: string; readonly function: string; readonly text: string };
    }[];
    /** '9', 'done', 'SIGSEGV ACCERR', 'ENOMEM'. */
    readonly seen: string;
    /** Rows of the picture, by key; null for what was not, or is no longer, there. */
    readonly changed: ReturnType<typeof rowChanges>;
  }[];
  readonly final: View;
  /** What all of it took. */
  readonly cost: Cost;
}

/** What there is once all operations are carried out. */
interface End {
  readonly final: View;
  readonly cost?: Cost;
}

/** @param end is asked when all of `executed` has been taken */
function report(
  system: string,
  program: Program,
  rules: string,
  executed: Iterable<Executed>,
  end: () => Required<End>,
): RunReport {
  return {
    program: printProgram(program),
    rules,
    operations: Array.from(executed, ({ move, faults, seen, before, after }, i) => ({
      n: i + 1,
      process: move.process,
      operation: describe(move, program.regions),
      faults: faults.map(({ trap, decision, reason }) => ({
        address: trap.address,
        errorCode: trap.errorCode,
        decision,
        reason: { rule: reason.rule, function: reason.function, text: ruleText(system, reason) },
      })),
      seen: outcomeOf(seen),
      changed: rowChanges(before, after),
    })),
    ...end(),
  };
}

/** Each operation with its faults, what it showed and what it changed; the whole state at the end. */
function inWords(system: string, { regions }: Program, executed: Iterable<Executed>, end: () => End): string {
  const lines = Array.from(executed, (each, i) => executedLines(system, regions, each, i + 1)).flat();
  const { final, cost } = end();
  if (cost !== undefined) lines.push(fill(texts.run.cost, { cost: costText(cost) }));
  return [...lines, texts.run.final, ...pictureLines(final), ''].join('\n');
}
