import { describe, expect, test } from 'vitest';
import texts from '../../../assets/hurd/texts.json' with { type: 'json' };
import { complete, judge } from '../../../src/judge/judge.ts';
import type { Verdict } from '../../../src/judge/verdict.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import { MappingDatabase, READ, WRITE } from '../../../src/machines/hurd/space.ts';
import { RULES } from '../../../src/machines/hurd/why.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { ROWS } from './rows.ts';

/** The message of a program's last operation, everything before it answered by the reference. */
function situationOf(program: string, rules: string) {
  const parsed = parseProgram(program, 'program');
  const world = hurd.boot(parsed, rules);
  const ideal = hurd.ideal.boot(parsed);
  for (const move of parsed.moves.slice(0, -1)) hurd.ideal.advance(ideal, move, complete(hurd, world, move));
  const move = parsed.moves.at(-1)!;
  const fault = hurd.step(world, move);
  if (!isTrap(fault)) throw new RangeError(`${program} asks nothing: ${JSON.stringify(fault)}`);
  return { world, ideal, move, fault };
}

describe('the decision tables', () => {
  test.each(ROWS)('$row: $rule', ({ program, rules, rule, reference, verdicts }) => {
    const situation = situationOf(program.join('\n'), rules);
    const { world, fault } = situation;
    expect(hurd.best(world, fault).do).toBe(reference);
    expect(hurd.why(world, fault, hurd.best(world, fault)).rule).toBe(rule);
    const offers = hurd.offers(world, fault, hurd.decisions);
    const found: Partial<Record<Verdict, string>> = {};
    for (const decision of offers) {
      const { verdict } = judge(hurd, situation, decision, offers);
      found[verdict] = `${found[verdict] ?? ''} ${decision.do}`.trimStart();
    }
    expect(found).toEqual(verdicts);
  });

  test('all rows of the pager and of physmem are there', () => {
    const rows = new Set(ROWS.map(({ row }) => row.split(' ')[0]));
    const wanted = [...range('P', 16), ...range('M', 14), 'M16', ...range('R', 5)];
    expect(wanted.filter(row => !rows.has(row))).toEqual([]);
  });
});

const range = (letter: string, last: number): string[] =>
  Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);

test('M15: a write request answered read-only makes the thread fault again, and tells its pager nothing more', () => {
  const situation = situationOf('p0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\np1 write 0 9', 'physmem');
  const offers = hurd.offers(situation.world, situation.fault, hurd.decisions);
  const judged = judge(hurd, situation, hurd.parse('map-ro'), offers);
  expect(judged.verdict).toBe('wasteful');
  expect(judged.cost.faults - judged.bestCost.faults).toBe(1);
});

test('P17: a map item from anybody is nothing without an open window', () => {
  const database = new MappingDatabase();
  database.map({ pfn: 3, generation: 1 }, 'server', 0, READ | WRITE);
  const item = [database.at('server', 0)!];
  expect(database.deliver(item, READ, undefined)).toBe(0);
  expect(database.of('task')).toEqual([]);
  expect(database.deliver(item, READ, { space: 'task', page: 5, pages: 1 })).toBe(1);
  expect(database.at('task', 5)).toMatchObject({ pfn: 3, rights: READ });
});

test('what to ask for is a decision of its own: too much copies, too little faults twice', () => {
  const forked = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\n';
  const cost = (program: string, decision: string) => {
    const situation = situationOf(program, 'pager');
    const offers = hurd.offers(situation.world, situation.fault, hurd.decisions);
    return judge(hurd, situation, hurd.parse(decision), offers).cost;
  };
  expect(cost(`${forked}p1 read 0`, 'ask-read').frames).toBe(0);
  expect(cost(`${forked}p1 read 0`, 'ask-write').frames).toBe(1);
  expect(cost(`${forked}p1 write 0 9`, 'ask-write').faults).toBe(1);
  expect(cost(`${forked}p1 write 0 9`, 'ask-read').faults).toBe(2);
});

test('three ways to refuse: a signal, an error of physmem, and silence', () => {
  const shown = (program: string, rules: string, decision: string) => {
    const { world, move, fault } = situationOf(program, rules);
    hurd.apply(world, fault, hurd.parse(decision));
    return hurd.step(world, move);
  };
  const untouched = 'p0 map 0 1 rw- anon\np0 read 0';
  expect(shown(untouched, 'pager', 'segv')).toMatchObject({ kind: 'signal', signal: 'SEGV' });
  expect(shown(untouched, 'pager', 'drop')).toEqual({ kind: 'asleep' });
  expect(shown('p0 map 0 1 rw- anon\np0 miscall weak 0', 'physmem', 'deny-rights')).toEqual({
    kind: 'error',
    errno: 'EPERM',
  });
});

test('the player is told of every rule where it is from', () => {
  const source = /as coded in 2005|the code of 2005|the design of 2003|the seed mail of 2004|our choice/i;
  const silent = Object.entries(texts.rules).filter(([, { text }]) => !source.test(text));
  expect(silent.map(([rule]) => rule)).toEqual([]);
  expect(Object.keys(texts.rules).sort()).toEqual(Object.keys(RULES).sort());
});
