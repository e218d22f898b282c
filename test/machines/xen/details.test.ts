import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge, type Situation } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { details } from '../../../src/machines/xen/decision.ts';
import { xen } from '../../../src/machines/xen/xen.ts';
import { MOST_SEED } from '../../../src/study/random.ts';
import { guestMoves, opening } from './guests.ts';
import { itself, watch } from './watch.ts';

/** The first request of a program's last move, and what Xen would say of it. */
function lastRequest(text: string): { situation: Situation; usual: Readonly<Record<string, string>> } {
  const program = parseProgram(`xen: domain alice pv64 6\n${text}`, 'program');
  const world = xen.boot(program, '3.0.3');
  const ideal = xen.ideal.boot(program, '3.0.3');
  for (const move of program.moves) {
    let result = xen.step(world, move);
    while (isTrap(result)) {
      const best = xen.best(world, result);
      if (move === program.moves.at(-1))
        return {
          situation: { world, ideal, move, fault: result, tried: new Map() },
          usual: xen.usual!(world, result, best),
        };
      xen.apply(world, result, best);
      result = xen.step(world, move);
    }
    xen.ideal.advance(ideal, move, result);
  }
  throw new Error('it asks for nothing');
}

const said = (fields: Readonly<Record<string, string>>) =>
  `accept ${Object.entries(fields)
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

/** What the kernel says of a request, and the verdict of each answer that differs from it in one field. */
const rows: readonly (readonly [
  what: string,
  program: string,
  usual: string,
  worth: Readonly<Record<string, string>>,
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
];

test.each(rows)('%s', (_, program, usual, worth) => {
  const { situation, usual: own } = lastRequest(program);
  expect(said(own)).toBe(usual);
  const answers = details.flatMap(({ id, options }) =>
    options
      .filter(value => value !== own[id])
      .map(value => [`${id}=${value}`, { ...own, [id]: value }] as const),
  );
  const offers = [own, ...answers.map(([, fields]) => fields)].map(fields => xen.parse(said(fields)));
  const verdict = (fields: typeof own) => judge(xen, situation, xen.parse(said(fields)), offers).verdict;
  expect(verdict(own)).toBe('optimal');
  expect(Object.fromEntries(answers.map(([name, fields]) => [name, verdict(fields)]))).toEqual(worth);
});

test('a count that no move can show is a miscount all the same', () => {
  const { situation, usual } = lastRequest('alice: release f6');
  const decision = xen.parse(said({ ...usual, types: 'raised' }));
  const { verdict, consequence } = judge(xen, situation, decision, [decision, xen.parse(said(usual))]);
  expect(verdict).toBe('miscount');
  expect(consequence?.broken.map(({ invariant }) => invariant)).toContain('I2');
});

test('what is said of one request of a batch leaves the next to be asked', () => {
  const { situation, usual } = lastRequest('alice: update f4[0]=f5:rw f4[1]=f5:r-');
  const decision = xen.parse(said(usual));
  expect(judge(xen, situation, decision, [decision]).verdict).toBe('optimal');
});

test('an acceptance that says all as Xen has it is the whole routine', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MOST_SEED }), seed => {
      let compared = 0;
      watch(
        [...opening('pv64', true), ...guestMoves(seed, 60, '3.0.3')],
        (world, ideal, move, fault) => {
          const best = itself(world, ideal, move, fault);
          if (best.do !== 'accept') return best;
          const [whole, detailed] = [world.clone(), world.clone()];
          xen.apply(whole, fault, best);
          xen.apply(detailed, fault, xen.parse(said(xen.usual!(world, fault, best))));
          expect(xen.digest(detailed)).toBe(xen.digest(whole));
          expect(detailed.cost()).toEqual(whole.cost());
          compared++;
          return best;
        },
        '3.0.3',
      );
      expect(compared).toBeGreaterThan(0);
    }),
    { numRuns: 10 },
  );
});
