import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { toAscii, wantsAscii } from '../../src/ui/glyphs.ts';
import { beside, cut, ends, exactly, lineWidth, paragraph, span } from '../../src/ui/lines.ts';
import { charactersOf, pad, truncate, widthOf, wrap } from '../../src/ui/text.ts';
import { textOf } from './fixtures.ts';

const texts = fc.oneof(
  fc.lorem(),
  fc.string({ unit: 'grapheme' }).map(text => text.replace(/\p{C}/gu, '')),
  fc.constantFrom('データ構造', 'a\u0301bc', '👩‍👩‍👧 family', '▸ +0 ✗ …', ''),
);
const widths = fc.integer({ min: 1, max: 60 });
const lines = fc.array(
  texts.map(text => span(text)),
  { maxLength: 6 },
);

describe('text', () => {
  test('has the width that string-width tells, character by character', () => {
    for (let code = 0x20; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      if (/[\p{Cs}\p{Cn}]/u.test(character)) continue;
      expect([code, widthOf(character)]).toEqual([code, stringWidth(character)]);
    }
  });

  test('truncate and pad keep to their width', () => {
    fc.assert(
      fc.property(texts, widths, (text, columns) => {
        expect(widthOf(truncate(text, columns))).toBeLessThanOrEqual(columns);
        // A character of two columns may not fit the last one.
        expect(widthOf(pad(text, columns))).toBe(columns);
        if (widthOf(text) <= columns) expect(truncate(text, columns)).toBe(text);
      }),
    );
  });

  test('wrap breaks into lines of at most that width and loses no letter', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (text, columns) => {
        const wrapped = wrap(text, columns);
        // What is a single character, however wide, cannot be broken.
        for (const each of wrapped)
          if (charactersOf(each).length > 1) expect(widthOf(each)).toBeLessThanOrEqual(columns);
        const letters = (all: string) => all.replace(/\s/g, '');
        expect(letters(wrapped.join(''))).toBe(letters(text));
      }),
    );
  });

  test('a character that is wider than the line has a line of its own', () => {
    expect(wrap('\u{1d15f}', 1)).toEqual(['\u{1d15f}']);
  });

  test('words stay whole where they fit', () => {
    expect(wrap('the quick brown fox', 9)).toEqual(['the quick', 'brown fox']);
    expect(wrap('the quickest', 5)).toEqual(['the', 'quick', 'est']);
    expect(wrap('', 5)).toEqual([]);
  });

  test('an accent does not count', () => {
    expect(charactersOf('a\u0301b')).toEqual(['a\u0301', 'b']);
    expect(widthOf('a\u0301b')).toBe(2);
  });
});

describe('lines', () => {
  test('cut and exactly keep to their width', () => {
    fc.assert(
      fc.property(lines, widths, (spans, columns) => {
        expect(lineWidth(cut(spans, columns))).toBeLessThanOrEqual(columns);
        expect(lineWidth(exactly(spans, columns))).toBe(columns);
        if (lineWidth(spans) <= columns) expect(textOf(cut(spans, columns))).toBe(textOf(spans));
        else expect(textOf(cut(spans, columns))).toContain('…');
      }),
    );
  });

  test('ends puts the right part at the right end, and cuts the left', () => {
    fc.assert(
      fc.property(
        lines,
        fc.stringMatching(/^[a-z]{1,10}$/),
        fc.integer({ min: 24, max: 90 }),
        (left, right, columns) => {
          const line = ends(left, [span(right)], columns);
          expect(lineWidth(line)).toBe(columns);
          expect(textOf(line).endsWith(`  ${right}`)).toBe(true);
        },
      ),
    );
  });

  test('a paragraph is as wide as its room, and later lines start under the first', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 20, max: 90 }), (text, columns) => {
        for (const each of paragraph(text, columns, span('label: ')))
          expect(lineWidth(each)).toBeLessThanOrEqual(columns);
      }),
    );
    expect(paragraph('one two three four', 20, span('it: ')).map(textOf)).toEqual([
      'it: one two three',
      '    four',
    ]);
  });

  test('blocks beside each other start in the same column', () => {
    expect(
      beside([[span('a')], [span('bb')]], [[span('1')], [span('2')], [span('3')]], 3).map(textOf),
    ).toEqual(['a  1', 'bb 2', '   3']);
  });
});

describe('ASCII', () => {
  test('is as wide as what it stands for', () => {
    fc.assert(
      fc.property(texts, text => {
        expect(toAscii(text)).toMatch(/^[\x20-\x7e]*$/);
        expect(widthOf(toAscii(text))).toBe(widthOf(text));
      }),
    );
  });

  test.each([
    [{ LANG: 'C.UTF-8' }, false],
    [{ LANG: 'en_GB.utf8', TERM: 'xterm' }, false],
    [{ LANG: 'C' }, true],
    [{}, true],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, true],
    [{ LANG: 'en_GB.UTF-8', LC_CTYPE: 'de_DE.ISO-8859-1' }, true],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, true],
    [{ LANG: 'C.UTF-8', TERM: 'dumb' }, true],
  ])('is wanted with %j: %s', (env, wanted) => {
    expect(wantsAscii(env)).toBe(wanted);
  });
});
