import { createHash } from 'node:crypto';
import type { Level } from './level.ts';

/** Tells whether a level still asks the same: all that a run depends on, without words and places; 16 digits. */
export function digestOf(level: Level): string {
  const steps = (side: Level['script']) => side.map(({ process, text, when }) => [process, text, when]);
  const { system, rules, settings, depth, setup, script, variants, menu, asks, evidence, hints, exam } =
    level;
  const played = [
    system,
    rules,
    depth,
    steps(setup),
    steps(script),
    Object.entries(variants),
    menu,
    hints.length,
    ...(settings === undefined ? [] : [settings]),
    ...(asks === undefined ? [] : [asks]),
    ...(evidence === undefined ? [] : [evidence]),
    ...(exam === undefined ? [] : [exam.mistakes]),
  ];
  return createHash('sha256').update(JSON.stringify(played)).digest('hex').slice(0, 16);
}
