import { parseArgs } from 'node:util';
import { type Executed, execute, rowChanges } from '../game/execution.ts';
import { outcomeOf } from '../game/steps.ts';
import { ruleText } from '../game/words.ts';
import { type Program, SETTINGS, type Settings } from '../language/moves.ts';
import { describe, printProgram } from '../language/print.ts';
import { isRecordable } from '../language/recorder.ts';
import type { AnyMachine, Cost, View } from '../machines/machine.ts';
import { machineOf, machines } from '../machines/registry.ts';
import { generateProgram } from '../study/program.ts';
import { type End, executedText } from '../ui/plain/executed.ts';
import { type Io, UsageError } from './io.ts';
import { readForRecorder, readProgram, withSettings } from './program.ts';
import { plot, runGuest } from './run-xen.ts';
import { seedFrom } from './seed.ts';

type Values = ReturnType<typeof parsed>['values'];

const parsed = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      rules: { type: 'string' },
      arch: { type: 'string' },
      'eager-stack': { type: 'boolean' },
      system: { type: 'string' },
      format: { type: 'string' },
      seed: { type: 'string' },
      plot: { type: 'boolean' },
      guest: { type: 'boolean' },
      cpus: { type: 'string' },
    },
  });

/** Which options say something about each thing that is done, besides the one that asks for it. */
const TAKES = {
  run: ['system', 'seed', 'rules', 'arch', 'eager-stack', 'json'],
  format: ['system', 'seed'],
  guest: ['system', 'json'],
  plot: ['system', 'cpus', 'json'],
} as const;

/**
 * `cowhand run PROGRAM|- | --seed N [--system S] [--rules R] [--arch A] [--eager-stack] [--json]`: runs a program, the
 * kernel handling its faults, and prints what came of each operation. `--format recorder` only prints the program.
 * @returns 0
 * @throws LanguageError for a bad program, UsageError for anything else that there is not
 */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parsed(args);
  const asked = values.plot
    ? 'plot'
    : values.guest
      ? 'guest'
      : values.format === undefined
        ? 'run'
        : 'format';
  const system = values.system ?? 'linux';
  const machine = machineOf(system);
  if (machine === undefined)
    throw new UsageError(`there is no system '${system}'; expected ${Object.keys(machines).join(', ')}`);
  if (asked === 'format') refuseFormat(values);
  if ((asked === 'plot' || asked === 'guest') && system !== 'xen')
    throw new UsageError(`--${asked} ${XEN_ONLY[asked]} of Xen; expected --system xen`);
  const strange = Object.keys(values).find(
    option => option !== asked && !(TAKES[asked] as readonly string[]).includes(option),
  );
  if (strange !== undefined)
    throw new UsageError(`--${strange} says nothing here; expected ${optionsOf(asked)}`);
  const programs = positionals.length + (values.seed === undefined ? 0 : 1);
  if (asked === 'plot' && programs > 0) throw new UsageError('--plot needs no program; expected none');
  if (asked === 'plot') return plot(values.cpus, values.json === true, io);
  if (programs !== 1)
    throw new UsageError('run needs one program: FILE, - or --seed N. See: cowhand run --help');
  if (values.seed !== undefined && system !== 'linux')
    throw new UsageError(`--seed makes programs of Linux, not of ${system}; expected a program`);
  const settings = settingsFrom(values, machine, system);
  const rules = values.rules ?? machine.rules.at(-1)!;
  if (!machine.rules.includes(rules))
    throw new UsageError(`there are no rules '${rules}'; expected ${machine.rules.join(', ')}`);
  const given = positionals[0]!;
  const json = values.json === true;
  if (asked === 'guest') return runGuest(given, machine, json, io);
  const program = async (): Promise<Program> => {
    if (values.seed !== undefined) return generated(values.seed, machine, settings);
    return asked === 'format' ? readForRecorder(given, io) : readProgram(given, io, machine, settings);
  };
  if (asked === 'format') io.stdout.write(printProgram(await program()));
  else for (const text of ran(system, machine, await program(), rules, json)) io.stdout.write(text);
  return 0;
}

const XEN_ONLY = { plot: 'compares the ways', guest: 'runs a program in a guest' };

/** All options that say something, in words. */
const optionsOf = (asked: keyof typeof TAKES): string =>
  [...(asked === 'run' ? [] : [asked]), ...TAKES[asked]].map(option => `--${option}`).join(', ');

function refuseFormat({ format, json }: Values): void {
  if (format !== 'recorder') throw new UsageError(`there is no format '${format}'; expected recorder`);
  if (json) throw new UsageError('--format prints the program, --json what came of it; expected one of them');
}

const generated = (seed: string, machine: AnyMachine, settings: Settings): Program =>
  withSettings(
    generateProgram(seedFrom(seed), move => isRecordable(move) && machine.knows(move, settings)),
    settings,
  );

/** What `--arch` and `--eager-stack` ask for. Throws UsageError where the machine has no such choice. */
function settingsFrom(
  { arch, 'eager-stack': eagerStack }: Values,
  machine: AnyMachine,
  system: string,
): Settings {
  const known: readonly string[] = machine.settings ?? [];
  const stack: Settings = eagerStack ? { stack: 'eager' } : {};
  if (eagerStack && !known.includes('stack'))
    throw new UsageError(`--eager-stack is a policy of Linux, not of ${system}; expected no --eager-stack`);
  if (arch === undefined) return stack;
  if (!known.includes('arch'))
    throw new UsageError(`--arch chooses the processor of Linux; ${system} has one; expected no --arch`);
  const processor = SETTINGS.arch.find(name => name === arch);
  if (processor === undefined)
    throw new UsageError(`there is no processor '${arch}'; expected ${SETTINGS.arch.join(', ')}`);
  return { ...stack, arch: processor };
}

/** What `--json` prints: stable. */
export interface RunReport {
  /** In the bare form, with its headers. */
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

/** What came of a program, in words or as JSON, piece by piece. */
function ran(
  system: string,
  machine: AnyMachine,
  program: Program,
  rules: string,
  json: boolean,
): Iterable<string> {
  const world = machine.boot(program, rules);
  const executed = execute(machine, program, rules, world);
  const end = (): Required<End> => ({ final: machine.view(world), cost: machine.cost(world) });
  return json
    ? reportText(system, program, rules, executed, end)
    : executedText(system, program, executed, end);
}

/**
 * A RunReport as JSON, operation by operation: as a whole it may be too large to be held.
 * @param end is asked when all of `executed` has been taken
 */
function* reportText(
  system: string,
  program: Program,
  rules: string,
  executed: Iterable<Executed>,
  end: () => Required<End>,
): Generator<string, void, undefined> {
  const inside = (value: unknown, indent: string): string =>
    JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
  const field = (name: keyof RunReport, value: unknown): string => `  "${name}": ${inside(value, '  ')}`;
  yield `{\n${field('program', printProgram(program))},\n${field('rules', rules)},\n  "operations": [`;
  let n = 0;
  for (const each of executed)
    yield `${n++ === 0 ? '' : ','}\n    ${inside(reported(system, program, each, n), '    ')}`;
  const { final, cost } = end();
  yield `${n === 0 ? '' : '\n  '}],\n${field('final', final)},\n${field('cost', cost)}\n}\n`;
}

const reported = (
  system: string,
  { regions }: Program,
  { move, faults, seen, before, after }: Executed,
  n: number,
): RunReport['operations'][number] => ({
  n,
  process: move.process,
  operation: describe(move, regions),
  faults: faults.map(({ trap, decision, reason }) => ({
    address: trap.address,
    errorCode: trap.errorCode,
    decision,
    reason: { rule: reason.rule, function: reason.function, text: ruleText(system, reason) },
  })),
  seen: outcomeOf(seen),
  changed: rowChanges(before, after),
});
