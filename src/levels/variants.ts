import type { Program, Settings } from '../language/moves.ts';
import { programOf } from '../language/parse.ts';
import { isHeader } from '../language/scope.ts';
import type { Level, Step } from './level.ts';

/** One value for each of the level's variant names. */
export type Variant = Readonly<Record<string, string>>;

/** `$name` in an operation; the name is the first group. */
export const PLACEHOLDER = /\$([a-z][a-z0-9]*)/g;

/** All combinations of the level's values, the first name varying slowest; one empty one if it has none. */
export function variantsOf(level: Pick<Level, 'variants'>): readonly Variant[] {
  let variants: Variant[] = [{}];
  for (const [name, values] of Object.entries(level.variants))
    variants = variants.flatMap(variant => values.map(value => ({ ...variant, [name]: value })));
  return variants;
}

/** The steps that happen in a variant, with its values put in. */
export function stepsOf(steps: readonly Step[], variant: Variant): readonly Step[] {
  return steps
    .filter(step => step.when.every(([name, value]) => variant[name] === value))
    .map(step => ({
      ...step,
      text: withValues(step.text, variant),
    }));
}

/** Without those that only declare a file or the swap device: one for each move of the program. */
export const movingSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(({ process }) => !isHeader(process));

/**
 * The program of a level in a variant (counted from 0): the moves of the set-up, then those of the script.
 * @returns `setup`: how many moves belong to the set-up
 * @throws LanguageError at the step in the level file, RangeError if there is no such variant
 */
export function programFor(
  level: Pick<Level, 'setup' | 'script' | 'variants' | 'settings'>,
  index: number,
): { readonly program: Program; readonly setup: number } {
  const variant = variantsOf(level)[index];
  if (variant === undefined) throw new RangeError(`no variant ${index}`);
  const setup = stepsOf(level.setup, variant);
  const steps = [...setup, ...stepsOf(level.script, variant)];
  return { program: programOf(steps, settingsOf(level, variant)), setup: movingSteps(setup).length };
}

/** The settings of the machine in a variant. */
export const settingsOf = ({ settings = {} }: Pick<Level, 'settings'>, variant: Variant): Settings =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, withValues(value, variant)]),
  ) as Settings;

const withValues = (text: string, variant: Variant): string =>
  text.replace(PLACEHOLDER, (whole, name: string) => variant[name] ?? whole);

/** `child=gone, notes=rw-`, for messages; '' for a level without variants. */
export const variantName = (variant: Variant): string =>
  Object.entries(variant)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
