import type { Problem } from './parse.ts';

/** What to tell the player of the lines of a journal that are damaged or do not count: one sentence for each kind. */
export function noticesOf(file: string, problems: readonly Problem[]): string[] {
  const said: Readonly<Record<Problem['kind'], (lines: string) => string>> = {
    torn: lines => `${file} ends in the middle of ${lines}: what came last was not saved. The rest counts.`,
    damaged: lines => `${file}: ${lines} cannot be read. The rest counts.`,
    mended: lines =>
      `${file}: ${lines} had one damaged byte, and could be read all the same. Nothing is lost.`,
    newer: lines =>
      `${file}: ${lines} came from a newer version of cowhand. They are kept, and do not count here.`,
  };
  return (['damaged', 'mended', 'newer', 'torn'] as const).flatMap(kind => {
    const lines = problems.filter(problem => problem.kind === kind).map(({ line }) => line);
    return lines.length === 0 ? [] : [said[kind](listed(lines))];
  });
}

/** 'line 3', 'lines 3, 7 and 8', 'lines 1, 2, 3 and 40 more'. */
function listed(lines: readonly number[]): string {
  const SHOWN = 5;
  if (lines.length === 1) return `line ${lines[0]}`;
  const more = lines.length > SHOWN ? `${lines.length - SHOWN + 1} more` : `${lines.at(-1)}`;
  return `lines ${lines.slice(0, Math.min(SHOWN, lines.length) - 1).join(', ')} and ${more}`;
}
