import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LanguageError } from '../../../../src/language/errors.ts';
import { parseJson } from '../../../../src/machines/linux/recording/json.ts';

const parse = (text: string, line = 1) => parseJson(text, 'some.json', line);

/** Without `__proto__`, which JSON.parse makes an own name and an assignment does not. */
const values = fc.jsonValue({ maxDepth: 4 }).filter(value => !JSON.stringify(value).includes('__proto__'));

test('reads what JSON.stringify writes, compact or spread over lines', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parse(text).value).toEqual(JSON.parse(text));
    }),
  );
});

test('refuses whatever JSON.parse refuses', () => {
  const texts = fc.tuple(values, fc.nat(), fc.string({ maxLength: 3 })).map(([value, at, inserted]) => {
    const text = JSON.stringify(value);
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + inserted + text.slice(cut + inserted.length);
  });
  fc.assert(
    fc.property(texts, text => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      if (isJson) expect(parse(text).value).toEqual(JSON.parse(text));
      else expect(() => parse(text)).toThrow(LanguageError);
    }),
    { numRuns: 1000 },
  );
});

test('objects and lists know their line', () => {
  const { value, lineOf } = parse('{\n "a": [\n  1,\n  {"b": 2}]}', 10);
  const { a } = value as { a: [number, object] };
  expect([lineOf(value as object), lineOf(a), lineOf(a[1])]).toEqual([10, 11, 13]);
});

describe('a damaged text is refused where the damage is', () => {
  test.each([
    ['', 'some.json:1:1: the text ends too early; expected a value'],
    ['{"a":1,\n "b":}', 'some.json:2:6: this is no JSON; expected a value'],
    ['[1,2', 'some.json:1:5: the text ends too early; expected , or ]'],
    ['[1 2]', 'some.json:1:4: this is no JSON; expected , or ]'],
    ['[1,]', 'some.json:1:4: this is no JSON; expected a value'],
    ['{1:2}', 'some.json:1:2: this is no JSON; expected a name in double quotes'],
    ['{"a" 2}', 'some.json:1:6: this is no JSON; expected :'],
    ['{"a":"b', 'some.json:1:6: this is no JSON; expected a value'],
    ['[]\n]', 'some.json:2:1: this is no JSON; expected the end'],
    ['tru', 'some.json:1:1: this is no JSON; expected a value'],
    ['['.repeat(100_000), 'some.json:1:34: this is no JSON; expected at most 32 levels'],
  ])('%#', (text, message) => {
    expect(() => parse(text)).toThrow(new LanguageError(placeOf(message), ...partsOf(message)));
  });

  const placeOf = (message: string) => {
    const [file = '', line, column] = message.split(':');
    return { file, line: Number(line), column: Number(column) };
  };
  const partsOf = (message: string): [string, string] => {
    const [found = '', expected = ''] = message.replace(/^.*?:\d+:\d+: /, '').split('; expected ');
    return [found, expected];
  };
});
