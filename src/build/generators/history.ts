import type { Seen } from '../../language/moves.ts';
import { knownHoles } from '../../machines/linux/known-holes.ts';
import { type Course, runScenario } from '../../machines/linux/recording/scenario.ts';
import { ruleSets } from '../../machines/linux/rules.ts';
import { scenarioNamed, scenarios } from '../scenarios.ts';

/** The kernel's copy-on-write test and the xv6 copy-on-write lab under every rule set. */
export const path = 'docs/history.md';

/** What came of a scenario under a rule set. */
export const course = (name: string, rules: string): Course => runScenario(scenarioNamed(name), rules);

export async function generate(): Promise<string> {
  const rules = Object.keys(ruleSets);
  return [
    '# Copy on write through the years',
    '',
    "The scenarios of the kernel's own copy-on-write test, and of the xv6 lab, run on the machine under each rule",
    'set, the kernel deciding: how many pages were copied and how many written in place, or the first operation that',
    'showed somebody what nobody should see. Titles with capitals are those of the test. What was recorded is under 6.x',
    'as the live kernel did it; the rest no recorder could take there: long-term pins that only read, and a memory that',
    'ends.',
    '',
    `| scenario | what it is | ${rules.join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(rules.length)}`,
    ...scenarios.map(
      ({ name, title }) =>
        `| \`${name}\` | ${title} | ${rules.map(set => inWords(course(name, set))).join(' | ')} |`,
    ),
    '',
    '## Known holes',
    '',
    '| rules | scenarios | what goes wrong | mended by |',
    '| --- | --- | --- | --- |',
    ...knownHoles.map(
      ({ rules: name, scenarios: names, what, mended }) =>
        `| ${name} | ${names.map(each => `\`${each}\``).join(', ')} | ${what} | ${mended} |`,
    ),
    '',
  ].join('\n');
}

function inWords({ copies, reuses, wrong }: Course): string {
  if (wrong === undefined) return `${copies} copied, ${reuses} in place`;
  return `**wrong**: \`${wrong.operation}\` sees ${shown(wrong.seen)}, not ${shown(wrong.ideal)}`;
}

const shown = (seen: Seen): string => ('bytes' in seen ? seen.bytes.join(' ') : seen.kind);
