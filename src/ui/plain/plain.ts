import { createInterface } from 'node:readline';
import { general } from '../../game/texts.ts';
import type { GameEvent, Outlook, Question, Table } from '../../game/types.ts';
import type { Level } from '../../levels/level.ts';
import type { Prediction } from '../../machines/machine.ts';
import { parseExam } from '../../study/exam.ts';
import { type Game, isRefusal, losesByLeaving, losesByRestart } from '../game.ts';
import { beliefsAbout, entryFor, words as glossaryWords, wordsAbout } from '../glossary.ts';
import { toAscii, wantsAscii } from '../glyphs.ts';
import { type Command, letterOf } from '../keymap.ts';
import { answerOf, nextField } from '../prediction.ts';
import { fill, texts } from '../texts.ts';
import {
  answerLines,
  asideLine,
  capital,
  changeLines,
  choiceLines,
  full,
  pictureLines,
  questionLines,
  summaryLines,
} from './words.ts';

const words = texts.plain;

export interface PlainStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The game as numbered prompts and appended lines, for screen readers, pipes and terminals of any kind.
 * @returns 0 if the level that was played last was finished, 1 if it was left before its end; of an exam 0 only if
 * it was passed
 */
export async function playPlain(game: Game, level: Level, streams: PlainStreams): Promise<number> {
  const { stdin, stdout, env } = streams;
  const ascii = wantsAscii(env);
  const print = (text: string): void => {
    stdout.write(ascii ? text.split('\n').map(toAscii).join('\n') : text);
  };
  const lines = createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY, terminal: false });
  const typed = lines[Symbol.asyncIterator]();
  const read = async (prompt: string): Promise<string | undefined> => {
    print(prompt);
    const next = await typed.next();
    if (next.done === true) {
      print('\n');
      return undefined;
    }
    // A terminal shows what is typed; what comes from a pipe is shown here, so that the whole can be read.
    if (stdin.isTTY !== true) print(`${next.value}\n`);
    return next.value.trim();
  };
  try {
    return await new PlainGame(game, level, print, read).play();
  } finally {
    lines.close();
  }
}

/** Commands that are typed as the letters that they have on the screen, those of a question in the order of its footer. */
const AT_QUESTION = ['inspect', 'hint', 'undo', 'restart', 'glossary', 'help', 'quit'] as const;
const TYPED = [...AT_QUESTION, 'more'] as const satisfies readonly Command[];
type Typed = (typeof TYPED)[number];

/** What a line that was typed came to. */
type Outcome = 'go on' | 'leave';

class PlainGame {
  readonly #game: Game;
  readonly #print: (text: string) => void;
  readonly #read: (prompt: string) => Promise<string | undefined>;
  #table!: Table;
  #fields: Prediction = {};
  /** What the schedule that is asked for has come to so far. */
  #outlook: Outlook | undefined;
  readonly #letters: Readonly<Record<Typed, string>>;
  /** A command that costs something, and was asked for a moment ago: asked for again, it is carried out. */
  #asked = '';

  constructor(
    game: Game,
    level: Level,
    print: (text: string) => void,
    read: (prompt: string) => Promise<string | undefined>,
  ) {
    this.#game = game;
    const { keymap } = game.preferences;
    this.#letters = Object.fromEntries(TYPED.map(command => [command, letterOf(keymap, command)])) as Record<
      Typed,
      string
    >;
    this.#print = print;
    this.#read = read;
    this.#open(level);
  }

  async play(): Promise<number> {
    let outcome: Outcome = 'go on';
    while (outcome === 'go on') {
      const { question } = this.#table;
      outcome = question === undefined ? await this.#atEnd() : await this.#ask(question);
    }
    const { level, summary, exam } = this.#table;
    if (summary === undefined)
      this.#say(
        this.#game.chart() === undefined || this.#game.trouble !== undefined
          ? words.unfinishedOwn
          : fill(words.unfinished, { level: level.id }),
      );
    const isPassed = exam === undefined || exam.wrong <= exam.mistakes;
    return summary !== undefined && isPassed ? 0 : 1;
  }

  #say(...lines: readonly string[]): void {
    for (const line of lines) this.#print(`${line}\n`);
  }

  #open(level: Level): void {
    this.#say(...this.#game.notices);
    const { table, resumed } = this.#game.open(level);
    this.#table = table;
    this.#fields = {};
    this.#say(this.#heading(), table.level.story.trim().replaceAll('\n', ' '));
    if (resumed) this.#say(words.resumed);
    this.#say(...pictureLines(table.view), '');
    this.#pose();
  }

  #heading(): string {
    const { level, variant, variants } = this.#table;
    return fill(words.level, {
      title: full(`${level.chapterTitle}: ${level.title}`),
      variant: variant + 1,
      variants,
    });
  }

  /** Says what is asked. */
  #pose(): void {
    const { question, view } = this.#table;
    if (question === undefined) {
      this.#say(...summaryLines(this.#table));
      return;
    }
    this.#say(...questionLines(question, view));
    this.#offer(question);
  }

  /** Says what can be answered: of a prediction, to the field that is asked now. */
  #offer(question: Question): void {
    const asked = nextField(question, this.#fields);
    if (asked !== undefined) this.#say(asked.field.label);
    const outlook = this.#ahead();
    if (outlook !== undefined) this.#say(texts.play.whoNext);
    this.#say(
      ...choiceLines(labelsOf(question, this.#fields, outlook)),
      outlook === undefined ? this.#keys() : fill(words.scheduleKeys, { keys: this.#named() }),
    );
  }

  async #ask(question: Question): Promise<Outcome> {
    const typed = await this.#read(question.fields === undefined ? words.decision : words.answer);
    if (typed === undefined) return 'leave';
    const ids = idsOf(question, this.#fields, this.#ahead());
    const chosen = /^\d+$/.test(typed) ? ids[Number(typed) - 1] : ids.find(id => id === typed);
    const whole = question.offers.find(({ id }) => id === typed)?.id;
    if (question.depth === 'break' && typed === 'b') this.#step(question, -1);
    else if (whole !== undefined) this.#decide(question, whole);
    else if (chosen !== undefined) this.#choose(question, chosen);
    else return this.#command(typed, question);
    return 'go on';
  }

  #choose(question: Question, chosen: string): void {
    if (question.depth === 'break' && chosen !== 'none') {
      this.#step(question, chosen);
      return;
    }
    const asked = nextField(question, this.#fields);
    if (asked === undefined) {
      this.#decide(question, chosen);
      return;
    }
    this.#fields = { ...this.#fields, [asked.field.id]: chosen };
    if (nextField(question, this.#fields) === undefined)
      this.#decide(question, answerOf(question, this.#fields));
    else this.#offer(question);
  }

  #ahead(): Outlook | undefined {
    return this.#outlook ?? this.#table.outlook;
  }

  /** Somebody steps, or the last step is taken back; the step that shows a difference completes the schedule. */
  #step(question: Question, by: string | -1): void {
    const before = this.#ahead()!;
    const picks = before.schedule === '' ? [] : before.schedule.split(' ');
    const after = this.#game.outlook(by === -1 ? picks.slice(0, -1) : [...picks, by])!;
    this.#outlook = after;
    if (after.schedule === before.schedule) this.#say(by === -1 ? texts.play.noUndo : texts.play.cannot);
    else this.#say(...(by === -1 ? [] : [full(after.caption)]), ...changeLines(before.view, after.view));
    if (after.shows) this.#decide(question, after.schedule);
    else this.#offer(question);
  }

  #decide(question: Question, decision: string): void {
    this.#play({ type: 'decide', decision });
    const answer = this.#table.answers.at(-1);
    if (answer === undefined) return;
    this.#say('', ...answerLines(question, answer), '');
    const [first = ''] = questionLines(question, answer.before);
    const { aside } = this.#table;
    if (aside !== undefined) this.#say(asideLine(aside.question), '');
    if (answer.wentOn) this.#pose();
    else this.#say(`${words.again} ${first}`);
  }

  /** False where the event did not fit. */
  #play(event: GameEvent): boolean {
    const played = this.#game.play(event);
    this.#fields = {};
    this.#outlook = undefined;
    if (isRefusal(played)) return false;
    this.#table = played;
    if (this.#game.trouble !== undefined) this.#say(fill(words.trouble, { trouble: this.#game.trouble }));
    return true;
  }

  #command(typed: string, question: Question | undefined): Outcome {
    const [letter = '', ...rest] = typed.toLowerCase().split(/\s+/);
    const asked = this.#asked === letter;
    this.#asked = '';
    /** Says what a command costs, unless that was said a moment ago. */
    const warns = (cost: string): boolean => {
      if (asked) return false;
      this.#asked = letter;
      this.#say(cost);
      return true;
    };
    switch (TYPED.find(command => this.#letters[command] === letter) ?? letter) {
      case 'quit':
        if (losesByLeaving(this.#table, this.#game) && warns(fill(texts.sure.quit, { key: letter }))) break;
        return 'leave';
      case 'undo':
        if (this.#play({ type: 'undo' })) this.#say(texts.play.undone);
        else this.#say(texts.play.noUndo);
        this.#pose();
        break;
      case 'restart':
        if (this.#table.exam !== undefined) {
          this.#another();
          break;
        }
        if (losesByRestart(this.#table) && warns(fill(texts.sure.restart, { key: letter }))) break;
        this.#play({ type: 'restart', variant: this.#game.drawVariant() });
        this.#say(this.#heading(), ...pictureLines(this.#table.view), '');
        this.#pose();
        break;
      case 'inspect':
        this.#say(this.#table.level.story.trim().replaceAll('\n', ' '), ...pictureLines(this.#table.view));
        if (question !== undefined) this.#pose();
        break;
      case 'hint':
        this.#hint(warns);
        break;
      case 'glossary':
        this.#explain(rest.join(' '));
        break;
      case 'more':
        this.#readMore();
        break;
      case 'w':
        this.#look(rest);
        break;
      case 'help':
        this.#say(fill(words.help, this.#letters));
        break;
      default:
        if (typed !== '') this.#say(fill(words.unknown, { typed }));
        this.#say(question === undefined ? this.#endKeys() : this.#keys());
    }
    return 'go on';
  }

  /** An exam is not begun anew: when it is over, there is another. */
  #another(): void {
    const { system = '', chapter = '' } = parseExam(this.#table.level.id) ?? {};
    const next = this.#table.question === undefined ? this.#game.exam(system, chapter) : undefined;
    if (next === undefined) this.#say(words.noRestart);
    else this.#open(next);
  }

  #hint(warns: (cost: string) => boolean): void {
    const { opened, total } = this.#table.hints;
    if (total === 0) this.#say(words.noHints);
    const say = (text: string, n: number) => this.#say(fill(words.hint, { n, total, text }));
    if (opened.length >= total) {
      for (const [i, hint] of opened.entries()) say(hint, i + 1);
      return;
    }
    if (opened.length === total - 1 && warns(fill(words.hintCosts, this.#letters))) return;
    const fields = this.#fields;
    this.#play({ type: 'hint' });
    this.#fields = fields;
    const { hints } = this.#table;
    say(hints.opened.at(-1) ?? '', hints.opened.length);
  }

  /** Answers what is asked in passing: the facts with these numbers decided, the others did not. */
  #look(numbers: readonly string[]): void {
    const { aside } = this.#table;
    if (aside === undefined || aside.answer !== undefined) {
      this.#say(words.noAside);
      return;
    }
    const { question } = aside;
    const named = (question.fields ?? []).map(({ id }, i) => [id, numbers.includes(String(i + 1))] as const);
    const fields = Object.fromEntries(named.map(([id, decided]) => [id, decided ? 'yes' : 'no']));
    const isNamed = named.filter(([, decided]) => decided).length === numbers.length && numbers.length > 0;
    const table = isNamed ? this.#game.play({ type: 'look', answer: answerOf(question, fields) }) : undefined;
    if (table === undefined || isRefusal(table)) {
      this.#say(asideLine(question));
      return;
    }
    this.#table = table;
    const { verdict, text } = table.aside!.answer!;
    this.#say(fill(words.verdict, { verdict: general.verdicts[verdict], headline: text.headline }));
  }

  /** The kernel's function that decided the last answer, and what the glossary says of it. */
  #readMore(): void {
    const text = this.#table.answers.at(-1)?.text;
    if (text === undefined) {
      this.#say(words.noAnswer);
      return;
    }
    if (text.function !== '') this.#say(fill(words.function, { function: text.function }));
    const about = wordsAbout(text.rule, text.function);
    if (about.length === 0) this.#say(texts.more.nothing);
    for (const word of about) this.#explain(word);
  }

  #explain(word: string): void {
    const entry = entryFor(word);
    if (entry === undefined) this.#say(fill(words.noWord, { words: glossaryWords.join(', ') }));
    else this.#say([`${entry.title}: ${entry.text}`, ...beliefsAbout(entry)].join(' '));
  }

  #keys(): string {
    return fill(this.#table.exam === undefined ? words.keys : words.examKeys, { keys: this.#named() });
  }

  /** 'i inspect, h hint': what can be typed at a question besides an answer. */
  #named(): string {
    const isExam = this.#table.exam !== undefined;
    return AT_QUESTION.filter(command => !isExam || (command !== 'hint' && command !== 'restart'))
      .map(command => `${this.#letters[command]} ${texts.commands[command].label}`)
      .join(', ');
  }

  #endKeys(): string {
    if (this.#table.exam !== undefined) return fill(words.endKeysExam, this.#letters);
    const isLast = this.#game.after(this.#table.level.id) === undefined;
    return fill(isLast ? words.endKeysLast : words.endKeys, this.#letters);
  }

  /** The level is finished: another, the same again, or the end. */
  async #atEnd(): Promise<Outcome> {
    this.#say(this.#endKeys());
    const typed = await this.#read(words.end);
    if (typed === undefined) return 'leave';
    const next = this.#game.after(this.#table.level.id);
    if (typed !== 'n' || next === undefined) return this.#command(typed, undefined);
    this.#say('');
    this.#open(next);
    return 'go on';
  }
}

/** What can be typed for each choice besides its number. */
const idsOf = (question: Question, fields: Prediction, outlook: Outlook | undefined): readonly string[] =>
  question.fields === undefined
    ? [...(outlook?.next ?? []).map(({ process }) => process), ...question.offers.map(({ id }) => id)]
    : (nextField(question, fields)?.options ?? []);

function labelsOf(question: Question, fields: Prediction, outlook: Outlook | undefined): readonly string[] {
  if (question.fields === undefined) {
    const steps = (outlook?.next ?? []).map(({ process, label, waits }) => {
      const step = waits ? fill(texts.play.waits, { step: label }) : label;
      return `${process} ${step}`;
    });
    return [...steps, ...question.offers.map(({ label }) => label)];
  }
  const asked = nextField(question, fields);
  return (asked?.options ?? []).map(option => capital(asked!.field.labels[option] ?? option));
}
