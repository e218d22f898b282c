import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../src/build/bundle.ts';
import { licensesOf } from '../../src/build/licenses.ts';
import { root } from '../../src/build/root.ts';
import { usage } from '../../src/commands/help.ts';

/** All commands but those that open the game. */
const screenless = Object.keys(usage).filter(name => !['', 'play'].includes(name));

let built: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  built = await bundle();
});

/** The packages and files that are read when the chunk of a command is, without what it may load later. */
function loadedBy(command: string): Set<string> {
  const { outputs } = built.metafile;
  const start = Object.keys(outputs).find(name => outputs[name]?.entryPoint === `src/commands/${command}.ts`);
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === 'import-statement') visit(path);
  };
  visit(start!);
  const files = [...reached].flatMap(name => Object.keys(outputs[name]?.inputs ?? {}));
  return new Set(files.map(file => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file));
}

describe('a command loads only what it needs', () => {
  test.each(screenless)('%s loads no Ink, no React and no conf', command => {
    expect(loadedBy(command)).toContain(`src/commands/${command}.ts`);
    for (const name of ['ink', 'react', 'yoga-layout', 'conf']) expect(loadedBy(command)).not.toContain(name);
  });

  test('playing reads no YAML', () => {
    for (const name of ['yaml', 'zod']) expect(loadedBy('play')).not.toContain(name);
  });
});

test('a bundle is the same wherever it is made', () => {
  for (const text of built.archive.chunks.values()) expect(text).not.toContain(root);
});

test('the licence of every package in the bundle goes with it', async () => {
  const text = await licensesOf(Object.keys(built.metafile.inputs));
  for (const name of ['ink', 'react', 'conf', 'yoga-layout'])
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, licence MIT$`, 'm'));
  expect(text).not.toContain('undefined');
});

test('no tool of the project is in the bundle', () => {
  const files = Object.keys(built.metafile.inputs);
  expect(files.filter(file => file.startsWith('src/build/'))).toEqual([]);
});
