import type { LoadedLevel } from '../compile.ts';
import { type Problem, problemAt } from '../problem.ts';

/** Words that give a decision away: none may stand in what is read before the first hint's successor. */
const DECISION_WORDS = [
  /\bcop(y|ies|ied|ying)\b/i,
  /\bcow\b/i,
  /\breus(e|es|ed|ing)\b/i,
  /\bin place\b/i,
  /\bnew (frame|page)s?\b/i,
  /\bzero(s|es|ed|ing)?\b/i,
  /\bretr(y|ies|ied|ying)\b/i,
  /\bspurious\b/i,
  /\brefus(e|es|ed|al|als|ing)\b/i,
  /\b(sigsegv|segfaults?|segmentation|accerr|maperr|segv_\w+)\b/i,
  /\bmap(s|ped|ping)? (the|a|an) (shared|object)/i,
];
const MOST_SENTENCES = 3;

/** Title, story and first hint give no decision away, and the story is short. */
export function textProblems({ level, placeOf }: LoadedLevel): Problem[] {
  const problems: Problem[] = [];
  const read = [
    ['title', level.title, placeOf('title')],
    ['story', level.story, placeOf('story')],
    ['the first hint', level.hints[0] ?? '', placeOf('hints', 0)],
  ] as const;
  for (const [name, text, place] of read)
    for (const word of DECISION_WORDS) {
      const [found] = text.match(word) ?? [];
      if (found !== undefined)
        problems.push(
          problemAt(place, 'words', `${name} says '${found}', which names a decision; expected no such word`),
        );
    }
  const count = sentences(level.story).length;
  if (count > MOST_SENTENCES)
    problems.push(
      problemAt(
        placeOf('story'),
        'story',
        `the story has ${count} sentences; expected at most ${MOST_SENTENCES}`,
      ),
    );
  return problems;
}

/** Sentences end with a full stop, a question or an exclamation mark before a space or the end. */
export const sentences = (text: string): string[] =>
  text
    .split(/(?<=[.!?]["')]?)\s+/)
    .map(sentence => sentence.trim())
    .filter(sentence => sentence !== '');
