import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { complete } from '../judge/judge.ts';
import type { Program } from '../language/moves.ts';
import { describe } from '../language/print.ts';
import type { Level } from '../levels/level.ts';
import { levelById } from '../levels/library.ts';
import { programFor, variantsOf } from '../levels/variants.ts';
import type { AnyMachine, View } from '../machines/machine.ts';
import { machineOf } from '../machines/registry.ts';
import { isProblemName } from '../study/problem.ts';
import { svgOf } from '../study/svg.ts';
import { pictureText } from '../ui/picture/text.ts';
import { type Io, UsageError } from './io.ts';
import { levelFor } from './level.ts';
import { readProgram } from './program.ts';

const COLUMNS = 78;

/** A program that is to be drawn, and after how many of its operations if nobody says. */
interface Drawn {
  readonly program: Program;
  readonly machine: AnyMachine;
  readonly rules: string;
  readonly usual: number;
}

/**
 * `cowhand draw PROGRAM|LEVEL [--at STEP] [--variant N] [--svg FILE [--force]]`: the picture of memory after so many steps, the
 * kernel deciding.
 * @throws UsageError, LanguageError for a bad program
 */
export async function draw(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      at: { type: 'string' },
      variant: { type: 'string', default: '1' },
      system: { type: 'string', default: 'linux' },
      svg: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0)
    throw new UsageError('draw needs one program or level. See: cowhand draw --help');
  const isLevel = levelById(given) !== undefined || isProblemName(given) || /\.ya?ml$/.test(given);
  const drawn = isLevel
    ? ofLevel(await levelFor(given, io), values.variant)
    : await ofProgram(given, values.system, io);
  const { view, caption } = pictureAt(drawn, values.at);
  if (values.svg === undefined) io.stdout.write(`${caption}\n${pictureText(view, COLUMNS)}\n`);
  else
    try {
      const flag = values.force ? 'w' : 'wx';
      writeFileSync(path.resolve(io.cwd, values.svg), svgOf(view, `${given}: ${caption}`), { flag });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST')
        throw new UsageError(`'${values.svg}' is there already; expected a new file, or --force`);
      throw new UsageError(`cannot write '${values.svg}': ${code}`);
    }
  return 0;
}

function ofLevel(level: Level, text: string): Drawn {
  const variants = variantsOf(level).length;
  const variant = /^\d+$/.test(text) ? Number(text) : 0;
  if (variant < 1 || variant > variants)
    throw new UsageError(`no variant ${text} of ${level.id}; expected 1 to ${variants}`);
  const { program, setup } = programFor(level, variant - 1);
  return { program, machine: machineOf(level.system)!, rules: level.rules, usual: setup };
}

async function ofProgram(file: string, system: string, io: Io): Promise<Drawn> {
  const machine = machineOf(system);
  if (machine === undefined) throw new UsageError(`there is no system '${system}'`);
  const program = await readProgram(file, io, machine);
  return { program, machine, rules: machine.rules.at(-1)!, usual: program.moves.length };
}

function pictureAt({ program, machine, rules, usual }: Drawn, text: string | undefined) {
  const last = program.moves.length;
  const at = text === undefined ? usual : /^\d+$/.test(text) ? Number(text) : -1;
  if (at < 0 || at > last) throw new UsageError(`there is no step ${text}; expected 0 to ${last}`);
  const move = program.moves[at - 1];
  const world = machine.boot(program, rules);
  for (const step of program.moves.slice(0, at)) complete(machine, world, step);
  const view: View = machine.view(world);
  const done = move === undefined ? '' : `: ${move.process} ${describe(move, program.regions)}`;
  return { view, caption: `step ${at} of ${last}${done}` };
}
