import { parseArgs } from 'node:util';
import { type Executed, execute, rowChanges } from '../game/execution.ts';
import { outcomeOf } from '../game/steps.ts';
import { ruleText } from '../game/words.ts';
import type { Program } from '../language/moves.ts';
import { describe, printProgram } from '../language/print.ts';
import type { View } from '../machines/machine.ts';
import { machines } from '../machines/registry.ts';
import { generateProgram } from '../study/program.ts';
import { executedLines } from '../ui/plain/executed.ts';
import { pictureLines } from '../ui/plain/words.ts';
import { texts } from '../ui/texts.ts';
import { type Io, UsageError } from './io.ts';
import { readProgram } from './program.ts';
import { seedFrom } from './seed.ts';

const SYSTEM = 'linux';
const machine = machines[SYSTEM]!;

/**
 * `cowhand run PROGRAM|- | --seed N [--rules R] [--json] [--format recorder]`: runs a program, the kernel
 * handling its faults, and prints what came of each operation; or only prints the program.
 * @throws LanguageError for a bad program, UsageError for anything else that there is not
 */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rules: { type: 'string', default: machine.rules.at(-1)! },
      format: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const { json, rules, format, seed } = values;
  if (!machine.rules.includes(rules))
    throw new UsageError(`there are no rules '${rules}'; expected ${machine.rules.join(', ')}`);
  if (format !== undefined && format !== 'recorder')
    throw new UsageError(`there is no format '${format}'; expected recorder`);
  if (format !== undefined && json)
    throw new UsageError('--format prints the program, --json what came of it; expected one of them');
  if (positionals.length + (seed === undefined ? 0 : 1) !== 1)
    throw new UsageError('run needs one program: FILE, - or --seed N. See: cowhand run --help');
  const knows = format === undefined ? machine.knows : undefined;
  const program =
    seed === undefined
      ? await readProgram(positionals[0]!, io, knows)
      : generateProgram(seedFrom(seed), machine.knows);
  if (format === undefined) {
    const executed = execute(machine, program, rules);
    const final = executed.at(-1)?.after ?? (machine.view(machine.boot(program, rules)) as View);
    io.stdout.write(
      json
        ? `${JSON.stringify(report(program, rules, executed, final), null, 2)}\n`
        : inWords(program, executed, final),
    );
  } else io.stdout.write(printProgram(program));
  return 0;
}

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
}

function report(program: Program, rules: string, executed: readonly Executed[], final: View): RunReport {
  return {
    program: printProgram(program),
    rules,
    operations: executed.map(({ move, faults, seen, before, after }, i) => ({
      n: i + 1,
      process: move.process,
      operation: describe(move, program.regions),
      faults: faults.map(({ trap, decision, reason }) => ({
        address: trap.address,
        errorCode: trap.errorCode,
        decision,
        reason: { rule: reason.rule, function: reason.function, text: ruleText(SYSTEM, reason) },
      })),
      seen: outcomeOf(seen),
      changed: rowChanges(before, after),
    })),
    final,
  };
}

/** Each operation with its faults, what it showed and what it changed; the whole state at the end. */
function inWords({ regions }: Program, executed: readonly Executed[], final: View): string {
  const lines = executed.flatMap((each, i) => executedLines(SYSTEM, regions, each, i + 1));
  return [...lines, texts.run.final, ...pictureLines(final), ''].join('\n');
}
