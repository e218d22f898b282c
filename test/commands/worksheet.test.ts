import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { draw } from '../../src/commands/draw.ts';
import { worksheet } from '../../src/commands/worksheet.ts';
import { answer, begin } from '../../src/levels/course.ts';
import { machines } from '../../src/machines/registry.ts';
import { problemOf } from '../../src/study/generate.ts';
import { parseName } from '../../src/study/problem.ts';
import { freshFolder } from '../progress/folder.ts';
import { captured } from './captured.ts';

const SHEET = ['--seed', '77', '--count', '6'];
const made = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await captured(worksheet, [...SHEET, ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

interface Keyed {
  readonly id: string;
  readonly offers: readonly { readonly id: string; readonly label: string }[];
  readonly key: readonly {
    readonly id: string;
    readonly label: string;
    readonly verdict: string;
    readonly why: string;
  }[];
}
const keyed = async (): Promise<Keyed[]> => JSON.parse(await made('--format', 'json', '--answers')).exercises;

test('the key says of each answer what the judge says', async () => {
  for (const { id, key } of await keyed()) {
    const { level, variant } = problemOf(parseName(id)!);
    const course = begin(level, variant);
    for (const { id: decision, verdict, why } of key) {
      expect(verdict).toBe(answer(course, decision).verdict);
      expect(why.length).toBeGreaterThan(20);
    }
  }
});

test('the same seed makes the same sheet; without --answers it holds no key', async () => {
  expect(await made()).toBe(await made());
  expect(await made()).not.toContain('Key');
  expect(await made('--format', 'json')).not.toContain('verdict');
  expect(await made('--answers')).toMatch(/\nKey\n[\s\S]*Right: \d/);
  expect(await made('--format', 'md', '--answers')).toMatch(/^## Exercise 1\n[\s\S]*```text[\s\S]*## Key\n/);
  for (const line of (await made()).split('\n').filter(each => each.includes('│')))
    expect(line.length).toBeLessThanOrEqual(78);
});

test('--concepts come in turn', async () => {
  const text = await made('--concepts', 'dontneed,M19', '--format', 'json');
  const ids = JSON.parse(text).exercises.map(({ id }: Keyed) => parseName(id)!.focus);
  expect(ids).toEqual(['dontneed', 'M19', 'dontneed', 'M19', 'dontneed', 'M19']);
});

/** GIFT as Moodle reads it: a backslash takes its meaning from the character behind it. */
function parseGift(text: string) {
  const plain = (part: string): string => part.replace(/\\([\\~=#{}:n])/g, (_, c) => (c === 'n' ? '\n' : c));
  return text
    .split(/\n\s*\n/)
    .map(block => block.replace(/^\/\/.*\n/gm, '').trim())
    .filter(block => block !== '')
    .map(block => {
      const [, title, , asked, answers] =
        /^::((?:\\.|[^\\:])*)::(\[html\])((?:\\.|[^\\{}])*)\{((?:\\.|[^\\{}])*)\}$/s.exec(block)!;
      const options = [...answers!.matchAll(/([=~])(%-?\d+%)?((?:\\.|[^\\~=#])*)#((?:\\.|[^\\~=#])*)/gs)];
      return {
        title: plain(title!),
        asked: plain(asked!).trim(),
        options: options.map(([, sign, weight, label, feedback]) => ({
          worth: sign === '=' ? 100 : weight === undefined ? 0 : Number(weight.slice(1, -1)),
          label: plain(label!).trim(),
          feedback: plain(feedback!).trim(),
        })),
      };
    });
}
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const WORTH: Readonly<Record<string, number>> = { optimal: 100, wasteful: 50 };

test('GIFT parses back to the exercises and their key', async () => {
  const questions = parseGift(await made('--format', 'gift'));
  expect(questions.map(({ title, options }) => ({ title, options }))).toEqual(
    (await keyed()).map(({ id, key }) => ({
      title: id,
      options: key.map(({ label, verdict, why }) => ({
        worth: WORTH[verdict] ?? 0,
        label: html(label),
        feedback: html(why),
      })),
    })),
  );
  for (const { asked } of questions)
    expect(asked).toMatch(
      /^<p>.*<\/p><pre>.*<\/pre><p>[^<]*: (page fault|hypercall|message) \(.*\)\. What.*<\/p>$/s,
    );
});

test('Anki cards parse back: headers, then three fields a line, each front once', async () => {
  const lines = (await made('--format', 'anki')).trimEnd().split('\n');
  const heads = Object.fromEntries(
    lines.filter(line => line.startsWith('#')).map(line => line.slice(1).split(/:(.*)/s).slice(0, 2)),
  );
  expect(heads).toEqual({
    separator: 'Tab',
    html: 'true',
    notetype: 'Basic',
    deck: 'Cowhand::Practice',
    columns: 'Front\tBack\tTags',
    'tags column': '3',
  });
  const cards = lines.filter(line => !line.startsWith('#')).map(line => line.split('\t'));
  const exercises = await keyed();
  expect(cards.map(card => card.length)).toEqual(exercises.map(() => 3));
  expect(new Set(cards.map(([front]) => front)).size).toBe(exercises.length);
  for (const [i, [front, back, tags]] of cards.entries()) {
    expect(front).toContain(`<small>${exercises[i]!.id}</small>`);
    for (const { label } of exercises[i]!.offers) expect(front).toContain(`<li>${html(label)}</li>`);
    expect(back).toMatch(/^<p>Right: /);
    expect(tags).toMatch(new RegExp(`^cowhand (${Object.keys(machines).join('|')}) `));
  }
});

test.each([
  [['--count', '2'], /needs --seed N/],
  [['--seed', '1', '--count', '0'], /--count is '0'/],
  [['--seed', '1', '--format', 'pdf'], /no format 'pdf'; expected text, md/],
  [['--seed', '1', '--concepts', 'teapots'], /no problem is about 'teapots'/],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await captured(worksheet, args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

describe('cowhand draw', () => {
  const PROGRAM = 'sh: map heap 1 rw- anon\nsh: write heap+0 7\nsh: fork child\nchild: write heap+0 9\n';

  test('the picture after each step of a program, and of a level after its set-up', async () => {
    const folder = freshFolder();
    writeFileSync(path.join(folder, 'p.txt'), PROGRAM);
    const at = async (...args: readonly string[]) =>
      (await captured(draw, ['p.txt', ...args], { cwd: folder })).stdout;
    expect(await at('--at', '2')).toMatch(
      /^step 2 of 4: sh stores 7 to heap\+0\n[\s\S]*f1 .*anon +1 +1 +yes +7 0 0 0/,
    );
    expect(await at()).toMatch(/^step 4 of 4: child stores 9 to heap\+0\n[\s\S]*9 0 0 0/);
    expect((await captured(draw, ['twins'])).stdout).toMatch(/^step 8 of 10: /);
  });

  test('as SVG: each row, and a line from each entry to the frame that it names', async () => {
    const folder = freshFolder();
    writeFileSync(path.join(folder, 'p.txt'), PROGRAM);
    const { code } = await captured(draw, ['p.txt', '--svg', 'p.svg'], { cwd: folder });
    expect(code).toBe(0);
    const svg = readFileSync(path.join(folder, 'p.svg'), 'utf8');
    // Elements nest and close; two entries, of sh and of child, name a frame each.
    const open: string[] = [];
    for (const [, close, name, , self] of svg.matchAll(/<(\/?)(\w+)((?:[^>"]|"[^"]*")*?)(\/?)>/g)) {
      if (self === '/') continue;
      if (close === '/') expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
    expect(svg.match(/class="map"/g)).toHaveLength(2);
    expect(svg).toContain('<title>p.txt: step 4 of 4: child stores 9 to heap+0</title>');
  });

  test('a file that is there is written over only by --force', async () => {
    const folder = freshFolder();
    const file = path.join(folder, 'mine.svg');
    writeFileSync(file, 'mine');
    const args = ['twins', '--svg', 'mine.svg'];
    const { code, stderr } = await captured(draw, args, { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/there already.*--force/) });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await captured(draw, [...args, '--force'], { cwd: folder })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('</svg>');
  });

  test.each([
    [['twins', '--at', '11'], /no step 11; expected 0 to 10/],
    [['twins', '--variant', '9'], /no variant 9 of twins/],
    [['gone.txt'], /cannot read 'gone.txt'/],
    [[], /needs one program or level/],
    [['twins', '--svg', 'no/such/folder.svg'], /cannot write/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await captured(draw, args, { cwd: freshFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
