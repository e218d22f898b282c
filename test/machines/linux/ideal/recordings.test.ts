import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BASE, type Move, PAGE_SIZE, type Seen } from '../../../../src/language/moves.ts';
import { linuxIdeal } from '../../../../src/machines/linux/ideal/ideal.ts';
import {
  type Operation,
  parseRecordings,
  programOf,
  type Recording,
} from '../../../../src/machines/linux/recording/format.ts';
import { recorded } from '../../../conformance/data.ts';

/** Is this what the live kernel was seen to show? Of eight bytes the recorder keeps the first and the last. */
function wasShown(seen: Seen, move: Move, { ret = 0, err, v = [], sig }: Operation): boolean {
  const bytes = (shown: readonly number[]): boolean => JSON.stringify(shown) === JSON.stringify(v);
  if (sig !== undefined) {
    const [signal, code, place, offset] = sig;
    const address = typeof place === 'string' ? Number(place) : BASE + place * PAGE_SIZE + offset;
    return seen.kind === 'signal' && seen.signal === signal && seen.code === code && seen.address === address;
  }
  if (err !== undefined) return seen.kind === 'error' && seen.errno === err;
  switch (seen.kind) {
    case 'done':
      return ret === 0 && v.length === 0;
    case 'count':
      return seen.count === ret && bytes(seen.bytes);
    case 'value': {
      const isWide = move.op === 'read8' || move.op === 'rawread';
      return bytes(isWide ? [seen.bytes[0]!, seen.bytes.at(-1)!] : seen.bytes);
    }
    default:
      return false;
  }
}

/** What the kernel showed and the ideal forbids, and how many operations have more than one result. */
function replay(recording: Recording, file: string): { forbidden: string[]; open: number } {
  const program = programOf(recording, file);
  const ideal = linuxIdeal.boot(program);
  const forbidden: string[] = [];
  let open = 0;
  program.moves.forEach((move, i) => {
    const operation = recording.ops[i]!;
    const allowed = linuxIdeal.expect(ideal, move);
    const seen = allowed.find(one => wasShown(one, move, operation));
    if (allowed.length > 1) open++;
    if (seen === undefined) forbidden.push(`${operation.op}: ${JSON.stringify(operation)}`);
    linuxIdeal.advance(ideal, move, seen ?? allowed[0]!);
  });
  return { forbidden, open };
}

/**
 * Besides the recordings that the machine is held to: random programs about what those hardly touch (mremap,
 * copies between files and memory, references, guards). Asked of Linux 6.18.44 in the same way; only what was
 * shown is kept.
 */
const FILE = 'asked.jsonl';
const asked = parseRecordings(readFileSync(new URL(FILE, import.meta.url), 'utf8'), FILE);

const all = [...recorded, ...asked.map(recording => ({ file: FILE, recording }))];

describe('the ideal allows what a live kernel did', () => {
  test.each(all.map(({ file, recording }) => [recording.id, file, recording] as const))(
    '%s (%s)',
    (_, file, recording) => {
      expect(replay(recording, file).forbidden).toEqual([]);
    },
  );
});

test('and leaves hardly anything open: at most one operation in 200 has more than one result', () => {
  const open = all.reduce((sum, { file, recording }) => sum + replay(recording, file).open, 0);
  const operations = all.reduce((sum, { recording }) => sum + recording.ops.length, 0);
  expect(open * 200).toBeLessThanOrEqual(operations);
});
