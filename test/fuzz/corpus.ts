import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { root } from '../../src/build/root.ts';

/** The texts of all files below a folder of the repository with that ending, the shortest first. */
export const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(ending))
    .map(file => readFileSync(path.join(root, folder, file), 'utf8'))
    .sort((a, b) => a.length - b.length);

/** What breaks parsers: signs of every format, nesting, numbers at the borders, names of every object, codes. */
const HOSTILE = [
  '\0',
  '\x1b[2J',
  '\u202e',
  '\ufeff',
  '__proto__',
  'constructor',
  '-1',
  '9'.repeat(400),
  '1e999',
  '0x',
  '{{{{',
  '[[[[',
  '}',
  '&a *a',
  '<<: *a',
  '!!js/function "x"',
  '../../../etc/passwd',
  '$(touch /tmp/owned)',
  '# ',
  '"',
  "'",
  '\n\n',
  '\t',
  ': ',
  '- ',
  '|\n',
] as const;

type Edit = (text: string) => string;
const at = (place: number, text: string): number => Math.floor(place * (text.length + 1));
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...HOSTILE)).map(
    ([where, what]): Edit =>
      text =>
        text.slice(0, at(where, text)) + what + text.slice(at(where, text)),
  ),
  fc.tuple(place, place).map(
    ([a, b]): Edit =>
      text => {
        const [from, to] = [at(a, text), at(b, text)].sort((x, y) => x - y) as [number, number];
        return text.slice(0, from) + text.slice(to);
      },
  ),
  fc.tuple(place, fc.nat(255)).map(
    ([where, code]): Edit =>
      text => {
        const i = at(where, text);
        return text.slice(0, i) + String.fromCharCode(code) + text.slice(i + 1);
      },
  ),
  fc.tuple(place, fc.integer({ min: 2, max: 50 })).map(
    ([where, times]): Edit =>
      text => {
        const lines = text.split('\n');
        const i = Math.min(lines.length - 1, Math.floor(where * lines.length));
        return [...lines.slice(0, i), ...Array<string>(times).fill(lines[i]!), ...lines.slice(i + 1)].join(
          '\n',
        );
      },
  ),
);

/** Texts of the corpus with a few things wrong with them. */
export const damaged = (corpus: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...corpus), fc.array(edits, { minLength: 1, maxLength: 4 }))
    .map(([text, all]) => all.reduce((edited, edit) => edit(edited), text));

/** Texts that are large or deep, and hardly anything else. */
export const monsters: readonly (readonly [name: string, text: string])[] = [
  ['lists in lists', '['.repeat(100_000)],
  ['objects in objects', '{"a":'.repeat(100_000)],
  ['a deep block', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['one long line', 'a'.repeat(1_000_000)],
  ['many lines', 'x\n'.repeat(100_000)],
  [
    'aliases of aliases',
    `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? 'a' : `b${i - 1}`}, *${i === 0 ? 'a' : `b${i - 1}`}]`).join('\n')}`,
  ],
];
