import { expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { mutations } from '../../src/machines/linux/mutations.ts';
import { UNSEEN, witnesses } from '../mutate/in-levels.ts';
import { noticedIn } from '../mutate/levels.ts';

/** `npm run mutate -- --levels` finds the witnesses anew. */
test.each(Object.keys(mutations).filter(name => UNSEEN[name] === undefined))(
  'a level fails by a verdict where %s',
  name => {
    const witness = witnesses[name];
    const level = library.levels.find(({ id }) => id === witness?.level);
    expect(level, 'npm run mutate -- --levels finds a level').toBeDefined();
    expect(noticedIn(level!, witness!.variant, name)).toBe(witness!.verdict);
  },
);

test('hardly any cannot be seen, and all of these are kernels', () => {
  expect(Object.keys(UNSEEN).length).toBeLessThanOrEqual(3);
  for (const name of Object.keys(UNSEEN)) expect(mutations).toHaveProperty([name]);
});
