import { begin, type Course, optimalNext, question } from '../course.ts';
import { stateOf } from '../explore.ts';
import type { Level } from '../level.ts';
import { courseKey } from '../par.ts';
import { variantsOf } from '../variants.ts';

/**
 * What a level asks over all its variants when it is played well: entry, counts of the frame, rights,
 * access and best answer of each question, in no order. Two levels that ask the same ask it twice.
 */
export function asksOf(level: Level): string {
  const asked: string[] = [];
  for (const variant of variantsOf(level).keys())
    for (let course: Course | undefined = begin(level, variant); course !== undefined; ) {
      const open = question(course);
      if (open === undefined) break;
      const { rule, facts, reference } = stateOf(course, open);
      const { entryKind, maps, refs, exclusive, rights } = facts;
      // A race is told apart by all that takes part in it.
      const race =
        open.depth === 'order' || open.depth === 'break' ? `${open.depth} ${courseKey(course)}` : '';
      asked.push([rule, entryKind, maps, refs, exclusive, rights, open.move.op, reference, race].join(' '));
      const ways = optimalNext(course);
      course = (ways.find(({ decision }) => decision === reference) ?? ways[0])?.next;
    }
  return asked.sort().join('\n');
}
