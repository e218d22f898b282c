import { expect, test } from 'vitest';
import { textsOf } from '../../src/game/texts.ts';
import { RULES as hurd } from '../../src/machines/hurd/why.ts';
import { RULES as linux } from '../../src/machines/linux/fault/why.ts';
import { RULES as xen } from '../../src/machines/xen/fault-path.ts';
import { entryFor, wordsAbout } from '../../src/ui/glossary.ts';
import { inLevel } from '../../src/ui/open.ts';
import { areaOf } from '../../src/ui/page.ts';
import { pageOf } from '../../src/ui/screens/pages.ts';
import { lastAnswer, top, works } from '../../src/ui/state.ts';
import { update } from '../../src/ui/update.ts';
import { gameIn, levelNamed, textOf, widest } from './fixtures.ts';

test('what to read is about the function that decided, then about the words of the rule', () => {
  const found = wordsAbout('Nothing but a frame was there.', 'do_wp_page → wp_page_copy');
  expect(found.length).toBeGreaterThan(1);
  expect(entryFor(found[0]!)!.source).toContain('do_wp_page');
  expect(found).toContain('frame');
  expect(wordsAbout('', '')).toEqual([]);
});

test.each([
  ['linux', linux],
  ['xen', xen],
  ['hurd', hurd],
] as const)('of each rule of %s the glossary has something to say', (system, rules) => {
  const silent = Object.entries(rules).filter(
    ([rule, decided]) => wordsAbout(textsOf(system).rules[rule]!.text, decided).length === 0,
  );
  expect(silent).toEqual([]);
});

test.each([
  [80, 24],
  [60, 20],
])('after an answer one key reads more, and Esc leads back, in %i columns and %i lines', (columns, rows) => {
  const game = gameIn(undefined, { variant: 0 });
  const act = (state: ReturnType<typeof inLevel>, input: Parameters<typeof update>[1]) =>
    update(state, input, game, { lines: 10, most: 25 })!;
  const asked = act(inLevel(game, levelNamed('after-the-child-has-gone')), {
    command: 'start',
    key: 'enter',
  });
  const result = act(asked, { chosen: 'copy' });
  expect(works(result)('more')).toBe(true);
  const more = act(result, { command: 'more', key: 'e' });
  const page = pageOf(more, game, areaOf(columns, rows));
  const shown = page.above.map(textOf).join('\n');
  expect(shown).toContain(lastAnswer(result)!.text.function.split(' ')[0]);
  const { rule, function: decided } = lastAnswer(result)!.text;
  expect(shown).toContain(entryFor(wordsAbout(rule, decided)[0]!)!.title);
  expect(widest(page.above)).toBeLessThanOrEqual(columns);
  expect(top(act(more, { command: 'back', key: 'escape' })).at).toBe('result');
});
