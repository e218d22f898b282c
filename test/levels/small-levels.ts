import fc from 'fast-check';
import type { Level, Step } from '../../src/levels/level.ts';

/** An operation, or nothing where the processes that it names do not live. */
type Draft = readonly [process: 'sh' | 'child', text: string];

const page = fc.constantFrom('a+0', 'a+1', 'b+0');
const access: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(page, fc.integer({ min: 1, max: 9 })).map(([where, value]) => `write ${where} ${value}`),
  page.map(where => `read ${where}`),
  page.map(where => `fetch ${where}`),
);
const call = fc.oneof(
  fc
    .tuple(page, fc.constantFrom('rw-', 'r--', 'r-x', '---'))
    .map(([where, perm]) => `protect ${where} 1 ${perm}`),
  page.map(where => `dontneed ${where} 1`),
  page.map(where => `unmap ${where} 1`),
);
const fork = fc.constant('fork child');
const process = fc.constantFrom<'sh' | 'child'>('sh', 'child');

const setup: fc.Arbitrary<readonly Draft[]> = fc.array(
  fc.tuple(
    process,
    fc.oneof(
      { weight: 3, arbitrary: access },
      { weight: 1, arbitrary: call },
      { weight: 1, arbitrary: fork },
    ),
  ),
  { maxLength: 6 },
);
const script: fc.Arbitrary<readonly Draft[]> = fc.array(
  fc.tuple(
    process,
    fc.oneof(
      { weight: 6, arbitrary: access },
      { weight: 1, arbitrary: call },
      { weight: 1, arbitrary: fork },
    ),
  ),
  { minLength: 1, maxLength: 3 },
);
const menu = fc
  .subarray(['copy', 'reuse', 'zeroed', 'zero-page', 'map-cache', 'refuse-access', 'refuse-unmapped'], {
    minLength: 2,
  })
  .filter(names => names.length <= 6);

const DEFAULTS = {
  title: 'Small',
  system: 'linux',
  rules: '6.x',
  chapter: 'small',
  teaches: [],
  uses: [],
  treats: [],
  story: 'A small level.',
  hints: ['Look.'],
  file: 'small.yaml',
} as const;

/** Steps of processes that live: sh from the start, its child once it was forked. */
function steps(drafts: readonly Draft[], alive: Set<string>, line: number, when: Step['when']): Step[] {
  const kept: Step[] = [];
  for (const [who, text] of drafts) {
    if (!alive.has(who) || (text === 'fork child' && alive.has('child'))) continue;
    if (text === 'fork child') alive.add('child');
    kept.push({
      process: who,
      text,
      when,
      place: { file: 'small.yaml', line: line + kept.length, column: 5 },
    });
  }
  return kept;
}

/** Levels with two variants, `with` and `without` one of the steps that prepare them. */
export const smallLevel = (depth: Level['depth']): fc.Arbitrary<Level> =>
  fc
    .record({ setup, extra: fc.tuple(fc.constant('sh' as const), fc.oneof(access, call)), script, menu })
    .map(drafts => {
      const alive = new Set(['sh']);
      const maps: Draft[] = [
        ['sh', 'map a 2 rw- anon'],
        ['sh', 'map b 1 rw- shared-anon'],
      ];
      const before = steps([...maps, ...drafts.setup], alive, 1, []);
      const extra = steps([drafts.extra], alive, 50, [['extra', 'with']]);
      return {
        ...DEFAULTS,
        id: 'small',
        depth,
        setup: [...before, ...extra],
        script: steps(drafts.script, alive, 100, []),
        variants: { extra: ['with', 'without'] },
        menu: depth === 'decide' ? drafts.menu : ['fault', 'class'],
      };
    })
    .filter(level => level.script.length > 0);
