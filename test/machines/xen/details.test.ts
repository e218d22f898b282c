import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Findings, judge, type Situation } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { details } from '../../../src/machines/xen/decision.ts';
import { xen } from '../../../src/machines/xen/xen.ts';
import { MOST_SEED } from '../../../src/study/random.ts';
import { guestMoves, opening } from './guests.ts';
import { itself, watch } from './watch.ts';

type Fields = Readonly<Record<string, string>>;

/** The first event of a program's last move, and what Xen would say of it: its decision in detail. */
function lastEvent(text: string, rules = '3.0.3'): { situation: Situation; routine: string; usual: Fields } {
  const program = parseProgram(`xen: domain alice pv64 6\n${text}`, 'program');
  const world = xen.boot(program, rules);
  const ideal = xen.ideal.boot(program, rules);
  for (const move of program.moves) {
    let result = xen.step(world, move);
    while (isTrap(result)) {
      const best = xen.best(world, result);
      if (move === program.moves.at(-1))
        return {
          situation: { world, ideal, move, fault: result, findings: new Findings() },
          routine: best.do,
          usual: xen.usual!(world, result, best),
        };
      xen.apply(world, result, best);
      result = xen.step(world, move);
    }
    xen.ideal.advance(ideal, move, result);
  }
  throw new Error('it asks for nothing');
}

const said = (fields: Fields, routine = 'accept') =>
  `${routine} ${Object.entries(fields)
    .map(([id, value]) => `${id}=${value}`)
    .join(' ')}`;

/** Both CPUs remember f5, and Xen the table behind slot 0. */
const WARM = [
  'alice: kread @1.3',
  'alice: cpu 1',
  'alice: kread @1.3',
  'alice: cpu 0',
  'alice: update f3[3]=f5:r-',
  'alice: vamap @0.1 0',
].join('\n');

/** bob's only frame is f8, and alice may have it. */
const LENT = 'xen: domain bob idle 1\nbob: grant f8 alice rw\n';

/** In 3.0.2, after the first store, which is carried out: the CPU remembers what the table shows. */
const OPENED = [
  'alice: assist on',
  'alice: update f4[1]=f6:rw',
  'alice: kwrite @1.2[0] f5:rw',
  'alice: uread @0.1',
  '',
].join('\n');

/** What the kernel says of a request, and the verdict of each answer that differs from it in one field. */
const rows: readonly (readonly [
  what: string,
  program: string,
  usual: string,
  worth: Fields,
  rules?: '3.0.2',
])[] = [
  [
    'a read-only entry is a reference and no use',
    'alice: update f4[0]=f5:r-',
    'accept refs=raised types=kept flush=none',
    {
      'refs=kept': 'breach',
      'refs=dropped': 'breach',
      'types=raised': 'misrefused',
      'types=dropped': 'breach',
      'flush=here': 'wasteful',
      'flush=everywhere': 'wasteful',
    },
  ],
  [
    'an entry that is made read-only is a use less',
    'alice: update f4[0]=f5:rw\nalice: update f4[0]=f5:r-',
    'accept refs=kept types=dropped flush=none',
    {
      'refs=raised': 'leak',
      'refs=dropped': 'breach',
      'types=kept': 'misrefused',
      'types=raised': 'misrefused',
      'flush=here': 'wasteful',
      'flush=everywhere': 'wasteful',
    },
  ],
  [
    'a cleared entry gives back what it held',
    'alice: update f4[0]=f5:r-\nalice: update f4[0]=0',
    'accept refs=dropped types=kept flush=none',
    {
      'refs=kept': 'leak',
      'refs=raised': 'leak',
      'types=raised': 'misrefused',
      'types=dropped': 'breach',
      'flush=here': 'wasteful',
      'flush=everywhere': 'wasteful',
    },
  ],
  [
    'a pin is one of each, and everybody forgets the frame as writable',
    `${WARM}\nalice: pin l1 f5`,
    'accept refs=raised types=raised flush=everywhere',
    {
      'refs=kept': 'breach',
      'refs=dropped': 'breach',
      'types=kept': 'misrefused',
      'types=dropped': 'misrefused',
      'flush=none': 'breach',
      'flush=here': 'breach',
    },
  ],
  [
    'an unpinned table gives back one of each',
    'alice: pin l1 f4\nalice: unpin f4',
    'accept refs=dropped types=dropped flush=none',
    {
      'refs=kept': 'leak',
      'refs=raised': 'leak',
      'types=kept': 'misrefused',
      'types=raised': 'misrefused',
      'flush=here': 'wasteful',
      'flush=everywhere': 'wasteful',
    },
  ],
  [
    'a root that is loaded is one of each, and this CPU forgets the last one',
    'alice: kread @1.3\nalice: update f5[0]=f4:rw f5[1]=f3:rw f3[3]=f5:r-\nalice: base f5',
    'accept refs=raised types=raised flush=here',
    {
      'refs=kept': 'miscount',
      'refs=dropped': 'breach',
      'types=kept': 'breach',
      'types=dropped': 'breach',
      // The CPU itself forgets when CR3 is loaded, whatever is said.
      'flush=none': 'optimal',
      'flush=everywhere': 'wasteful',
    },
  ],
  [
    'what was borrowed to write is given back in both counts, and every CPU forgets it',
    `${LENT}alice: gntmap @0.0 f8 rw\nalice: uread @0.0\nalice: gntunmap @0.0 f8 rw`,
    'accept refs=dropped types=dropped flush=everywhere',
    {
      'refs=kept': 'leak',
      'refs=raised': 'leak',
      'types=kept': 'misrefused',
      'types=raised': 'misrefused',
      'flush=none': 'breach',
      // She has one CPU only.
      'flush=here': 'optimal',
    },
  ],
  [
    'a store that clears an entry gives back what it held',
    'alice: assist on\nalice: update f4[0]=f5:rw\nalice: kwrite @1.2[0] 0',
    'emulate refs=dropped types=dropped flush=none',
    {
      'refs=kept': 'leak',
      'refs=raised': 'leak',
      'types=kept': 'misrefused',
      'types=raised': 'misrefused',
      'flush=here': 'wasteful',
      'flush=everywhere': 'wasteful',
    },
  ],
  [
    'an unhooked table keeps its counts, and every CPU forgets the way there',
    `${OPENED}alice: kwrite @1.2[1] f6:r-`,
    'unhook refs=kept types=kept flush=everywhere',
    {
      'refs=raised': 'leak',
      'refs=dropped': 'breach',
      'types=raised': 'misrefused',
      'types=dropped': 'breach',
      // What the CPU goes on to see is the guest's own: only the invariant is broken.
      'flush=none': 'miscount',
      'flush=here': 'optimal',
    },
    '3.0.2',
  ],
];

test.each(rows.map(row => [row[0], row] as const))('%s', (_, [, program, usual, worth, rules]) => {
  const { situation, routine, usual: own } = lastEvent(program, rules);
  expect(said(own, routine)).toBe(usual);
  const answers = details.flatMap(({ id, options }) =>
    options
      .filter(value => value !== own[id])
      .map(value => [`${id}=${value}`, { ...own, [id]: value }] as const),
  );
  const offers = [own, ...answers.map(([, fields]) => fields)].map(fields =>
    xen.parse(said(fields, routine)),
  );
  const verdict = (fields: Fields) => judge(xen, situation, xen.parse(said(fields, routine)), offers).verdict;
  expect(verdict(own)).toBe('optimal');
  expect(Object.fromEntries(answers.map(([name, fields]) => [name, verdict(fields)]))).toEqual(worth);
});

test('a count that no move can show is a miscount all the same', () => {
  const { situation, usual } = lastEvent('alice: release f6');
  const decision = xen.parse(said({ ...usual, types: 'raised' }));
  const { verdict, consequence } = judge(xen, situation, decision, [decision, xen.parse(said(usual))]);
  expect(verdict).toBe('miscount');
  expect(consequence?.broken.map(({ invariant }) => invariant)).toContain('I2');
});

test('what is said of one request of a batch leaves the next to be asked', () => {
  const { situation, usual } = lastEvent('alice: update f4[0]=f5:rw f4[1]=f5:r-');
  const decision = xen.parse(said(usual));
  expect(judge(xen, situation, decision, [decision]).verdict).toBe('optimal');
});

test.each(['3.0.2', '3.0.3'])('a decision of %s that says all as Xen has it is the whole routine', rules => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MOST_SEED }), seed => {
      let compared = 0;
      watch(
        [...opening('pv64', true), ...guestMoves(seed, 60, rules)],
        (world, ideal, move, fault) => {
          const best = itself(world, ideal, move, fault);
          if (!['accept', 'emulate', 'unhook'].includes(best.do)) return best;
          const [whole, detailed] = [world.clone(), world.clone()];
          xen.apply(whole, fault, best);
          xen.apply(detailed, fault, xen.parse(said(xen.usual!(world, fault, best), best.do)));
          expect(xen.digest(detailed)).toBe(xen.digest(whole));
          expect(detailed.cost()).toEqual(whole.cost());
          compared++;
          return best;
        },
        rules,
      );
      expect(compared).toBeGreaterThan(0);
    }),
    { numRuns: 10 },
  );
});
