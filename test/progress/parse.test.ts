import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/progress/events.ts';
import { parseJournal, printEvent } from '../../src/progress/parse.ts';
import { type Progress, progressOf } from '../../src/progress/records.ts';
import { disorder, journals } from './journals.ts';

const textOf = (events: Parameters<typeof printEvent>[0][]): string =>
  events.map(event => `${printEvent(event)}\n`).join('');
const allOf = ({ levels, open, settings }: Progress) => ({ levels, open, settings });
const [first, second] = [0, 1].map(n =>
  printEvent({ v: 1, at: '2026-11-20T10:00:00.000Z', type: 'drop', run: 'a', n }),
) as [string, string];

test('what was written is read', () => {
  fc.assert(
    fc.property(disorder, events => {
      expect(parseJournal(textOf(events))).toEqual({ events, problems: [] });
    }),
  );
});

test('cut at any byte, a journal comes to what its whole lines come to', () => {
  fc.assert(
    fc.property(fc.oneof(journals('a'), disorder), fc.nat(), (events, draw) => {
      const bytes = Buffer.from(textOf(events));
      const cut = draw % (bytes.length + 1);
      const left = bytes.subarray(0, cut);
      let length = 0;
      // Of a line that lacks its last character nothing is lost either.
      const whole = events.filter(event => {
        length += Buffer.byteLength(printEvent(event));
        const holds = length <= cut + 1;
        length += 1;
        return holds;
      });
      const read = parseJournal(left.toString());
      expect(read.events).toEqual(whole);
      expect(allOf(progressOf(read.events))).toEqual(allOf(progressOf(whole)));
      expect(read.problems.length).toBeLessThanOrEqual(1);
      expect(read.problems.every(({ kind }) => kind === 'torn' || kind === 'mended')).toBe(true);
    }),
  );
});

describe('with every byte in turn', () => {
  const at = '2026-11-20T10:00:00.000Z';
  const events: JournalEvent[] = [
    { v: 1, at, type: 'start', run: 'a', n: 0, level: 'first-ring', variant: 1, digest: 'é' },
    { v: 1, at, type: 'event', run: 'a', n: 0, event: { type: 'decide', decision: 'copy' } },
    { v: 1, at, type: 'finish', run: 'a', n: 1, level: 'first-ring', variant: 1, stars: 3 },
  ];
  const bytes = Buffer.from(textOf(events));

  const damages: Readonly<Record<string, (at: number) => Uint8Array>> = {
    'flipped by 1': at => bytes.map((byte, i) => (i === at ? byte ^ 0x01 : byte)),
    'flipped by 0x20': at => bytes.map((byte, i) => (i === at ? byte ^ 0x20 : byte)),
    'flipped by 0x80': at => bytes.map((byte, i) => (i === at ? byte ^ 0x80 : byte)),
    'flipped in every bit': at => bytes.map((byte, i) => (i === at ? byte ^ 0xff : byte)),
    'made a zero': at => bytes.map((byte, i) => (i === at ? 0 : byte)),
    'made a line end': at => bytes.map((byte, i) => (i === at ? 0x0a : byte)),
    lost: at => bytes.filter((_, i) => i !== at),
  };
  test.each(Object.entries(damages))('%s, no event is lost or altered, and it is told', (_, damaged) => {
    for (let at = 0; at < bytes.length; at++) {
      const bad = Buffer.from(damaged(at));
      const read = parseJournal(bad.toString());
      expect(read.events).toEqual(events);
      expect(read.problems.every(({ kind }) => kind === 'mended')).toBe(true);
      const isAsBefore = bad.equals(bytes) || at === bytes.length - 1;
      if (!isAsBefore) expect(read.problems).toHaveLength(1);
    }
  });

  test('flipped, and another one of the same line, that line does not count and all others do', () => {
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 2, max: 40 }), (at, next) => {
        const other = at + next;
        fc.pre(other < bytes.length - 1 && !bytes.subarray(at, other + 1).includes(0x0a));
        const bad = bytes.map((byte, i) => (i === at || i === other ? byte ^ 0x01 : byte));
        const line = bytes.subarray(0, at).filter(byte => byte === 0x0a).length;
        const read = parseJournal(Buffer.from(bad).toString());
        expect(read.events).toEqual(events.filter((_, i) => i !== line));
        expect(read.problems).toEqual([{ line: line + 1, kind: 'damaged' }]);
      }),
    );
  });
});

test('any bytes at all are read without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.json(), (bytes, json) => {
      const { events } = parseJournal(`${Buffer.from(bytes).toString()}\n${json}\n${first}\n`);
      expect(events).toHaveLength(1);
    }),
  );
});

test.each([
  ['half an event', first.slice(0, 30)],
  ['JSON that is no object', '[1, 2]'],
  ['an object that is no event', '{"v": 1}'],
  ['an event without its run', '{"v":1,"at":"2026-11-20","type":"drop","n":0}'],
  [
    'more stars than there are',
    `{"v":1,"at":"2026-11-20","type":"finish","run":"a","n":0,"level":"l","variant":0,"stars":4}`,
  ],
  ['a negative count', '{"v":1,"at":"2026-11-20","type":"drop","run":"a","n":-1}'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString()],
  ['zeros', '\0'.repeat(40)],
  ['a name of every object', '{"v":1,"at":"2026-11-20","type":"constructor"}'],
])('%s is damaged in the middle and torn at the end; the rest counts', (_, line) => {
  const middle = parseJournal(`${first}\n${line}\n${second}\n`);
  expect(middle.events).toHaveLength(2);
  expect(middle.problems).toEqual([{ line: 2, kind: 'damaged' }]);
  expect(parseJournal(`${first}\n${line}`).problems).toEqual([{ line: 2, kind: 'torn' }]);
});

test('a line of a newer version is told apart, whatever it holds', () => {
  const { events, problems } = parseJournal(`{"v":2,"new":true}\n${first}\n{"v":7}\n`);
  expect(events).toHaveLength(1);
  expect(problems).toEqual([
    { line: 1, kind: 'newer' },
    { line: 3, kind: 'newer' },
  ]);
});

test('empty lines are nothing, and a last line that lacks only its end counts', () => {
  expect(parseJournal(`\n${first}\n\n\r\n${second}`)).toMatchObject({
    events: [{ n: 0 }, { n: 1 }],
    problems: [],
  });
  expect(parseJournal('')).toEqual({ events: [], problems: [] });
});
