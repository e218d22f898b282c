import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importProblems, rooms } from '../../src/build/import-rules.ts';
import { root } from '../../src/build/root.ts';

/** The problems of a tree of files, given by path and text. */
function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const tree = mkdtempSync(path.join(os.tmpdir(), 'cowhand-imports-'));
  onTestFinished(() => rmSync(tree, { recursive: true }));
  for (const [file, text] of Object.entries({ 'src/cli.tsx': '', ...files })) {
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    writeFileSync(path.join(tree, file), text);
  }
  return importProblems(tree);
}

/** What is wrong with one file that holds these imports. */
const importing = (file: string, ...specifiers: string[]): string[] =>
  problemsOf({ [file]: specifiers.map(specifier => `import x from '${specifier}';\n`).join('') });

test('the project keeps its own rules', () => {
  expect(importProblems(root)).toEqual([]);
});

test('a room imports the rooms below it, and no room above it', () => {
  const file = (room: string) => (room === 'cli' ? 'src/cli.tsx' : `src/${room}/a.ts`);
  const ordinary = rooms.filter(room => room !== 'machines');
  for (const [height, from] of ordinary.entries())
    for (const [other, to] of ordinary.entries()) {
      const specifier = path.posix.relative(path.posix.dirname(file(from)), file(to));
      const problems = importing(file(from), specifier.startsWith('.') ? specifier : `./${specifier}`);
      if (other > height) expect(problems).toEqual([]);
      if (other < height) expect(problems).toEqual([expect.stringContaining(`${from} is below ${to}`)]);
    }
});

test('a breach is named with its file and line, whatever the form of the import', () => {
  const text = `import { a } from '../language/a.ts';
import type { B } from '../ui/b.ts';
import {
  type C,
  d,
} from '../ui/c.ts';
export { e } from '../ui/e.ts';
import '../ui/f.ts';
const g = await import('../ui/g.ts');
`;
  expect(problemsOf({ 'src/game/run.ts': text }).map(problem => problem.split(': ')[0])).toEqual(
    [2, 6, 7, 8, 9].map(line => `src/game/run.ts:${line}`),
  );
});

test('files import each other in no circle, but for types', () => {
  const circle = (last: string) =>
    problemsOf({
      'src/game/a.ts': "import { b } from './b.ts';",
      'src/game/b.ts': "import { c, type C } from './c.ts';",
      'src/game/c.ts': `${last} from './a.ts';`,
    });
  for (const types of ['import type { A }', 'import { type A, type B }', 'export type { A }'])
    expect(circle(types)).toEqual([]);
  for (const values of ['import { a }', 'import a', 'import * as a', 'import { type A, a }', 'export *'])
    expect(circle(values)).toEqual([
      'src/game/c.ts:1: a cycle of imports: src/game/a.ts > src/game/b.ts > src/game/c.ts > src/game/a.ts',
    ]);
});

test('a machine imports itself, the contract and the language', () => {
  expect(
    importing('src/machines/linux/step.ts', './vma.ts', '../machine.ts', '../../language/moves.ts'),
  ).toEqual([]);
  for (const other of [
    '../xen/types.ts',
    '../registry.ts',
    '../../judge/verdict.ts',
    '../../../assets/a.json',
  ])
    expect(importing('src/machines/linux/step.ts', other)).toEqual([
      expect.stringContaining('a machine imports only itself'),
    ]);
});

test('an ideal memory imports nothing of its machine', () => {
  const own = ['./ideal-calls.ts', '../machine.ts', '../../language/moves.ts'];
  expect(importing('src/machines/xen/ideal.ts', ...own, './ideal/memory.ts')).toEqual([]);
  expect(importing('src/machines/linux/ideal/pages.ts', './memory.ts', '../../machine.ts')).toEqual([]);
  for (const [file, other] of [
    ['xen/ideal.ts', './frames.ts'],
    ['linux/ideal/pages.ts', '../vma.ts'],
  ])
    expect(importing(`src/machines/${file}`, other!)).toEqual([
      expect.stringContaining('an ideal memory shares no code with its machine'),
    ]);
});

test('the contract imports no machine, the registry imports them all', () => {
  expect(importing('src/machines/machine.ts', './linux/linux.ts')).toHaveLength(1);
  expect(importing('src/machines/registry.ts', './linux/linux.ts', './xen/xen.ts', './machine.ts')).toEqual(
    [],
  );
});

test('game and all below use no clock, file or terminal', () => {
  for (const file of ['game/a.ts', 'levels/a.ts', 'judge/a.ts', 'machines/linux/a.ts', 'language/a.ts']) {
    expect(importing(`src/${file}`, 'node:crypto', 'node:util')).toEqual([]);
    for (const builtin of ['node:fs', 'node:os', 'node:child_process'])
      expect(importing(`src/${file}`, builtin)).toEqual([expect.stringContaining('is pure')]);
  }
  expect(importing('src/progress/a.ts', 'node:fs')).toEqual([]);
});

test("Node's modules are written with node:", () => {
  expect(importing('src/progress/a.ts', 'fs')).toEqual([expect.stringContaining('write it as node:fs')]);
});

test('a package is imported only by its room', () => {
  expect(importing('src/ui/a.tsx', 'ink', 'react', 'react/jsx-runtime', 'ink-select-input')).toEqual([]);
  expect(importing('src/progress/a.ts', 'conf')).toEqual([]);
  expect(importing('src/levels/a.ts', 'yaml')).toEqual([]);
  for (const [file, name] of [
    ['src/game/a.ts', 'react'],
    ['src/commands/a.ts', 'ink'],
    ['src/ui/a.tsx', 'conf'],
    ['src/ui/a.tsx', 'yaml'],
    ['src/ui/a.tsx', 'left-pad'],
  ] as const)
    expect(importing(file, name)).toEqual([expect.stringContaining('the package may be imported by')]);
});

test('outside src only assets and levels are imported', () => {
  expect(importing('src/game/a.ts', '../../assets/texts.json', '../../levels/levels.generated.json')).toEqual(
    [],
  );
  for (const other of ['../../test/a.ts', '../../docs/a.json', '../../package.json', '../../levels/a.yaml'])
    expect(importing('src/game/a.ts', other)).toEqual([expect.stringContaining('outside src/')]);
  expect(importing('src/cli.tsx', '../package.json')).toEqual([]);
});

test('tools may import anything, and nothing imports them', () => {
  expect(importing('src/build/a.ts', 'esbuild', '../cli.tsx', '../../test/a.ts')).toEqual([]);
  expect(importing('src/ui/a.ts', '../build/bundle.ts')).toEqual([expect.stringContaining('no room')]);
});

test('a new folder in src must be given its height', () => {
  expect(importing('src/utils/a.ts', '../language/moves.ts')).toEqual([
    expect.stringContaining('is no room'),
  ]);
});

test('zod is imported by its namespace, or for its types', () => {
  for (const from of ['zod', 'zod/mini']) {
    const form = (text: string) => problemsOf({ 'src/levels/a.ts': `${text} from '${from}';\n` });
    for (const right of ['import * as z', 'import type * as z', 'import type { ZodType }'])
      expect(form(right)).toEqual([]);
    for (const wrong of ['import { z }', 'import z', 'export { z }'])
      expect(form(wrong)).toEqual([expect.stringContaining('src/levels/a.ts:1: imports')]);
  }
});
