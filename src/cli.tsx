import { writeSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { type Commands, dispatch, faultReport } from './commands/dispatch.ts';
import { realIo } from './commands/io.ts';

const { version } = packageJson;
const argv = process.argv.slice(2);

const commands: Commands = {
  play: async () => (await import('./commands/play.ts')).play,
  levels: async () => (await import('./commands/levels.ts')).levels,
  check: async () => (await import('./commands/check.ts')).check,
  conform: async () => (await import('./commands/conform.ts')).conform,
  coverage: async () => (await import('./commands/coverage.ts')).coverage,
  run: async () => (await import('./commands/run.ts')).run,
  practice: async () => (await import('./commands/practice.ts')).practice,
  exam: async () => (await import('./commands/exam.ts')).exam,
  review: async () => (await import('./commands/review.ts')).review,
  lab: async () => (await import('./commands/lab.ts')).lab,
  replay: async () => (await import('./commands/replay.ts')).replay,
  worksheet: async () => (await import('./commands/worksheet.ts')).worksheet,
  draw: async () => (await import('./commands/draw.ts')).draw,
  grade: async () => (await import('./commands/grade.ts')).grade,
  progress: async () => (await import('./commands/progress.ts')).progress,
  settings: async () => (await import('./commands/settings.ts')).settings,
  completions: async () => (await import('./commands/completions.ts')).completions,
  doctor: async () => {
    const { doctor } = await import('./commands/doctor.ts');
    return (args, io) => doctor(args, io, version);
  },
};

/** The report comes last, after the exit listeners that leave the alternate screen. */
const die = (error: unknown): void => {
  process.once('exit', () => writeSync(2, faultReport(error, argv, version)));
  process.exit(70);
};
process.on('uncaughtException', die);

// A reader that has seen enough (`cowhand levels | head`) is no error.
const gone = () => process.exit(0);

let screen: NodeJS.WriteStream | undefined;
const openScreen = (): NodeJS.WriteStream => {
  screen ??= process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') gone();
    throw error;
  });
  return screen;
};

dispatch(argv, realIo(gone, openScreen), commands, version).then(code => {
  // What was drawn may be under way yet.
  if (screen === undefined) process.exit(code);
  screen.write('', () => process.exit(code));
}, die);
