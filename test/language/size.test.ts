import { expect, test } from 'vitest';
import { parseProgram } from '../../src/language/parse.ts';
import { grow, noSize } from '../../src/language/size.ts';

/** Pages that all processes have mapped after a program, at most. */
function pagesAfter(...lines: readonly string[]): number {
  const size = noSize();
  for (const move of parseProgram(lines.join('\n'), 'program.txt').moves) grow(size, move);
  return size.pages;
}

test.each<[string, number, string[]]>([
  [
    'what is mapped counts, and what is unmapped still does',
    30,
    ['p0 map 0 10 rw- anon', 'p0 map 10 20 rw- anon', 'p0 unmap 0 10'],
  ],
  ['a child has as many as its parent', 20, ['p0 map 0 10 rw- anon', 'p0 fork p1']],
  ['who exits has none', 10, ['p0 map 0 10 rw- anon', 'p0 fork p1', 'p1 exit']],
  ['nor who starts another program', 10, ['p0 map 0 10 rw- anon', 'p0 fork p1', 'p1 execve']],
  ['threads have the same', 10, ['p0 map 0 10 rw- anon', 'p0 thread p1']],
  ['until the last of them exits', 20, ['p0 map 0 10 rw- anon', 'p0 thread p1', 'p0 exit', 'p1 fork p2']],
  ['whoever mapped them', 20, ['p0 thread p1', 'p1 map 0 10 rw- anon', 'p1 exit', 'p0 fork p2']],
  [
    'a child of vfork maps for its parent',
    20,
    ['p0 vfork p1', 'p1 map 0 10 rw- anon', 'p1 exit', 'p0 fork p2'],
  ],
])('%s', (_, pages, lines) => {
  expect(pagesAfter(...lines)).toBe(pages);
});
