import * as z from 'zod/mini';
import type { Transcript } from '../game/transcript.ts';
import type { Problem } from '../levels/problem.ts';
import { parseYaml } from '../levels/yaml.ts';

/** Longer logs are nobody's play: to judge them would keep a grader busy for hours. */
export const MOST_ENTRIES = 2000;

const text = z.string().check(z.minLength(1, { error: 'expected some text' }));
const count = (least: number) =>
  z.int().check(z.minimum(least, { error: `expected a number from ${least}` }));
const state = { state: text };
const entry = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('decide'), decision: text, ...state }),
    z.strictObject({ type: z.literal('undo'), ...state }),
    z.strictObject({ type: z.literal('hint'), ...state }),
    z.strictObject({ type: z.literal('look'), answer: text, ...state }),
    z.strictObject({ type: z.literal('restart'), variant: count(1), ...state }),
  ],
  { error: 'expected decide, undo, hint, look or restart' },
);

/** What a transcript must hold; what else stands in the file (what came of it, say) is not looked at. */
const transcriptFile = z.looseObject({
  version: count(1),
  level: text,
  digest: text,
  variant: count(1),
  seed: z.nullable(count(0)),
  start: text,
  log: z.array(entry).check(z.maxLength(MOST_ENTRIES, { error: `expected at most ${MOST_ENTRIES} entries` })),
  /** Claimed, never believed. */
  stars: z.optional(z.number()),
});

export type TranscriptFile = z.infer<typeof transcriptFile> & Transcript;

/** The transcripts of a file, one or a list of them; or what is wrong with it, with line and column. */
export function readTranscripts(
  source: string,
  file: string,
): { readonly transcripts: readonly TranscriptFile[] } | { readonly problems: readonly Problem[] } {
  const parsed = source.trimStart().startsWith('[')
    ? parseYaml(source, file, () => z.array(transcriptFile))
    : parseYaml(source, file, () => transcriptFile);
  if ('problems' in parsed) return parsed;
  return { transcripts: [parsed.value].flat() as TranscriptFile[] };
}
