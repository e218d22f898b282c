import { readFileSync } from 'node:fs';
import type { Seen } from '../../language/moves.ts';
import { knownHoles } from '../../machines/linux/known-holes.ts';
import { parseRecordings, programOf } from '../../machines/linux/recording/format.ts';
import { type Course, runScenario } from '../../machines/linux/recording/scenario.ts';
import { ruleSets } from '../../machines/linux/rules.ts';
import { root } from '../root.ts';

/** The kernel's copy-on-write test and the xv6 copy-on-write lab under every rule set. */
export const path = 'docs/history.md';

export const scenarios: readonly string[] = [
  'cow_child_writes',
  'cow_child_writes_swapped',
  'cow_child_mprotect',
  'cow_parent_writes',
  'cow_parent_writes_swapped',
  'cow_parent_mprotect',
  'cow_parent_mprotect_swapped',
  'vmsplice_child_unmap',
  'vmsplice_child_unmap_mprotect',
  'vmsplice_child_unmap_swapped',
  'vmsplice_before_fork_parent_unmap',
  'vmsplice_before_fork_parent_unmap_swapped',
  'vmsplice_after_fork_parent_unmap',
  'vmsplice_after_fork_parent_unmap_swapped',
  'iouring_ro',
  'iouring_fork',
  'iouring_fork_swapped',
  'ro_pin_shared',
  'ro_pin_shared_swapped',
  'ro_pin_previously_shared',
  'ro_pin_exclusive',
  'ro_pin_exclusive_swapped',
  'process_vm_readv_shared',
  'process_vm_readv_shared_swapped',
  'nonanon_cow_zeropage',
  'nonanon_cow_file_ext4',
  'nonanon_cow_file_tmpfs',
  'nonanon_cow_fork_file_tmpfs',
  'swap_basic',
  'swap_fork',
  'xv6_simple',
  'xv6_three',
  'xv6_file',
  'xv6_forkfork',
];

/** What came of a scenario under a rule set. */
export function course(scenario: string, rules: string): Course {
  const file = `test/conformance/data/named/${scenario}.json`;
  const [recording] = parseRecordings(readFileSync(root + file, 'utf8'), file);
  return runScenario(programOf(recording!, file), rules);
}

export async function generate(): Promise<string> {
  const rules = Object.keys(ruleSets);
  return [
    '# Copy on write through the years',
    '',
    "The scenarios of the kernel's own copy-on-write test, and of the xv6 lab, run on the machine under each rule",
    'set, the kernel deciding: how many pages were copied and how many written in place, or the first operation that',
    'showed somebody what nobody should see. Under 6.x all of it is as a live kernel did it.',
    '',
    `| scenario | ${rules.join(' | ')} |`,
    `| --- |${' --- |'.repeat(rules.length)}`,
    ...scenarios.map(
      scenario => `| \`${scenario}\` | ${rules.map(name => inWords(course(scenario, name))).join(' | ')} |`,
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
