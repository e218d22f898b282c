import type { Lab } from '../game/lab.ts';
import { isRefused, play, type Run, start } from '../game/run.ts';
import { transcriptOf } from '../game/transcript.ts';
import { isLevel, loadLevel } from '../levels/load.ts';
import { formatProblem } from '../levels/problem.ts';

/** How a session of the sandbox is saved as a level, and as a transcript of it. */

/**
 * The session as a level file: what comes before the first line that the player handled is its set-up.
 * @param file what the file will be called, for the level's id
 * @throws RangeError where the player handled nothing
 */
export function labLevel({ lines, machine }: Lab, file: string): string {
  const first = lines.findIndex(({ mine }) => mine);
  if (first < 0) throw new RangeError('a level asks something: type me, and an operation that faults');
  const step = ({ text }: Lab['lines'][number]): string => {
    const [process = '', ...operation] = text.replace(/#.*/, '').trim().split(/\s+/);
    return `  - ${process.replace(/:$/, '')}: ${operation.join(' ')}`;
  };
  const id = file.replace(/^.*\//, '').replace(/\.\w+$/, '');
  return `id: ${id}
title: ${id}
system: ${machine.system}
chapter: own
depth: decide
teaches: []
uses: []
treats: []
story: A session of the sandbox.
setup:
${lines.slice(0, first).map(step).join('\n')}
script:
${lines.slice(first).map(step).join('\n')}
menu: [${machine.decisions.join(', ')}]
hints:
  - Look at the region, the entry and the frame.
`;
}

/** What the player decided in the session, as a transcript of the level that it makes. Throws RangeError likewise. */
export function labTranscript(lab: Lab, file: string): string {
  const loaded = loadLevel(labLevel(lab, file), file);
  if (!isLevel(loaded)) throw new RangeError(loaded.problems.map(formatProblem).join('\n'));
  let run: Run = start(loaded.level, 0);
  for (const decision of lab.lines.flatMap(({ decisions }) => decisions)) {
    const next = play(run, { type: 'decide', decision });
    if (isRefused(next)) break;
    run = next;
  }
  return `${JSON.stringify(transcriptOf(run, 0, null), undefined, 2)}\n`;
}
