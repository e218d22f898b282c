import fc from 'fast-check';
import { expect, test } from 'vitest';
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

/** Is the event one of these, but for what stands where its checksum stood? */
function isKept(kept: ReadonlySet<string>, event: JournalEvent): boolean {
  const named = Object.entries(event).filter(([name]) => FIELDS.includes(name));
  return kept.has(JSON.stringify(Object.fromEntries(named)));
}
const FIELDS = ['v', 'at', 'type', 'run', 'n', 'level', 'variant', 'digest', 'event', 'stars'];

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
      const whole = events.filter(event => {
        length += Buffer.byteLength(printEvent(event));
        const holds = length <= cut;
        length += 1;
        return holds;
      });
      const read = parseJournal(left.toString());
      expect(read.events).toEqual(whole);
      expect(allOf(progressOf(read.events))).toEqual(allOf(progressOf(whole)));
      expect(read.problems.length).toBeLessThanOrEqual(1);
      expect(read.problems.every(({ kind }) => kind === 'torn')).toBe(true);
    }),
  );
});

test('with every byte flipped in turn, no other event is lost, none is altered, and it is told', () => {
  const at = '2026-11-20T10:00:00.000Z';
  const events: JournalEvent[] = [
    { v: 1, at, type: 'start', run: 'a', n: 0, level: 'first-ring', variant: 1, digest: 'é' },
    { v: 1, at, type: 'event', run: 'a', n: 0, event: { type: 'decide', decision: 'copy' } },
    { v: 1, at, type: 'finish', run: 'a', n: 1, level: 'first-ring', variant: 1, stars: 3 },
  ];
  const bytes = Buffer.from(textOf(events));
  const kept = new Set(events.map(event => JSON.stringify(event)));
  for (let at = 0; at < bytes.length; at++)
    for (const flip of [0x01, 0x20, 0x80, 0xff]) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= flip;
      const read = parseJournal(flipped.toString());
      const isLineEnd = bytes[at] === 0x0a;
      expect(read.events.length).toBeGreaterThanOrEqual(events.length - (isLineEnd ? 2 : 1));
      // Where only the word 'sum' was hit, the line is as it was.
      expect(read.events.filter(event => !isKept(kept, event))).toEqual([]);
      if (read.events.length < events.length) expect(read.problems.length).toBeGreaterThan(0);
    }
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
