import type { Graded } from '../study/grade.ts';
import { inChild } from './child.ts';
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
  const bar = progressBar(files.length, io);
  const lists = Array.from({ length: jobs }, (_, job) => files.filter((_, i) => i % jobs === job));
  const take = (graded: Graded): void => {
    found.set(graded.file, graded);
    bar.at(found.size);
  };
  await Promise.all(
    lists.map(list => {
      const args = ['grade', ...options, '--format', 'jsonl', '--jobs', '1', '--', ...list];
      return inChild<Graded>(args, graded => list.includes(graded.file) && take(graded), io);
    }),
  );
  for (const file of files) if (!found.has(file)) take(instead(file));
  bar.done();
  return files.map(file => found.get(file)!);
}
