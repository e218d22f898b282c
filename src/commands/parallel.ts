import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Graded } from '../study/grade.ts';
import type { Io } from './io.ts';
import { progressBar } from './progress-bar.ts';

/**
 * Grades files in several processes of this program, each of which prints a line a file. A file at which a process
 * ends is graded by `instead`, and the others go on.
 * @param options what the children need to know besides
 * @param instead grades a file here
 */
export async function inParallel(
  files: readonly string[],
  jobs: number,
  options: readonly string[],
  instead: (file: string) => Graded,
  io: Io,
): Promise<Graded[]> {
  const found = new Map<string, Graded>();
  const bar = progressBar(files.length, io.meter);
  const lists = Array.from({ length: jobs }, (_, job) => files.filter((_, i) => i % jobs === job));
  const take = (graded: Graded): void => {
    found.set(graded.file, graded);
    bar.at(found.size);
  };
  await Promise.all(
    lists.map(list => inChild(list, [...options, '--format', 'jsonl', '--jobs', '1'], take, io)),
  );
  for (const file of files) if (!found.has(file)) take(instead(file));
  bar.done();
  return files.map(file => found.get(file)!);
}

/** A child that cannot be started or ends early leaves files out; they are graded here. */
async function inChild(
  files: readonly string[],
  args: readonly string[],
  take: (graded: Graded) => void,
  io: Io,
): Promise<void> {
  const [program, ...before] = io.self;
  const child = spawn(program!, [...before, 'grade', ...args, '--', ...files], {
    cwd: io.cwd,
    env: io.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const failed = new Promise<void>(resolve => child.once('error', () => resolve()));
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const graded = parsed(line);
      if (graded !== undefined && files.includes(graded.file)) take(graded);
    }
  })();
  await Promise.race([read, failed]);
}

function parsed(line: string): Graded | undefined {
  try {
    return JSON.parse(line) as Graded;
  } catch {
    return undefined;
  }
}
