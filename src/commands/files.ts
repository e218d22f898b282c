import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './io.ts';

/** The text of a file that the command line names. Throws UsageError where it cannot be read. */
export function readText(given: string, cwd: string): string {
  try {
    return readFileSync(path.resolve(cwd, given), 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read '${given}': ${(error as NodeJS.ErrnoException).code}`);
  }
}
