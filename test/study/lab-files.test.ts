import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decided, type Lab, newLab, stateOfLab, typed } from '../../src/game/lab.ts';
import { table } from '../../src/game/run.ts';
import { isFailure, replayTranscript } from '../../src/game/transcript.ts';
import { printProgram } from '../../src/language/print.ts';
import { isLevel, loadLevel } from '../../src/levels/load.ts';
import { stepsOf, variantsOf } from '../../src/levels/variants.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import type { AnyMachine } from '../../src/machines/machine.ts';
import { machineOf } from '../../src/machines/registry.ts';
import { problemOf } from '../../src/study/generate.ts';
import { labLevel, labTranscript } from '../../src/study/lab-files.ts';
import { systemsOf } from '../../src/study/makers/makers.ts';
import { DIFFICULTIES } from '../../src/study/problem.ts';
import { programOf } from '../../src/study/program.ts';
import { readTranscripts } from '../../src/study/transcript-file.ts';

/** A session: lines, and which of them the player handles as the kernel would. */
function session(machine: AnyMachine, lines: readonly string[], mine: (n: number) => boolean): Lab {
  let lab = newLab(machine);
  for (const [n, line] of lines.entries()) {
    lab = typed(lab, line, mine(n));
    for (let { open } = stateOfLab(lab); open !== undefined; { open } = stateOfLab(lab))
      lab = decided(lab, machine.format(machine.best(open.world, open.fault)))!.lab;
  }
  return lab;
}

/** Saved in each of the three ways and read again, it comes to the same. */
function expectKept(lab: Lab): void {
  const { view } = stateOfLab(lab);
  let again = newLab(lab.machine);
  for (const line of [...lab.head, ...lab.lines.map(({ text }) => text)]) again = typed(again, line, false);
  expect(stateOfLab(again).view).toEqual(view);

  if (!lab.lines.some(({ mine }) => mine)) {
    expect(() => labLevel(lab, 'mine.yaml')).toThrow('a level asks something');
    return;
  }
  const loaded = loadLevel(labLevel(lab, 'mine.yaml'), 'mine.yaml');
  if (!isLevel(loaded)) throw new Error(JSON.stringify(loaded.problems));
  const read = readTranscripts(labTranscript(lab, 'mine.yaml'), 'mine.json');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const run = replayTranscript(read.transcripts[0]!, loaded.level);
  if (isFailure(run)) throw new Error(JSON.stringify(run));
  expect(table(run).question).toBeUndefined();
}

describe('a session that is saved is the same when it is read', () => {
  const HEADS = [[], ['arch arm'], ['stack eager'], ['smap on']];

  test('whatever programs of Linux do, whoever handles their faults', () => {
    const numbers = fc.array(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(numbers, fc.constantFrom(...HEADS), fc.infiniteStream(fc.boolean()), (ns, head, whose) => {
        const program = programOf(ns, linux.knows);
        const lines = printProgram(program).trim().split('\n');
        const mine = lines.map(() => whose.next().value === true);
        expectKept(session(linux, [...head, ...lines], n => mine[n - head.length] ?? false));
      }),
      { numRuns: 20 },
    );
  });

  test('and whatever happens in problems of every system', () => {
    const names = fc.record({
      generator: fc.constant(2),
      system: fc.constantFrom(...systemsOf()),
      difficulty: fc.constantFrom(...DIFFICULTIES),
      seed: fc.nat(2 ** 32 - 1),
    });
    fc.assert(
      fc.property(names, name => {
        const { level, variant } = problemOf(name);
        const chosen = variantsOf(level)[variant]!;
        const lines = (part: typeof level.setup) =>
          stepsOf(part, chosen).map(({ process, text }) => `${process} ${text}`);
        const heads = Object.entries(level.settings ?? {}).map(([setting, value]) => `${setting} ${value}`);
        const before = [...heads, ...lines(level.setup)];
        expectKept(
          session(machineOf(level.system)!, [...before, ...lines(level.script)], n => n >= before.length),
        );
      }),
      { numRuns: 15 },
    );
  });
});
