import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type Journal, parseJournal } from '../../src/progress/parse.ts';
import { freshFolder, journalIn, storeIn } from './folder.ts';

const writer = fileURLToPath(new URL('writer.ts', import.meta.url));

function startWriter(folder: string, name: string, count: number): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, folder, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const journalOf = (folder: string): Journal => parseJournal(readFileSync(journalIn(folder), 'utf8'));

const decisionsOf = ({ events }: Journal): string[] =>
  events.flatMap(line => (line.type === 'event' && line.event.type === 'decide' ? line.event.decision : []));

test('four processes that save at once lose nothing', async () => {
  const folder = freshFolder();
  const names = ['a', 'b', 'c', 'd'];
  const children = names.map(name => startWriter(folder, name, 50));
  for (const child of children) child.stdout?.resume();
  const codes = await Promise.all(children.map(async child => (await once(child, 'close'))[0]));
  expect(codes).toEqual([0, 0, 0, 0]);

  const journal = journalOf(folder);
  expect(journal.problems).toEqual([]);
  const decisions = decisionsOf(journal);
  expect(decisions).toHaveLength(200);
  for (const name of names)
    expect(decisions.filter(decision => decision.startsWith(name))).toEqual(
      Array.from({ length: 50 }, (_, i) => `${name}-${i}`),
    );
});

test.each([1, 20, 300])(
  'killed after %i saves, a process loses none of them, and another goes on',
  async saves => {
    const folder = freshFolder();
    const child = startWriter(folder, 'killed', 1_000_000);
    let told = '';
    child.stdout?.on('data', chunk => {
      told += chunk;
      if (told.split('\n').length > saves) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    expect(signal).toBe('SIGKILL');
    const saved = told.split('\n').length - 1;

    const journal = journalOf(folder);
    expect(journal.problems.filter(({ kind }) => kind !== 'torn')).toEqual([]);
    const decisions = decisionsOf(journal);
    expect(decisions.length).toBeGreaterThanOrEqual(saved);
    expect(decisions).toEqual(decisions.map((_, i) => `killed-${i}`));

    const store = storeIn(folder);
    const [left] = store.progress.open;
    expect(left?.events).toHaveLength(decisions.length);
    store.resume(left!).play({ type: 'decide', decision: 'resumed' });
    const [resumed] = storeIn(folder).progress.open;
    expect(resumed?.events).toEqual([...left!.events, { type: 'decide', decision: 'resumed' }]);
  },
);
