import { MOST_SEED } from '../study/random.ts';
import { UsageError } from './io.ts';

/** A seed of the command line. Throws UsageError where the text is none. */
export function seedFrom(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > MOST_SEED)
    throw new UsageError(`'${text}' is no seed; expected a number from 0 to ${MOST_SEED}`);
  return Number(text);
}
