import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../src/build/bundle.ts';
import { root } from '../../src/build/root.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-loading-'));
afterAll(() => rmSync(folder, { recursive: true }));

let outputs: Awaited<ReturnType<typeof bundle>>['metafile']['outputs'];
beforeAll(async () => {
  outputs = (await bundle()).metafile.outputs;
});

/** The sources of all chunks that Node really loads for a command line, and their packages, by name. */
function loadedFor(args: readonly string[]): Set<string> {
  const report = mkdtempSync(path.join(folder, 'report-'));
  try {
    execFileSync(process.execPath, [path.join(root, 'dist/cowhand.cjs'), ...args], {
      cwd: root,
      stdio: 'ignore',
      env: { HOME: folder, NODE_V8_COVERAGE: report },
    });
  } catch (error) {
    // `grade` says no by its exit code.
    expect(error).toMatchObject({ status: 1 });
  }
  const scripts = readdirSync(report).flatMap(name => {
    const { result } = JSON.parse(readFileSync(path.join(report, name), 'utf8'));
    return result.map(({ url }: { url: string }) => path.posix.basename(url));
  });
  const inputs = scripts.flatMap(name => Object.keys(outputs[`dist/chunks/${name}`]?.inputs ?? {}));
  return new Set(inputs.map(file => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file));
}

const data = (name: string): string => path.join(root, 'test/bench/data', name);
const commands = {
  run: ['run', data('one-load.txt')],
  levels: ['levels'],
  grade: ['grade', data('nothing.ndjson')],
  check: ['check', path.join(root, 'levels/linux/trap/first-ring.yaml')],
  worksheet: ['worksheet', '--seed', '1', '--count', '1', '--system', 'linux'],
};
const systems = ['linux/linux', 'xen/xen', 'hurd/hurd'].map(name => `src/machines/${name}.ts`);

describe('a command without a screen loads', () => {
  test.each(Object.entries(commands))('for %s no Ink, no React and no conf', (name, args) => {
    const loaded = loadedFor(args);
    expect(loaded).toContain(`src/commands/${name}.ts`);
    for (const name of ['ink', 'react', 'yoga-layout', 'conf']) expect(loaded).not.toContain(name);
  });

  test('only the system that it is about', () => {
    const of = (args: readonly string[]) => systems.filter(system => loadedFor(args).has(system));
    expect(of(commands.levels)).toEqual([]);
    expect(of(commands.run)).toEqual(['src/machines/linux/linux.ts']);
    expect(of(commands.worksheet)).toEqual(['src/machines/linux/linux.ts']);
  });
});
