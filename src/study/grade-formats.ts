import type { Graded, GradedLevel } from './grade.ts';
import { fill, texts } from './texts.ts';

const words = texts.grade;

/** How grades are written. */
export const FORMATS = ['text', 'json', 'jsonl', 'csv', 'gradescope'] as const;
export type Format = (typeof FORMATS)[number];

/** All that was graded, as a text of that format. */
export function written(format: Format, graded: readonly Graded[]): string {
  switch (format) {
    case 'text':
      return inWords(graded);
    case 'json':
      return `${JSON.stringify({ files: graded, ...countsOf(graded) }, null, 2)}\n`;
    case 'jsonl':
      return graded.map(each => `${JSON.stringify(each)}\n`).join('');
    case 'csv':
      return csv(graded);
    case 'gradescope':
      return `${JSON.stringify(gradescope(graded), null, 2)}\n`;
  }
}

const countsOf = (graded: readonly Graded[]) => {
  const passed = graded.filter(each => each.passed).length;
  return { passed, failed: graded.length - passed };
};

/** A line a file, and below it what is wrong with it. */
function inWords(graded: readonly Graded[]): string {
  const width = Math.max(0, ...graded.map(({ student }) => student.length));
  const lines = graded.flatMap(each => [
    fill(words.line, {
      status: words.statuses[each.status].padEnd(11),
      student: each.student.padEnd(width),
      score: each.score,
      max: each.max,
    }),
    ...[...each.discrepancies, ...each.problems].map(text => `             ${text}`),
  ]);
  const { passed } = countsOf(graded);
  return `${[...lines, fill(words.sum, { passed, total: graded.length })].join('\n')}\n`;
}

const COLUMNS = ['student', 'level', 'score', 'max', 'attempts', 'hints', 'first_solved_at'] as const;

/** A gradebook: a line a student and level. Source: RFC 4180, with line feeds. */
function csv(graded: readonly Graded[]): string {
  const rows = graded.flatMap(({ student, levels }) =>
    levels.map(({ level, score, max, attempts, hints, firstSolvedAt }) =>
      [student, level, score, max, attempts, hints, firstSolvedAt ?? ''].map(cell).join(','),
    ),
  );
  return [COLUMNS.join(','), ...rows, ''].join('\n');
}

const cell = (value: string | number): string =>
  /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);

/**
 * Gradescope's results.json, of one student: of several files the best of each level counts. Without times, so
 * that the same files have the same results.
 * Source: Gradescope autograder specifications, output format.
 */
export function gradescope(graded: readonly Graded[]) {
  const levels = bestOf(graded);
  const trouble = graded.flatMap(({ file, status, discrepancies, problems }) =>
    [...discrepancies, ...problems].map(text => `${file}: ${words.statuses[status]}: ${text}`),
  );
  return {
    score: levels.reduce((sum, { score }) => sum + score, 0),
    output: trouble.join('\n'),
    output_format: 'text',
    test_output_format: 'text',
    test_name_format: 'text',
    visibility: 'visible',
    stdout_visibility: 'hidden',
    tests: levels.map(({ level, number, title, score, max, concepts, output }) => ({
      score,
      max_score: max,
      status: score > 0 ? 'passed' : 'failed',
      name: `${number} ${title}`.trim(),
      number: number === '' ? level : number,
      output: output.join('\n'),
      tags: concepts,
      visibility: 'visible',
    })),
  };
}

function bestOf(graded: readonly Graded[]): readonly GradedLevel[] {
  const [first, ...others] = graded;
  return (first?.levels ?? []).map(level =>
    others
      .flatMap(({ levels }) => levels.filter(each => each.level === level.level))
      .reduce((best, each) => (each.score > best.score ? each : best), level),
  );
}
