import { parseArgs } from 'node:util';
import { type Film, filmOf } from '../game/film.ts';
import type { Run } from '../game/run.ts';
import { isFailure, replayTranscript, type Transcript, transcriptOf } from '../game/transcript.ts';
import { formatProblem } from '../levels/problem.ts';
import { variantsOf } from '../levels/variants.ts';
import { placesOf } from '../progress/paths.ts';
import { replay as replayed } from '../progress/replay.ts';
import { openStore } from '../progress/store.ts';
import { failureText, fill, texts } from '../study/texts.ts';
import { readText } from './files.ts';
import { type Io, UsageError } from './io.ts';
import { levelFor } from './level.ts';
import { libraryWith } from './library.ts';

/** A run to be watched, and the variant that it began with, from 0. */
interface Watched {
  readonly run: Run;
  readonly variant: number;
  readonly seed: number | null;
}

/**
 * `cowhand replay FILE.json|LEVEL`: watches a run on the screen, or prints it as lines or as a transcript.
 * @returns 0; 1 where the transcript does not replay, with the reason; 2 where there is nothing to replay
 * @throws UsageError
 */
export async function replay(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      text: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      run: { type: 'string' },
      level: { type: 'string' },
      levels: { type: 'string' },
      state: { type: 'string' },
    },
  });
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0)
    throw new UsageError('replay needs one transcript or level. See: cowhand replay --help');
  const watched = given.endsWith('.json')
    ? await fromFile(given, values, io)
    : await fromJournal(given, values, io);
  if (typeof watched === 'string') {
    io.stderr.write(`cowhand: ${given}: ${watched}\n`);
    return 1;
  }
  if (values.json) {
    const transcript = transcriptOf(watched.run, watched.variant, watched.seed);
    io.stdout.write(`${JSON.stringify(transcript, undefined, 2)}\n`);
    return 0;
  }
  const { level } = watched.run;
  const variants = variantsOf(level).length;
  const title = fill(texts.replay.title, { title: level.title, variant: watched.variant + 1, variants });
  return watch(filmOf(watched.run, watched.variant), title, values.text, io);
}

/** The run of a transcript; a text says why it does not replay. */
async function fromFile(
  file: string,
  { run = '1', level: own, levels }: { readonly [name in 'run' | 'level' | 'levels']?: string | undefined },
  io: Io,
): Promise<Watched | string> {
  const { readTranscripts } = await import('../study/transcript-file.ts');
  const read = readTranscripts(readText(file, io.cwd), file);
  if ('problems' in read) throw new UsageError(read.problems.map(formatProblem).join('\n'));
  const transcript: Transcript | undefined = read.transcripts[Number(run) - 1];
  if (transcript === undefined)
    throw new UsageError(`${file} has no run ${run}; expected 1 to ${read.transcripts.length}`);
  const level = await levelFor(own ?? transcript.level, io, await libraryWith(levels, io));
  const result = replayTranscript(transcript, level);
  if (isFailure(result)) return failureText(result);
  return { run: result, variant: transcript.variant - 1, seed: transcript.seed };
}

/** The last run of a level that was played here. */
async function fromJournal(
  name: string,
  { state, levels }: { readonly [name in 'state' | 'levels']?: string | undefined },
  io: Io,
): Promise<Watched | string> {
  const level = await levelFor(name, io, await libraryWith(levels, io));
  const { progress } = openStore({ places: placesOf(io, state), clock: io.now });
  const left = progress.runs.find(run => run.level === level.id);
  if (left === undefined) return fill(texts.replay.none, { level: level.id });
  const run = replayed(left, level);
  return run === undefined ? texts.replay.changed : { run, variant: left.variant, seed: null };
}

async function watch(film: Film, title: string, asText: boolean, io: Io): Promise<number> {
  const { isTerminal, wantsPlain, tidyEnvironment } = await import('../ui/terminal/fitness.ts');
  if (asText || !isTerminal(io) || wantsPlain(io)) {
    const { filmLines } = await import('../ui/plain/film.ts');
    io.stdout.write(`${filmLines(film, title).join('\n')}\n`);
    return 0;
  }
  tidyEnvironment(process.env);
  const [{ show }, { OwnGame }, { settingsIn }] = await Promise.all([
    import('../ui/show.tsx'),
    import('../ui/session.ts'),
    import('./player-settings.ts'),
  ]);
  const initial = { layers: [{ at: 'film', shot: 0 }], film: { ...film, title }, note: '' } as const;
  await show(
    new OwnGame({ seed: io.seed, settings: settingsIn(io) }),
    initial,
    { stdin: io.stdin, stdout: io.screen },
    io.env,
  );
  return 0;
}
