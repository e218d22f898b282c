import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import texts from '../../assets/texts.json' with { type: 'json' };
import { factsIn, fill, isTemplate } from '../../src/game/template.ts';
import { textsOf } from '../../src/game/texts.ts';
import type { Answer } from '../../src/game/types.ts';
import { costText, invariantText, ruleText } from '../../src/game/words.ts';
import { OwnFault } from '../../src/judge/judge.ts';
import { VERDICTS } from '../../src/judge/verdict.ts';
import { begin, optimalNext } from '../../src/levels/course.ts';
import type { Level } from '../../src/levels/level.ts';
import { RULES } from '../../src/machines/linux/fault/why.ts';
import { invariants } from '../../src/machines/linux/invariants/invariants.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { type Facts, NO_COST } from '../../src/machines/machine.ts';
import { machines } from '../../src/machines/registry.ts';
import { begun, levelOf, levels, played, table } from './levels.ts';

/** Of forms with many answers some will do, evenly spread. */
const MOST_ANSWERS = 10;

/** Every answer, or many, that can be given in a level by playing on optimally. */
function everyAnswer(level: Level): Answer[] {
  const answers: Answer[] = [];
  let run = begun(level);
  let ways = optimalNext(begin(level, 0));
  for (let [way] = ways; way !== undefined; [way] = ways) {
    const { offers } = table(run).question!;
    const step = Math.ceil(offers.length / MOST_ANSWERS);
    const given = offers.map(({ id }) => id).filter((_, i) => i % step === 0);
    answers.push(...[...given, way.decision].map(id => table(played(run, id)).answers.at(-1)!));
    run = played(run, way.decision);
    ways = optimalNext(way.next);
  }
  return answers;
}

const given = levels.map(level => ({ system: level.system, answers: everyAnswer(level) }));
const answers: readonly Answer[] = given.flatMap(each => each.answers);
/** What decided in the levels of Linux, with the facts. */
const reasons = given
  .filter(({ system }) => system === 'linux')
  .flatMap(each => each.answers)
  .flatMap(({ judgement, reason }) => judgement?.reason ?? reason ?? [])
  .filter(({ facts }) => Object.keys(facts).length > 0);

/** All texts of the file, with their paths. */
function* allTexts(node: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof node === 'string') yield [path, node];
  else for (const [key, value] of Object.entries(node as object)) yield* allTexts(value, `${path}.${key}`);
}

describe('the file of texts', () => {
  test('has every system that can be played, and all that its machine can say', () => {
    for (const { system, decisions, fields } of Object.values(machines)) {
      const { decisions: known, fields: asked } = textsOf(system);
      expect(Object.keys(known).sort()).toEqual([...decisions].sort());
      for (const { id, options } of fields)
        expect(Object.keys(asked[id]!.options).sort(), id).toEqual([...options].sort());
    }
    const { rules, invariants: known } = textsOf('linux');
    expect(Object.keys(rules).sort()).toEqual(Object.keys(RULES).sort());
    for (const { id } of invariants) expect(known[id], id).toBeDefined();
    for (let i = 1; i <= 20; i++) expect(invariantText('linux', `I${i}`)).toMatch(/^I\d+: [a-z]/);
    expect(Object.keys(texts.verdicts)).toEqual([...VERDICTS]);
  });

  test('is made of well-formed templates', () => {
    const systems = Object.keys(machines).map(system => [system, textsOf(system)]);
    for (const [path, text] of allTexts({ ...texts, ...Object.fromEntries(systems) }, 'texts'))
      expect(isTemplate(text), path).toBe(true);
  });

  test('names only facts that the machine gives', () => {
    const given = Object.keys(reasons[0]!.facts);
    for (const { facts } of reasons) expect(Object.keys(facts)).toEqual(given);
    const { rules, decisions } = textsOf('linux');
    const named = [
      ...Object.values(rules)
        .flatMap(rule => [rule, ...Object.values(rule.kernels ?? {})])
        .flatMap(({ state, text }) => [...factsIn(state), ...factsIn(text)]),
      ...Object.values(decisions).flatMap(({ did }) => factsIn(did)),
    ];
    expect(given).toEqual(expect.arrayContaining(named));
  });

  test('has no text for what there is not', () => {
    expect(() => ruleText('linux', { rule: 'magic', function: 'f', facts: {} })).toThrow(OwnFault);
    expect(() => invariantText('linux', 'I99')).toThrow(OwnFault);
    expect(() => textsOf('minix')).toThrow(OwnFault);
  });
});

describe('the words of every answer in every level', () => {
  test('have no holes', () => {
    for (const { operation, text } of answers)
      for (const [path, words] of allTexts(text, operation))
        expect(words, path).not.toMatch(/[{}]|undefined|null|NaN|\[object/);
  });

  test('say of each wrong decision what it shows, in the last step of its consequence', () => {
    const wrong = answers.filter(({ judgement }) => judgement?.consequence !== undefined);
    expect(wrong.length).toBeGreaterThan(0);
    for (const { operation, depth, decision, text, judgement } of wrong) {
      expect(text.steps.at(-1)!.shows, `${operation}: ${decision}`).not.toBe('');
      expect(text.steps).toHaveLength(judgement!.consequence!.steps.length);
      if (depth === 'decide' || depth === 'detail')
        expect(text.decided).toContain(judgement!.reason.facts['page']);
    }
  });

  test('say of each wasteful decision what it costs and what is better', () => {
    const wasteful = answers.filter(({ verdict }) => verdict === 'wasteful');
    expect(wasteful.length).toBeGreaterThan(0);
    for (const { text } of answers) expect(text.waste).toMatch(/^$|^\d.* more than needed\. Better: .*\.$/);
    for (const { text } of wasteful) expect(text.waste).not.toBe('');
  });

  test('say by which rule', () => {
    for (const { operation, decision, text } of answers)
      expect(text.rule, `${operation}: ${decision}`).not.toBe('');
  });

  test('say of each prediction what came', () => {
    for (const { depth, verdict, text } of answers.filter(each => each.depth === 'predict'))
      expect(text.headline, depth).toMatch(
        verdict === 'optimal' ? /^As you said: / : /^You said .* What came: /,
      );
  });
});

/** Facts that differ in all that can be named, by words that no text has. */
const word = fc.stringMatching(/^[a-z]{3,7}q$/);
const facts: fc.Arbitrary<Facts> = fc
  .uniqueArray(word, { minLength: 13, maxLength: 13 })
  .chain(([process, other, page, vma, rights, entry, kind, frame, decision, stack, object, slot, device]) =>
    fc.record({
      process: fc.constant(process!),
      page: fc.constant(page!),
      access: fc.constantFrom('read', 'write', 'fetch'),
      errorCode: fc.nat(31),
      decision: fc.constant(decision!),
      vma: fc.constant(vma!),
      rights: fc.constant(rights!),
      entry: fc.constant(entry!),
      entryKind: fc.constant(kind!),
      frame: fc.constant(frame!),
      mappers: fc.constant([process!, other!]),
      others: fc.constant([other!]),
      maps: fc.integer({ min: 2, max: 9 }),
      refs: fc.integer({ min: 2, max: 9 }),
      exclusive: fc.boolean(),
      object: fc.constant(object!),
      index: fc.integer({ min: 2, max: 9 }),
      end: fc.integer({ min: 2, max: 9 }),
      cached: fc.boolean(),
      disk: fc.boolean(),
      slot: fc.constant(slot!),
      slotEntries: fc.integer({ min: 2, max: 9 }),
      swapCached: fc.boolean(),
      device: fc.constant(device!),
      stack: fc.constant(stack!),
      size: fc.integer({ min: 2, max: 9 }),
      gap: fc.integer({ min: 2, max: 9 }),
      limit: fc.integer({ min: 2, max: 9 }),
      victim: fc.constant(other!),
      badness: fc.integer({ min: 2, max: 9 }),
      kernel: fc.constantFrom(...linux.rules),
      wp: fc.boolean(),
    }),
  );

describe('explanations follow the facts', () => {
  test('a rule names the facts of this state, whatever they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(RULES)), facts, (rule, given) => {
        const { kernels, text: newest } = textsOf('linux').rules[rule]!;
        const text = ruleText('linux', { rule, function: '', facts: given });
        for (const name of factsIn(kernels?.[String(given['kernel'])]?.text ?? newest))
          for (const said of [given[name]!].flat())
            expect(text).toContain(typeof said === 'boolean' ? '' : String(said));
      }),
    );
  });

  test('two facts swapped are named the other way round', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(RULES)), facts, (rule, given) => {
        const { process, frame } = given as { process: string; frame: string };
        const swap = (text: string) =>
          text.replace(new RegExp(`\\b(${process}|${frame})\\b`, 'g'), it =>
            it === process ? frame : process,
          );
        const swapped: Facts = {
          ...given,
          process: frame,
          frame: process,
          mappers: [frame, ...(given['others'] as string[])],
        };
        const { kernels = {}, ...newest } = textsOf('linux').rules[rule]!;
        for (const template of [newest, ...Object.values(kernels)].flatMap(texts => Object.values(texts)))
          expect(fill(template, swapped)).toBe(swap(fill(template, given)));
      }),
    );
  });

  test('a level with other names and values is explained by its own', () => {
    const story = (parent: string, child: string, region: string, kept: number, stored: number) =>
      levelOf(`
depth: decide
setup:
  - ${parent}: map ${region} 1 rw- anon
  - ${parent}: write ${region}+0 ${kept}
  - ${parent}: write ${region}+0.1 5
  - ${parent}: fork ${child}
script:
  - ${child}: write ${region}+0 ${stored}
menu: [copy, reuse, zeroed, zero-page, map-cache, refuse-access, refuse-unmapped]`);
    const words = (level: Level) => everyAnswer(level).map(({ operation, text }) => ({ operation, text }));
    const renamed = JSON.stringify(words(story('sh', 'child', 'heap', 71, 91))).replaceAll(
      /\b(sh|child|heap|71|91)\b/g,
      name => ({ sh: 'child', child: 'sh', heap: 'notes', 71: '91', 91: '71' })[name]!,
    );
    expect(words(story('child', 'sh', 'notes', 91, 71))).toEqual(JSON.parse(renamed));
  });

  test('the sentences of the manual', () => {
    const level = levelOf(`
depth: decide
setup:
  - sh: map heap 1 rw- anon
  - sh: write heap+0 7
  - sh: write heap+0.1 5
  - sh: fork child
script:
  - child: write heap+0 9
menu: [copy, reuse]`);
    const [copy, reuse] = everyAnswer(level).map(({ text }) => text);
    expect(copy).toMatchObject({
      headline: 'You copied heap+0 to a new frame for child. sh still maps f1.',
      rule: 'The entry is read-only, the VMA (rw-, private) is writable, and f1 has 2 mappers, sh and child: copy on write.',
      waste: '',
    });
    expect(reuse).toMatchObject({
      headline: 'You let child write in place. sh still maps f1.',
      decided: 'child heap+0: f1 r-- - D → f1 rw- A D',
      steps: [
        { who: 'child', operation: 'stores 9 to heap+0', shows: '' },
        { who: 'sh', operation: 'loads heap+0', shows: 'sees 9, should see 7' },
      ],
    });
    expect(reuse!.broken[0]).toMatch(/^I1: a writable entry maps an anonymous frame that nobody else maps/);
  });
});

test('costs are said with their counts, those of nothing are left out', () => {
  expect(costText(NO_COST)).toBe('nothing');
  expect(costText({ ...NO_COST, frames: 1, bytesRead: 4096, bytesWritten: 4096 })).toBe(
    '1 frame and 4096 bytes copied',
  );
  expect(costText({ ...NO_COST, frames: 2, bytesRead: 4096, faults: 1 })).toBe(
    '2 frames, 4096 bytes read and 1 fault',
  );
  expect(costText({ ...NO_COST, bytesWritten: 8192, bytesRead: 4096, localFlushes: 2 })).toBe(
    '4096 bytes copied, 4096 bytes written and 2 local flushes',
  );
});
