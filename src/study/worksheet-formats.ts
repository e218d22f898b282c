import type { View } from '../machines/machine.ts';
import { fill, texts } from './texts.ts';
import type { Exercise } from './worksheet.ts';

const words = texts.worksheet;

export const SHEET_FORMATS = ['text', 'md', 'json', 'gift', 'anki'] as const;
export type SheetFormat = (typeof SHEET_FORMATS)[number];

/** A picture as lines of text. */
type Picture = (view: View) => string;

/** Exercises as a text of that format. GIFT and Anki need the key; in the others it comes with `answers`. */
export function sheet(
  format: SheetFormat,
  exercises: readonly Exercise[],
  answers: boolean,
  picture: Picture,
): string {
  switch (format) {
    case 'text':
      return plain(exercises, answers, picture);
    case 'md':
      return markdown(exercises, answers, picture);
    case 'json':
      return json(exercises, answers, picture);
    case 'gift':
      return exercises.map(exercise => gift(exercise, picture)).join('\n');
    case 'anki':
      return anki(exercises, picture);
  }
}

const numbered = ({ offers }: Exercise): string[] => offers.map(({ label }, i) => `${i + 1}. ${label}`);
const right = ({ key }: Exercise): number[] =>
  key.flatMap(({ verdict }, i) => (verdict === 'optimal' ? [i + 1] : []));
const keyLines = (exercise: Exercise): string[] => [
  fill(exercise.function === '' ? words.silent : words.right, {
    numbers: right(exercise).join(', '),
    rule: exercise.rule,
    function: exercise.function,
  }),
  // Whatever else was foretold, the rule says why not.
  ...exercise.key.flatMap(({ verdict, why }, i) =>
    verdict === 'optimal' || exercise.event === '' ? [] : [`${i + 1}. ${why}`],
  ),
];
const asked = ({ event, operation, report }: Exercise): string =>
  fill(event === '' ? words.foretell : words.question, { event, operation, report });

function plain(exercises: readonly Exercise[], answers: boolean, picture: Picture): string {
  const sheets = exercises.map((each, i) =>
    [
      `${fill(words.exercise, { n: i + 1 })}  (${each.id})`,
      each.story,
      '',
      picture(each.picture),
      '',
      asked(each),
      '',
      ...numbered(each).map(line => `   ${line}`),
      '',
    ].join('\n'),
  );
  const keys = exercises.map((each, i) =>
    [fill(words.exercise, { n: i + 1 }), ...keyLines(each).map(line => `   ${line}`), ''].join('\n'),
  );
  return [...sheets, ...(answers ? [`${words.key}\n`, ...keys] : [])].join('\n');
}

function markdown(exercises: readonly Exercise[], answers: boolean, picture: Picture): string {
  const sheets = exercises.map((each, i) =>
    [
      `## ${fill(words.exercise, { n: i + 1 })}`,
      '',
      each.story,
      '',
      '```text',
      picture(each.picture),
      '```',
      '',
      asked(each),
      '',
      ...numbered(each),
      '',
      `*${each.id}*`,
      '',
    ].join('\n'),
  );
  const keys = exercises.map((each, i) =>
    [`### ${fill(words.exercise, { n: i + 1 })}`, '', ...keyLines(each).map(line => `- ${line}`), ''].join(
      '\n',
    ),
  );
  return [...sheets, ...(answers ? [`## ${words.key}\n`, ...keys] : [])].join('\n');
}

function json(exercises: readonly Exercise[], answers: boolean, picture: Picture): string {
  const entries = exercises.map(({ key, rule, function: kernel, picture: view, ...open }) => ({
    ...open,
    picture: picture(view),
    ...(answers ? { key, rule, function: kernel } : {}),
  }));
  return `${JSON.stringify({ exercises: entries }, null, 2)}\n`;
}

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** As one line of HTML: story, picture, question. */
const front = (each: Exercise, picture: Picture): string =>
  `<p>${html(each.story)}</p><pre>${html(picture(each.picture)).replaceAll('\n', '<br>')}</pre><p>${html(asked(each))}</p>`;

/**
 * A question for Moodle. What is right but too dear earns half.
 * Source: Moodle documentation, GIFT format: `~ = # { } :` and backslashes are escaped.
 */
function gift(each: Exercise, picture: Picture): string {
  const escaped = (text: string): string => text.replace(/[\\~=#{}:]/g, '\\$&').replaceAll('\n', '\\n');
  const mark = { optimal: '=', wasteful: '~%50%' } as const;
  const answers = each.key.map(
    ({ label, verdict, why }) =>
      `  ${mark[verdict as keyof typeof mark] ?? '~'}${escaped(html(label))}#${escaped(html(why))}`,
  );
  return [
    `// ${each.id}`,
    `::${escaped(each.id)}::[html]${escaped(front(each, picture))} {`,
    ...answers,
    '}',
    '',
  ].join('\n');
}

/**
 * Cards for Anki's own note type Basic, a line each; importing again updates a card, which its front identifies.
 * Source: Anki manual, importing text files.
 */
function anki(exercises: readonly Exercise[], picture: Picture): string {
  const cards = exercises.map(each =>
    [
      `${front(each, picture)}<ol>${each.offers.map(({ label }) => `<li>${html(label)}</li>`).join('')}</ol><p><small>${each.id}</small></p>`,
      keyLines(each)
        .map(line => `<p>${html(line)}</p>`)
        .join(''),
      ['cowhand', each.system, ...each.concepts].join(' '),
    ].join('\t'),
  );
  const head = [
    '#separator:Tab',
    '#html:true',
    '#notetype:Basic',
    `#deck:${words.deck}`,
    '#columns:Front\tBack\tTags',
    '#tags column:3',
  ];
  return [...head, ...cards, ''].join('\n');
}
