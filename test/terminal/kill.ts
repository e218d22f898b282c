import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Draws } from '../../src/study/random.ts';
import { closeAll } from './harness.ts';
import { decisionsOf, journalOf, startPlayer } from './player.ts';

/** The longest that a game lives after its first screen, in milliseconds: time for some decisions. */
const MOST_MS = 3000;

/**
 * Plays on one save and kills the game with SIGKILL at a random moment, again and again.
 * @returns how many results were shown in all
 * @throws where a decision that had been shown is not in the journal, the journal is damaged, or the next start
 * says that anything is
 */
export async function killWhilePlaying(runs: number, draws: Draws): Promise<number> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-kill-'));
  let shown = 0;
  try {
    for (let run = 0; run < runs; run++) {
      const player = startPlayer(home, draws);
      await player.session.waitFor(/Begin:|Continue:|Next:/);
      const first = player.session.text();
      if (/cannot be read|not saved/.test(first)) throw new Error(`run ${run} began with\n${first}`);
      const playing = player.play(Number.POSITIVE_INFINITY);
      await sleep(draws.below(MOST_MS));
      player.session.kill('SIGKILL');
      await Promise.all([player.session.exited, playing]);
      await player.session.close();

      shown += player.shown();
      const journal = journalOf(home);
      const damaged = journal.problems.filter(({ kind }) => kind === 'damaged' || kind === 'newer');
      if (damaged.length > 0) throw new Error(`run ${run} left damage: ${JSON.stringify(damaged)}`);
      const saved = decisionsOf(journal);
      if (saved < shown)
        throw new Error(`after run ${run}, ${shown} results had been shown and ${saved} saved`);
    }
    return shown;
  } finally {
    await closeAll();
    rmSync(home, { recursive: true, force: true });
  }
}
