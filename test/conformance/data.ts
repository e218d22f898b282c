import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseRecordings, type Recording } from '../../src/machines/linux/recording/format.ts';

/** Where the recordings of a live kernel are kept; its README says where they come from. */
export const folder = fileURLToPath(new URL('data', import.meta.url));

export interface Recorded {
  /** Path below `folder`, with '/'. */
  readonly file: string;
  readonly recording: Recording;
}

export const recorded: readonly Recorded[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => /\.jsonl?$/.test(file))
  .sort()
  .flatMap(file =>
    parseRecordings(readFileSync(`${folder}/${file}`, 'utf8'), file).map(recording => ({ file, recording })),
  );
