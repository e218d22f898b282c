import type { Case, Scene } from '../case.ts';
import { by } from './linux-lines.ts';

/** Pages below a stack, which may be reached or not. Source: expand_downwards and acct_stack_growth, mm/mmap.c. */

/** The lowest page of a stack whose 256 pages below are free, and not within those of another case. */
const STACK = 370;
/** A page that is a stack or not, far above all others. */
const TOP = 970;
const dive = ({ me, bytes, draws }: Scene) =>
  draws.below(2) === 0
    ? by(me, `write ${STACK - 1} ${bytes[2]}`)
    : by(me, `rsys pipe ${STACK - 1} 0 1 ${bytes[2]}`);

export const stacks: readonly Case[] = [
  {
    id: 'shaft',
    concepts: ['stack-bounds', 'stack'],
    rules: ['stack-gap', 'stack-grow', 'copy-no-vma'],
    hidden: true,
    single: true,
    lines: scene => ({
      before: [by(scene.parent, `map ${STACK} 1 rw- anon gd`)],
      // Within 256 pages of it, or farther away.
      after: [
        by(scene.me, `map ${STACK - 200} 1 rw- anon`, 'one'),
        by(scene.me, `map ${STACK + 30} 1 rw- anon`, 'other'),
      ],
      ask: dive(scene),
    }),
  },
  {
    id: 'no-stack',
    concepts: ['stack', 'vma'],
    rules: ['no-vma', 'stack-grow'],
    hidden: true,
    single: true,
    lines: scene => ({
      before: [],
      after: [
        by(scene.me, `map ${TOP} 1 rw- anon`, 'one'),
        by(scene.me, `map ${TOP} 1 rw- anon gd`, 'other'),
      ],
      ask: by(scene.me, `write ${TOP - 1} ${scene.bytes[2]}`),
    }),
  },
];
