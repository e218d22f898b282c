import { TRAP } from '../judge/schedule.ts';
import type { ConsequenceStep } from '../judge/verdict.ts';
import type { Move, Region } from '../language/moves.ts';
import { describe } from '../language/print.ts';
import type { Field, Task } from '../machines/machine.ts';
import { fill } from './template.ts';
import { entryOf, general, textsOf } from './texts.ts';
import type { FormField, Question } from './types.ts';

/** The words of micro-steps, and the forms that are made of them. */

const texts = general.race;

interface Scene {
  readonly system: string;
  readonly regions: readonly Region[];
  readonly move: Move;
}

/** A micro-step, or what the hardware does: 'clears the entry', 'stores 9 to heap+0: page fault'. */
export function microText({ system, regions, move }: Scene, micro: ConsequenceStep['micro']): string {
  const operation = describe(move, regions);
  if (micro === undefined) return operation;
  if (micro.step === TRAP) return fill(texts.trap, { operation });
  if (micro.step === 'call') return operation;
  return entryOf(textsOf(system).micros ?? {}, micro.step, 'micro-step').did;
}

/** All micro-steps of a task; `asked` are those of the menu, in the kernel's order. */
export const taskSteps = (
  system: string,
  { steps }: Task,
  menu: readonly string[],
): NonNullable<Question['steps']> =>
  steps.map(step => ({ text: microLabel(system, step), asked: menu.includes(step) }));

export const microLabel = (system: string, step: string): string =>
  step === 'end' ? texts.end : entryOf(textsOf(system).micros ?? {}, step, 'micro-step').label;

/** What is broken in a kernel: its name says so; or which of the past it is. */
export const kernelText = (system: string, kernel: string): string =>
  textsOf(system).kernels?.[kernel] ?? fill(texts.kernel, { kernel });

/** The form of an order: a field for each place. */
export const orderForm = (system: string, fields: readonly Field[]): FormField[] =>
  fields.map(field => ({
    ...field,
    label: fill(texts.place, { n: field.id }),
    labels: Object.fromEntries(field.options.map(step => [step, microLabel(system, step)])),
  }));

/** The form of the evidence: a field for each fact. */
export const evidenceForm = (system: string, fields: readonly Field[]): FormField[] =>
  fields.map(field => ({
    ...field,
    label: entryOf(textsOf(system).evidence ?? {}, field.id, 'fact'),
    labels: texts.decides,
  }));
