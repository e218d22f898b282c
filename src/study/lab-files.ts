import { type Lab, moved, stateOfLab } from '../game/lab.ts';
import { isRefused, play, type Run, start } from '../game/run.ts';
import { transcriptOf } from '../game/transcript.ts';
import { isSetting } from '../language/moves.ts';
import { isLevel, loadLevel } from '../levels/load.ts';
import { formatProblem } from '../levels/problem.ts';

/** How a session of the sandbox is saved as a level, and as a transcript of it. */

/** Of a line, who acts and what is done: 'sh: write heap+0 7' and 'file 0 2 ext4' alike. */
function parted(text: string): { readonly who: string; readonly what: string } {
  const [who = '', ...what] = text.replace(/#.*/, '').trim().split(/\s+/);
  return { who: who.replace(/:$/, ''), what: what.join(' ') };
}

/** Names that YAML takes for something else. */
const key = (name: string): string => (/^(true|false|null)$/i.test(name) ? `"${name}"` : name);

function step({ who, what }: ReturnType<typeof parted>): string {
  if (who === 'when')
    throw new RangeError("no process of a level can be called 'when'; expected another name");
  return `  - ${key(who)}: ${what}`;
}
const list = (steps: readonly string[]): string => (steps.length === 0 ? ' []' : `\n${steps.join('\n')}`);

/** A file's name as the id of the level in it; ids are made of lower-case words. */
function idOf(file: string): string {
  const words = file.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const id = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  return id === '' ? 'session' : id;
}

const firstOf = ({ lines }: Lab): number => {
  const first = lines.findIndex(({ mine }) => mine);
  if (first < 0) throw new RangeError('a level asks something: type me, and an operation that faults');
  return first;
};

/**
 * The session as a level file: what comes before the first line that the player handled is its set-up.
 * @param file what the file will be called, for the level's id
 * @throws RangeError where the player handled nothing
 */
export function labLevel(lab: Lab, file: string): string {
  const { head, lines, machine, rules } = lab;
  const first = firstOf(lab);
  const declared = head.map(parted);
  const settings = declared.filter(({ who }) => isSetting(who)).map(({ who, what }) => `${who}: ${what}\n`);
  const declarations = declared.filter(({ who }) => !isSetting(who));
  const steps = lines.map(({ text }) => parted(text));
  const id = idOf(file);
  return `id: ${key(id)}
title: ${key(id)}
system: ${machine.system}
rules: "${rules}"
${settings.join('')}chapter: own
depth: decide
teaches: []
uses: []
treats: []
story: A session of the sandbox.
setup:${list([...declarations, ...steps.slice(0, first)].map(step))}
script:${list(steps.slice(first).map(step))}
menu: [${machine.decisions.join(', ')}]
hints:
  - Look at the region, the entry and the frame.
`;
}

/**
 * What was decided in the session, by the player and where the kernel was asked to, as a transcript of the level
 * that it makes. Throws RangeError likewise.
 */
export function labTranscript(lab: Lab, file: string): string {
  const loaded = loadLevel(labLevel(lab, file), file);
  if (!isLevel(loaded)) throw new RangeError(loaded.problems.map(formatProblem).join('\n'));
  const { executed } = stateOfLab(moved(lab, lab.lines.length));
  const served = executed.slice(firstOf(lab)).flatMap(({ faults }) => faults.map(({ decision }) => decision));
  // Of a line at which a fault waits, those before it.
  const waiting = lab.lines[executed.length]?.decisions ?? [];
  let run: Run = start(loaded.level, 0);
  for (const decision of [...served, ...waiting]) {
    const next = play(run, { type: 'decide', decision });
    if (isRefused(next)) break;
    run = next;
  }
  return `${JSON.stringify(transcriptOf(run, 0, null), undefined, 2)}\n`;
}
