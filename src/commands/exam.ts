import { parseArgs } from 'node:util';
import { nearest } from '../language/nearest.ts';
import { type ExamEntry, examEntries, examToTake } from '../progress/exams.ts';
import { placesOf } from '../progress/paths.ts';
import { openStore } from '../progress/store.ts';
import { examLevel, exams, FINAL, formatExam } from '../study/exam.ts';
import { fill, texts } from '../study/texts.ts';
import { type Io, UsageError } from './io.ts';
import { seedFrom } from './seed.ts';

const words = texts.exam;

/**
 * `cowhand exam [CHAPTER|SYSTEM] [--seed N]`: takes the exam of a chapter, or the final one of a system.
 * @returns as `cowhand play`, in plain lines 0 only if it is passed; for a list 0
 * @throws UsageError where there is no such exam, StoreError where progress cannot be read
 */
export async function exam(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      plain: { type: 'boolean', default: false },
      state: { type: 'string' },
    },
  });
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one exam at a time, not also '${more.join("', '")}'`);
  const { progress } = openStore({ places: placesOf(io, values.state), clock: io.now });
  const entries = examEntries(progress);
  if (values.list || values.json) {
    const listed = name === undefined ? entries : [wanted(name, entries)];
    io.stdout.write(
      values.json
        ? `${JSON.stringify(listed.map(report), null, 2)}\n`
        : `${lines(listed).join('\n')}\n${words.take}\n`,
    );
    return 0;
  }
  const entry = wanted(name ?? 'linux', entries);
  const id =
    values.seed === undefined
      ? examToTake(entry, io.seed())
      : formatExam({ ...entry, seed: seedFrom(values.seed) });
  const { game } = await import('./game.ts');
  return game({ level: examLevel(id)!, variant: undefined, plain: values.plain, state: values.state }, io);
}

/** The exam of a chapter, or of a system the final one. */
function wanted(name: string, entries: readonly ExamEntry[]): ExamEntry {
  const found = entries.find(({ system, chapter }) => nameOf({ system, chapter }) === name);
  if (found !== undefined) return found;
  const names = exams().map(nameOf);
  const likely = nearest(name, names);
  const guess = likely === undefined ? '' : `; did you mean '${likely}'?`;
  throw new UsageError(`there is no exam '${name}'${guess || `; expected ${names.join(', ')}`}`);
}

/** What to type for an exam: its chapter, or its system for the final one. */
const nameOf = ({ system, chapter }: { readonly system: string; readonly chapter: string }): string =>
  chapter === FINAL ? system : chapter;

/** What `--json` prints of an exam: stable. */
const report = ({ system, chapter, title, stars, passed, taken, right, of }: ExamEntry) => ({
  system,
  chapter,
  title,
  taken,
  passed,
  stars: stars ?? 0,
  right,
  of,
});

function lines(entries: readonly ExamEntry[]): string[] {
  const widest = (of: (entry: ExamEntry) => string): number =>
    Math.max(...entries.map(entry => of(entry).length));
  const [name, wide] = [widest(nameOf), widest(({ title }) => title)];
  return entries.map(entry => {
    const { title, passed, taken, right, of } = entry;
    const state = taken === 0 ? words.open : fill(passed ? words.passed : words.failed, { right, of, taken });
    return `${nameOf(entry).padEnd(name)}  ${title.padEnd(wide)}  ${state}`;
  });
}
