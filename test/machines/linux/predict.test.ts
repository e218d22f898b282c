import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { isAccess } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { answersOf, askedOf, fieldsOf, formatAnswer } from '../../../src/levels/form.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { programs } from './programs.ts';

/** What the last move of a program is foretold to do; the kernel decides before it. */
function foretold(text: string) {
  const { moves, ...program } = parseProgram(text, 'foretold');
  const world = linux.boot({ ...program, moves }, '6.x');
  for (const move of moves.slice(0, -1)) complete(linux, world, move);
  return linux.outcome(world, moves.at(-1)!);
}

/** Page 0 may be written and is empty, page 1 is read-only, page 2 is no page at all. */
const PAGES = 'p0 map 0 1 rw- anon\np0 map 1 1 r-- anon\n';

describe('how a fault is refused', () => {
  test.each([
    ['p0 write 1 5', 'signal', 'ACCERR', 'SIGSEGV'],
    ['p0 write 2 5', 'signal', 'MAPERR', 'SIGSEGV'],
    ['p0 rsys pipe 1 0 9 5', 'fix-up', 'ACCERR', 'EFAULT'],
    ['p0 rsys pipe 2 0 9 5', 'fix-up', 'MAPERR', 'EFAULT'],
    ['p0 rsys zero 0 4090 9 0', 'fix-up', 'ACCERR', 'part'],
    ['p0 wsys module 2 0 9', 'fix-up', 'MAPERR', 'EFAULT'],
    ['p0 wsys bare 2 0 9', 'oops', 'MAPERR', 'SIGKILL'],
    ['p0 rsys bare 1 0 9 5', 'oops', 'ACCERR', 'SIGKILL'],
    ['p0 rsys nofault 0 0 9 5', 'fix-up', 'ACCERR', 'EFAULT'],
    ['p0 rsys rash 0 0 9 5', 'oops', 'ACCERR', 'SIGKILL'],
    ['p0 kfetch 0', 'oops', 'ACCERR', 'SIGKILL'],
  ])('%s: %s', (access, refusal, code, end) => {
    expect(foretold(PAGES + access)).toEqual({ fault: 'fault', class: 'refused', refusal, code, end });
  });

  test('at the end of memory by a kill, if nothing can be had again', () => {
    const full = (rest: string) =>
      foretold(
        `memory 1\novercommit always\nfile 0 1 ext4\np0 map 0 2 rw- anon\np0 map 2 1 rw- shared 0 0\n${rest}`,
      );
    const died = { fault: 'fault', class: 'refused', refusal: 'oom-kill', end: 'SIGKILL' };
    expect(full('p0 write 0 5\np0 write 1 6')).toEqual(died);
    expect(full('p0 write 2 5\np0 rsys pipe 0 0 9 6')).toEqual(died);
    const other = 'p0 write 0 5\np0 fork p1\np1 unmap 0 1\np1 write 1 6';
    expect(full(other)).toEqual({ ...died, end: 'done' });
    // The file's page goes, and what its frame holds then is as new as in any other.
    expect(full('p0 read 2\np0 write 0 5')).toMatchObject({ class: 'zeroed', frame: 'new', end: 'done' });
    expect(full('p0 write 0 5\np0 read 1')).toMatchObject({ class: 'zero-page', end: 'done' });
  });
});

test('what comes of any access is one of the answers of the form, whatever else a level asks', () => {
  const further = fc.subarray(['code', 'frame', 'end']);
  fc.assert(
    fc.property(programs({ length: 40, shortage: true }), further, (program, menu) => {
      const fields = fieldsOf(linux.fields, ['fault', 'class', 'refusal', ...menu]);
      const answers = new Set(answersOf(fields).map(answer => formatAnswer(fields, answer)));
      const world = linux.boot(program, '6.x');
      for (const move of program.moves) {
        const lives = world.processes.some(({ name, mm }) => name === move.process && mm >= 0);
        if (isAccess(move) && lives)
          expect(answers).toContain(formatAnswer(fields, askedOf(fields, linux.outcome(world, move))));
        complete(linux, world, move);
      }
    }),
    { numRuns: 60 },
  );
});
