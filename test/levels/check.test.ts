import { describe, expect, test } from 'vitest';
import { checkLevels, coverageOf, type LevelReport, unproved } from '../../src/levels/check.ts';
import { revealProblems } from '../../src/levels/checks/ideas.ts';
import { readSources } from '../../src/levels/compile.ts';
import { CHECKS } from '../../src/levels/problem.ts';
import { prove } from '../../src/levels/proof.ts';
import { checkTexts, fixture, fixtureLibrary } from './files.ts';

const good = fixture('good.yaml');
const base = fixtureLibrary();

const reportOn = (text: string, name = 'good'): LevelReport =>
  checkTexts({ [`${name}.yaml`]: text }, base)[0]!;

/** Replaces what must be there exactly once. */
function edit(text: string, [from, to]: readonly [string, string]): string {
  expect(text.split(from)).toHaveLength(2);
  return text.replace(from, to);
}

test('the level that the others are made of is proved', () => {
  const report = reportOn(good);
  expect(report.problems).toEqual([]);
  expect(report).toMatchObject({ id: 'good', file: 'good.yaml', ok: true, variants: 4, deadEnds: 0 });
});

test('the library that it stands in is proved', () => {
  expect(fixtureLibrary().levels.map(({ id }) => id)).toEqual(['opening', 'errand']);
  const texts = Object.fromEntries(
    ['opening', 'errand'].map(id => [`${id}.yaml`, fixture(`library/linux/first/${id}.yaml`)]),
  );
  expect(checkTexts(texts, base).flatMap(({ problems }) => problems)).toEqual([]);
});

/** Edits of the good level, and the one place at which the one check complains. */
const broken: readonly (readonly [
  check: string,
  edits: readonly (readonly [from: string, to: string])[],
  line: number,
  column: number,
  message: RegExp,
])[] = [
  ['yaml', [['title: A good level', 'title: A level: good']], 3, 8, /mapping/],
  [
    'yaml',
    [
      ['[demand-zero, cow-copy]', '&a [demand-zero]'],
      ['teaches: [exit]', 'teaches: *a'],
    ],
    8,
    10,
    /alias/i,
  ],
  ['yaml', [['depth: decide', 'depth: decide\ndepth: decide']], 8, 1, /unique/],
  ['schema', [['depth: decide\n', '']], 2, 1, /depth is missing; expected one of "decide"\|"predict"/],
  ['schema', [['depth: decide', 'depth: decide\ndeep: 1']], 8, 1, /no key 'deep'/],
  ['schema', [['- sh: fork child', '- { sh: fork child, child: exit }']], 21, 5, /one process/],
  ['schema', [['- sh: write heap+0 9', '- sh: 9']], 25, 9, /expected an operation/],
  ['schema', [['  - Who else could', '  - One\n  - Two\n  - Who else could']], 33, 3, /at most two hints/],
  ['system', [['system: linux', 'system: plan9']], 4, 9, /no system 'plan9'; expected linux/],
  ['rules', [['rules: 6.x', 'rules: 7.x']], 5, 8, /no rule set '7.x'; expected .*6\.x/],
  ['system', [['rules: 6.x', 'rules: 6.x\narch: mips']], 6, 7, /arch is never 'mips'; expected x86, arm/],
  ['variants', [['rules: 6.x', 'rules: 6.x\narch: $chip']], 6, 7, /no variant 'chip'/],
  ['menu', [['[copy, reuse,', '[copy, recycle, reuse,']], 31, 14, /nothing called 'recycle'; expected copy/],
  ['menu', [['[copy, reuse,', '[reuse, copy,']], 31, 15, /'copy' stands out of order/],
  ['menu', [['zero-page, map-cache,', 'zero-page,']], 31, 7, /differs from that of 'opening'/],
  ['variants', [['notes $notes', 'notes $nots']], 23, 9, /no variant 'nots'; expected child, notes/],
  ['variants', [['[gone, alive]', '[gone, alive, gone]']], 29, 24, /'gone' is listed twice/],
  ['variants', [['  child: [gone', '  moon: [full, new]\n  child: [gone']], 29, 3, /no step looks at 'moon'/],
  ['when', [['when: child=gone', 'when: child=lost']], 22, 26, /child is never 'lost'; expected gone, alive/],
  ['when', [['when: child=gone', 'when: kid=gone']], 22, 26, /no variant 'kid'; expected child, notes/],
  ['when', [['when: child=gone', 'when: gone']], 22, 26, /expected NAME=VALUE/],
  ['operation', [['- sh: write heap+1 4', '- sh: scribble heap+1 4']], 26, 9, /scribble/],
  ['operation', [['- sh: write heap+1 4', '- "sh": "write heap+9 4"']], 26, 18, /./],
  ['operation', [['[rw-, r--]', '[rw-, rwz]']], 23, 23, /rwz/],
  ['operation', [['- sh: fork child', '- sh: ksm']], 21, 9, /./],
  ['operation', [['- sh: write notes+0 8', '- child: write notes+0 8']], 27, 12, /child/],
  ['id', [['id: good', 'id: better']], 2, 5, /expected the file's name, 'good'/],
  ['chapter', [['chapter: first', 'chapter: last']], 6, 10, /no chapter 'last'; expected first, second/],
  ['concepts', [['teaches: [exit]', 'teaches: [exit, nonsense]']], 8, 17, /no concept 'nonsense'/],
  ['taught-before', [['uses: [demand-zero', 'uses: [shared-anon']], 9, 8, /'shared-anon' is used/],
  ['introduced', [['ever look at this frame', 'come by the swap cache']], 33, 5, /says 'swap cache', but/],
  ['misconceptions', [['treats: [M19]', 'treats: [M19, M99]']], 10, 15, /no misconception 'M99'/],
  ['treats', [['treats: [M19]', 'treats: [M19, M27]']], 10, 15, /comes of M27/],
  ['words', [['title: A good level', 'title: The last copy']], 3, 8, /title says 'copy'/],
  ['words', [['Will\n  anybody', 'Is it refused\n  in a']], 11, 8, /story says 'refused'/],
  ['words', [['else could ever look at', 'needs the zeros of']], 33, 5, /first hint says 'zeros'/],
  ['story', [['Now sh', 'It is back. Now sh']], 11, 8, /4 sentences; expected at most 3/],
  ['setup', [['- sh: fork child', '- sh: fork child\n  - sh: protect heap+1 3 r--']], 22, 9, /ENOMEM/],
  [
    'start',
    [
      ['- sh: write heap+0 9', '- { sh: write heap+0 9, when: child=gone }'],
      ['- sh: write heap+1 4', '- { sh: write heap+1 4, when: child=gone }'],
      ['- sh: write notes+0 8', '- { sh: write notes+0 8, when: child=gone }'],
    ],
    25,
    3,
    /nothing is asked with child=alive/,
  ],
  [
    'solvable',
    [
      ['chapter: first', 'chapter: second'],
      ['zero-page, map-cache, refuse-access,', 'zero-page,'],
    ],
    27,
    9,
    /with child=gone, notes=r--.*cannot be solved; expected refuse-access/,
  ],
  ['cells', [['- sh: write heap+0.1 5', '- sh: write heap+0.1 0']], 25, 9, /the page holds 7 0 0 0/],
  [
    'bounds',
    [
      ['depth: decide', 'depth: order'],
      ['- sh: fork child', '- sh: fork child\n  - sh: fork other'],
      ['  - sh: write heap+1 4\n  - sh: write notes+0 8\n', '  - other: read heap+0\n'.repeat(7)],
      ['[copy, reuse, zeroed, zero-page, map-cache, refuse-access, refuse-unmapped]', '[clear, flush, set]'],
    ],
    26,
    3,
    /too much to go through with child=gone, notes=rw-: 7 moves of the others; expected at most 6/,
  ],
  [
    'rote',
    [
      ['[gone, alive]', '[gone]'],
      ['[rw-, r--]', '[rw-]'],
    ],
    29,
    3,
    /looks only at the error code/,
  ],
  [
    'chance',
    [
      ['chapter: first', 'chapter: second'],
      ['  - sh: write heap+1 4\n  - sh: write notes+0 8\n', ''],
    ],
    25,
    3,
    /14\.3 of 100 attempts/,
  ],
  [
    'alike',
    [
      ['  - sh: write notes+0 8\n', ''],
      ['  - sh: protect notes $notes\n', ''],
      ['  notes: [rw-, r--]\n', ''],
      ['chapter: first', 'chapter: second'],
    ],
    24,
    3,
    /exactly what 'errand' asks/,
  ],
];

describe('a level that breaks one rule is told of that one, at its place', () => {
  test.each(broken)('%s: %j', (check, edits, line, column, message) => {
    const text = edits.reduce(edit, good);
    const { ok, problems } = reportOn(text);
    expect(ok).toBe(false);
    expect([...new Set(problems.map(problem => problem.check))]).toEqual([check]);
    expect(problems[0]).toMatchObject({ line, column, message: expect.stringMatching(message) });
  });
});

test('a dead end behind a wasteful answer is listed', () => {
  const { problems, deadEnds, winning } = reportOn(fixture('dead-end.yaml'), 'dead-end');
  expect(problems).toMatchObject([{ check: 'dead-end', line: 17, column: 9 }]);
  expect(problems[0]!.message).toContain('expected reuse on the menu');
  expect({ deadEnds, winning }).toEqual({ deadEnds: 1, winning: 2 });
});

test('a level to foretell has one winning sequence a variant', () => {
  const { problems, variants, winning, wasteful, rote } = reportOn(fixture('foretold.yaml'), 'foretold');
  expect(problems).toEqual([]);
  expect({ variants, winning, wasteful }).toEqual({ variants: 2, winning: 2, wasteful: 0 });
  // 35 answers fit the form: 4 frames without a fault; 7 classes with 4 frames each; 3 codes.
  expect(rote.randomThreeStars).toBeCloseTo(35 ** -3, 12);
});

test('a level to foretell is told which field says that another has no answer', () => {
  const full = edit(
    edit(fixture('foretold.yaml'), ['setup:', 'setup:\n  - memory: "1"\n  - overcommit: always']),
    ['treats: [M3]', 'treats: []'],
  );
  const [problem] = reportOn(full, 'foretold').problems.filter(({ check }) => check === 'solvable');
  expect(problem).toMatchObject({ line: 20, column: 9 });
  expect(problem!.message).toMatch(/^no answer on offer is right here.*; expected refusal on the menu$/);
  const asked = edit(full, ['class, code', 'class, refusal, code']);
  expect(reportOn(asked, 'foretold').problems.filter(({ check }) => check === 'solvable')).toEqual([]);
});

test('a choice that no misconception explains is told', () => {
  const loaded = readSources(['good.yaml'], () => good).levels[0]!;
  const { graphs } = prove(loaded.level);
  expect(revealProblems(loaded, graphs)).toEqual([]);
  const strange = graphs.map(graph => ({
    ...graph,
    nodes: new Map([...graph.nodes].map(([key, node]) => [key, { ...node, rule: 'no-such-rule' }])),
  }));
  const problems = revealProblems({ ...loaded, level: { ...loaded.level, treats: [] } }, strange);
  expect(new Set(problems.map(({ check }) => check))).toEqual(new Set(['tags']));
  expect(problems[0]).toMatchObject({ line: 25, column: 9 });
});

test('a fault of our own machine is told as ours, and the other levels are proved all the same', () => {
  const sources = readSources(['good.yaml', 'foretold.yaml'], name => fixture(name));
  const [first, second] = sources.levels;
  const ours = { ...first!, level: { ...first!.level, rules: 'a rule set that no machine has' } };
  const reports = [...checkLevels({ ...sources, levels: [ours, second!] }, base)];
  expect(new Set(reports[0]!.problems.map(({ check }) => check))).toEqual(new Set(['our-fault']));
  expect(reports[0]!.problems[0]).toMatchObject({ line: 25, column: 9 });
  expect(reports[1]!.problems).toEqual([]);
});

test('every check is broken by one of these levels', () => {
  const elsewhere = ['chapters', 'shipped', 'tags', 'dead-end', 'our-fault', 'shown'];
  expect([...new Set(broken.map(([check]) => check)), ...elsewhere].sort()).toEqual([...CHECKS].sort());
});

describe('the order of play', () => {
  const read = (chapters: string) =>
    readSources(['linux/chapters.yaml', 'good.yaml'], name => (name === 'good.yaml' ? good : chapters));

  test('a level that no chapter lists would never be played', () => {
    const sources = read('- { id: first, title: First, about: First., levels: [] }\n');
    const [report] = checkLevels(sources, { chapters: [], levels: [] });
    expect(report!.problems).toContainEqual(
      expect.objectContaining({
        check: 'chapter',
        line: 2,
        message: expect.stringContaining('never played'),
      }),
    );
  });

  test('a chapter lists what there is, and once', () => {
    const sources = read('- { id: first, title: First, about: First., levels: [good, good, bad] }\n');
    expect(sources.problems).toMatchObject([
      { file: 'linux/chapters.yaml', line: 1, column: 60, message: "'good' is listed twice" },
      { file: 'linux/chapters.yaml', line: 1, column: 66, message: "no file holds the level 'bad'" },
    ]);
  });

  test('a chapter belongs to the system of its levels, else to that of its folder', () => {
    const systems = (file: string, levels: string) =>
      readSources([file, 'good.yaml'], name =>
        name === 'good.yaml' ? good : `- { id: first, title: First, about: First., levels: ${levels} }\n`,
      ).chapters.map(({ chapter }) => chapter.system);
    expect(systems('chapters.yaml', '[good]')).toEqual(['linux']);
    expect(systems('levels/xen/chapters.yaml', '[]')).toEqual(['xen']);
  });

  test('a level that the game holds must be among those proved', () => {
    expect(unproved(base, ['opening', 'errand'])).toEqual([]);
    expect(unproved(base, ['opening'])).toMatchObject([{ check: 'shipped', file: base.levels[1]!.file }]);
  });

  test('two files may not hold one id', () => {
    const reports = checkTexts({ 'a/good.yaml': good, 'b/good.yaml': good }, base);
    for (const { problems } of reports)
      expect(problems).toContainEqual(expect.objectContaining({ check: 'id', line: 2, column: 5 }));
  });

  test('a file with the id of a library level takes its place', () => {
    const errand = fixture('library/linux/first/errand.yaml');
    expect(checkTexts({ 'elsewhere/errand.yaml': errand }, base)[0]!.problems).toEqual([]);
  });
});

test('coverage names the levels of each concept and misconception', () => {
  const { concepts, misconceptions } = coverageOf(base.levels);
  expect(concepts['cow-copy']).toEqual({ teaches: ['opening'], uses: ['errand'] });
  expect(misconceptions).toMatchObject({ M1: ['opening'], M19: ['errand'], M2: [] });
});
