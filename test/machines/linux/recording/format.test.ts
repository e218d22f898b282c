import { describe, expect, test } from 'vitest';
import { parseRecordings, programOf } from '../../../../src/machines/linux/recording/format.ts';

const operation = '{"i":0,"op":"p0 map 0 1 rw- anon","vma":{"p0":[[0,1,"rw-p","anon"]]}}';
const recording = (ops: string): string =>
  `{"id":"r1","drain":0,"files":[["0","8","ext4","cold"]],"ops":[${ops}]}`;

test('an object in a file, each operation with its line', () => {
  const [read, ...more] = parseRecordings(recording(`\n${operation},\n{"i":1,"op":"p0 read 0"}\n`), 'a.json');
  expect(more).toEqual([]);
  expect(read).toMatchObject({ id: 'r1', drained: false, lines: [2, 3] });
  expect(programOf(read!, 'a.json')).toMatchObject({
    files: [{ id: '0', pages: 8, fs: 'ext4', cold: true }],
    processes: ['p0'],
    moves: [{ op: 'map' }, { op: 'read', page: 0, offset: 0 }],
  });
});

test('an object on each line; empty lines are none', () => {
  const text = `${recording(operation)}\n\n${recording('').replace('r1', 'r2')}\n`;
  expect(parseRecordings(text, 'a.jsonl').map(({ id, lines }) => [id, lines])).toEqual([
    ['r1', [1]],
    ['r2', []],
  ]);
});

describe('a damaged file is named with the line', () => {
  test.each([
    ['not JSON', 'a.jsonl', `${recording('')}\n{"id":`, 'a.jsonl:2:7'],
    [
      'another object',
      'a.json',
      '{"name":"x"}',
      'a.json:1:1: this is no recording; expected an object with id',
    ],
    ['a list', 'a.json', '[]', 'a.json:1:1: this is no recording'],
    ['wrong files', 'a.json', recording('').replace('"ext4"', '"xfs"'), 'a.json:1:1: wrong files'],
    [
      'a wrong field',
      'a.json',
      recording(`\n${operation},\n{"i":1,"op":"p0 read 0","v":"1"}`),
      'a.json:3:1: wrong v in operation 1; expected a list of bytes',
    ],
    [
      'a field that nothing would compare',
      'a.json',
      recording(`\n{"i":0,"op":"p0 exit","pet":{}}`),
      "a.json:2:1: operation 0 has a field 'pet'",
    ],
    ['a gap', 'a.json', recording('{"i":1,"op":"p0 exit"}'), 'a.json:1:1: operation 0 is not in its place'],
    ['no text', 'a.json', recording('{"i":0}'), 'a.json:1:1: operation 0 is not in its place'],
  ])('%s', (_, file, text, message) => {
    expect(() => parseRecordings(text, file)).toThrow(message);
  });

  test('an operation that the language does not have', () => {
    const [read] = parseRecordings(recording(`\n{"i":0,"op":"p0 wirte 0 1"}`), 'a.json');
    expect(() => programOf(read!, 'a.json')).toThrow("a.json:2:4: no operation 'wirte'");
  });
});
