import { readdirSync, readFileSync } from 'node:fs';
import { isRefused, play, type Run, start, table } from '../../src/game/run.ts';
import type { GameEvent, Refused } from '../../src/game/types.ts';
import type { Level } from '../../src/levels/level.ts';
import { isLevel, loadLevel } from '../../src/levels/load.ts';
import { formatProblem } from '../../src/levels/problem.ts';

/** A level from YAML: what the game never names is filled in. */
export function levelOf(yaml: string): Level {
  const text = `id: example
title: An example
system: linux
chapter: fork
teaches: []
uses: []
treats: []
story: A story.
hints: [Look there., That rule.]
${yaml}`;
  return loaded(text, 'example.yaml');
}

function loaded(text: string, file: string): Level {
  const result = loadLevel(text, file);
  if (!isLevel(result)) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.level;
}

const root = new URL('../../levels/linux/', import.meta.url);

/** The levels that come with the game, read from their files. */
export const levels: readonly Level[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(file => file.includes('/') && file.endsWith('.yaml'))
  .sort()
  .map(file => loaded(readFileSync(new URL(file, root), 'utf8'), file));

export const levelNamed = (id: string): Level => levels.find(level => level.id === id)!;

/** The run after events that all must fit. */
export function played(run: Run, ...events: readonly (GameEvent | string)[]): Run {
  return events.reduce<Run>((before, event) => {
    const next = attempt(before, event);
    if (isRefused(next)) throw new Error(`${JSON.stringify(event)}: ${next.refused}, ${next.expected}`);
    return next;
  }, run);
}

/** A string decides; other events are as they are. */
export const attempt = (run: Run, event: GameEvent | string): Run | Refused =>
  play(run, typeof event === 'string' ? { type: 'decide', decision: event } : event);

export const undo: GameEvent = { type: 'undo' };
export const hint: GameEvent = { type: 'hint' };
export const restart = (variant: number): GameEvent => ({ type: 'restart', variant });

/** One page that sh shares with its child, who writes to it; then sh does. */
export const twoWriters = levelOf(`
depth: decide
setup:
  - sh: map heap 1 rw- anon
  - sh: write heap+0 7
  - sh: write heap+0.1 5
  - sh: fork child
script:
  - child: write heap+0 9
  - sh: write heap+0 8
menu: [copy, reuse, zeroed, zero-page, refuse-access, refuse-unmapped]`);

/** A page that nobody has touched is read, then written. */
export const readThenWrite = levelOf(`
depth: decide
setup:
  - sh: map heap 1 rw- anon
script:
  - sh: read heap+0
  - sh: write heap+0 8
menu: [copy, reuse, zeroed, zero-page, refuse-access, refuse-unmapped]`);

export const begun = (level: Level, variant = 0): Run => start(level, variant);
export { isRefused, type Run, table };
