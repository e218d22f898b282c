import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Journal, parseJournal } from '../../src/progress/parse.ts';
import type { Draws } from '../../src/study/random.ts';
import { keys, launch, type Session } from './harness.ts';

/** Somebody who plays whatever is on the screen, at random, and remembers what was shown as decided. */
export interface Player {
  readonly session: Session;
  /** The results that were on the screen. A result is shown once its decision is saved. */
  readonly shown: () => number;
  /** Plays until so many results were shown, or the game has ended. */
  play(results: number): Promise<void>;
}

const RESULT = /^ [✓≈✗] [A-Z]+ /m;
const isQuestion = (text: string): boolean => /PAGE FAULT|NEXT ACCESS/.test(text);

/** Starts the game with its progress in `home`. */
export function startPlayer(home: string, draws: Draws): Player {
  const session = launch([], { home });
  let shown = 0;
  let ended = false;
  void session.exited.then(() => {
    ended = true;
  });
  /** The next screen that differs from `before`; the same again where nothing happens for a second. */
  const next = async (before: string): Promise<string> => {
    for (let waited = 0; waited < 1000 && !ended; waited += 5) {
      await sleep(5);
      const text = session.text();
      if (text !== before && !session.isDrawing()) return text;
    }
    return session.text();
  };
  return {
    session,
    shown: () => shown,
    play: async results => {
      for (let text = ''; !ended && shown < results; ) {
        text = await next(text);
        if (RESULT.test(text)) {
          shown++;
          // Steps of a consequence, and then back to a question, on to the next, or to the summary.
          for (let n = 0; n < 9 && RESULT.test(text) && !ended; n++) {
            session.press(keys.enter);
            text = await next(text);
          }
        }
        if (ended) return;
        session.press(isQuestion(text) ? String(1 + draws.below(6)) : keys.enter);
      }
    },
  };
}

export const journalOf = (home: string): Journal =>
  parseJournal(readFileSync(path.join(home, '.local/state/cowhand/journal.ndjson'), 'utf8'));

export const decisionsOf = ({ events }: Journal): number =>
  events.filter(line => line.type === 'event' && line.event.type === 'decide').length;
