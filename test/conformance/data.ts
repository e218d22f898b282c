import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseRecordings, type Recording } from '../../src/machines/linux/recording/format.ts';

/** Where the recordings of a live kernel are kept; its README says where they come from. */
export const folder = fileURLToPath(new URL('data', import.meta.url));

const textOf = (path: string): string =>
  (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString('utf8');

export interface Recorded {
  /** Path below `folder`, with '/'. */
  readonly file: string;
  readonly recording: Recording;
}

export const recorded: readonly Recorded[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => /\.jsonl?(\.gz)?$/.test(file))
  .sort()
  .flatMap(file =>
    parseRecordings(textOf(`${folder}/${file}`), file).map(recording => ({ file, recording })),
  );
