import { keys, launch, type Session } from '../../../test/terminal/harness.ts';
import { writeDist } from '../bundle.ts';
import { type Glyph, svgOf } from '../svg.ts';

/** Keys to press, each after the text that must be on the screen first. */
type Way = readonly (readonly [shown: string, key: string])[];

interface Capture {
  readonly args: readonly string[];
  readonly way: Way;
  /** Only the screen that is wanted shows this. */
  readonly shown: string;
}

const level = (id: string) => ['play', id, '--variant', '1'];

const captures: Readonly<Record<string, Capture>> = {
  start: { args: [], way: [], shown: 'Begin:' },
  chapters: { args: [], way: [['Begin:', '3']], shown: '0/24' },
  play: { args: level('after-the-child-has-gone'), way: [], shown: 'PAGE FAULT' },
  wrong: {
    args: level('who-writes-first'),
    way: [
      ['PAGE FAULT', '2'],
      ['Enter next step', keys.enter],
      ['▸ 1', keys.enter],
    ],
    shown: '▸ 2',
  },
  wasteful: {
    args: level('after-the-child-has-gone'),
    way: [['PAGE FAULT', '1']],
    shown: 'WASTEFUL',
  },
  right: {
    args: level('after-the-child-has-gone'),
    way: [['PAGE FAULT', '2']],
    shown: 'OPTIMAL',
  },
  predict: { args: level('does-it-ring'), way: [], shown: 'NEXT ACCESS' },
  order: { args: level('one-address-two-truths'), way: [['Step 1?', '1']], shown: 'Step 2?' },
  break: {
    args: level('two-pens'),
    way: [
      ['Who is next?', '1'],
      ['1 step so far', '2'],
      ['2 steps so far', '1'],
    ],
    shown: '3 steps so far',
  },
  detail: { args: level('by-the-book'), way: [['What do you do?', '1']], shown: 'May the entry' },
  evidence: {
    args: level('the-witness'),
    way: [
      ['PAGE FAULT', '1'],
      ['Enter go on', keys.enter],
    ],
    shown: 'LOOKING BACK',
  },
  summary: {
    args: level('first-ring'),
    way: [
      ['PAGE FAULT', '2'],
      ['Enter go on', keys.enter],
      ['fault 2', '5'],
      ['Enter go on', keys.enter],
    ],
    shown: 'of 3 stars',
  },
  glossary: {
    args: [],
    way: [
      ['Begin:', 'g'],
      ['ACCERR', '9'],
    ],
    shown: 'Source:',
  },
  help: { args: [], way: [['Begin:', '?']], shown: 'takes the choice' },
  sharing: { args: level('who-writes-first'), way: [['PAGE FAULT', 'm']], shown: 'Who maps what' },
};

/** Those of which there is a picture too, for the pages that show one. */
const PICTURES = ['play', 'wrong', 'sharing'];

/** Screens of the built game in a real terminal of 80x24 as text, and some of them as pictures. */
export const paths = [...Object.keys(captures).map(pathOf), ...PICTURES.map(pictureOf)];

export async function generate(): Promise<Record<string, string>> {
  await writeDist();
  const files: Record<string, string> = {};
  for (const [name, wanted] of Object.entries(captures)) {
    const { text, picture } = await capture(name, wanted);
    files[pathOf(name)] = text;
    if (PICTURES.includes(name)) files[pictureOf(name)] = picture;
  }
  return files;
}

function pathOf(name: string): string {
  return `docs/screens/${name}.txt`;
}

function pictureOf(name: string): string {
  return `docs/pictures/${name}.svg`;
}

async function capture(
  name: string,
  { args, way, shown }: Capture,
): Promise<{ readonly text: string; readonly picture: string }> {
  const session = launch(args);
  try {
    // A story that is too long for the picture has a page of its own.
    await session.waitFor(/Enter (start|decide|open)/);
    if (session.text().includes('Enter start')) session.press(keys.enter);
    for (const [first, key] of way) {
      await session.waitFor(first);
      session.press(key);
    }
    await session.waitFor(shown);
    return { text: `${session.text()}\n`, picture: svgOf(glyphsOf(session), `${name}: a screen of Cowhand`) };
  } finally {
    await session.close();
  }
}

/** The screen as it looks, without the empty lines at its end. */
const glyphsOf = (session: Session): Glyph[][] =>
  session
    .text()
    .split('\n')
    .map((_, y) =>
      Array.from({ length: 80 }, (_, x) => {
        const { foreground, isRgb, ...look } = session.cell(x, y);
        return { ...look, color: isRgb ? `#${foreground.toString(16).padStart(6, '0')}` : undefined };
      }),
    );
