import { isRefused, play, type Run, start } from '../game/run.ts';
import { digestOf } from '../levels/digest.ts';
import type { Level } from '../levels/level.ts';
import { variantsOf } from '../levels/variants.ts';
import type { OpenRun } from './records.ts';

/** The run where it was left; undefined if the level has changed since, so that the run no longer fits it. */
export function replay(open: OpenRun, level: Level): Run | undefined {
  if (open.digest !== digestOf(level) || open.variant >= variantsOf(level).length) return undefined;
  let run = start(level, open.variant);
  for (const event of open.events) {
    const next = play(run, event);
    if (isRefused(next)) return undefined;
    run = next;
  }
  return run;
}
