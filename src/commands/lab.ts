import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { decided, type Lab, moved, newLab, stateOfLab, typed, whatIf } from '../game/lab.ts';
import { outcomeOf } from '../game/steps.ts';
import { decisionLabel, invariantText, ruleText, verdictName } from '../game/words.ts';
import type { Judgement } from '../judge/verdict.ts';
import { LanguageError } from '../language/errors.ts';
import { OPS, SPELLINGS } from '../language/grammar.ts';
import { nearest } from '../language/nearest.ts';
import { describe } from '../language/print.ts';
import { machineOf, machines } from '../machines/registry.ts';
import { labLevel, labTranscript } from '../study/lab-files.ts';
import { programOfMaps } from '../study/maps.ts';
import { fill, texts } from '../study/texts.ts';
import { executedLines } from '../ui/plain/executed.ts';
import { pictureLines } from '../ui/plain/words.ts';
import { eventOf } from '../ui/texts.ts';
import { readText } from './files.ts';
import { type Io, UsageError } from './io.ts';

const words = texts.lab;

/**
 * `cowhand lab [FILE] [--maps FILE] [--system S]`: a sandbox, line by line, on a terminal or from a pipe.
 * @returns 0
 * @throws UsageError, LanguageError where a file that it starts from is none
 */
export async function lab(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { maps: { type: 'string' }, system: { type: 'string', default: 'linux' } },
  });
  const machine = machineOf(values.system);
  if (machine === undefined)
    throw new UsageError(
      `there is no system '${values.system}'; expected ${Object.keys(machines).join(', ')}`,
    );
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError('one program at a time. See: cowhand lab --help');
  const session = new Session(newLab(machine), text => io.stdout.write(`${text}\n`), io);
  if (values.maps !== undefined) {
    const { lines, left } = programOfMaps(readText(values.maps, io.cwd), values.maps);
    session.start(lines);
    if (left > 0) session.say(fill(words.left, { left }));
  }
  if (file !== undefined) session.start(readText(file, io.cwd).split('\n'));

  session.say(words.welcome);
  const lines = createInterface({
    input: io.stdin,
    // History and completion come with a terminal.
    ...(io.stdin.isTTY === true
      ? { output: io.screen, completer: (text: string) => session.complete(text) }
      : {}),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  lines.setPrompt(words.prompt);
  lines.prompt();
  for await (const line of lines) {
    if (io.stdin.isTTY !== true) session.say(`${words.prompt}${line}`);
    if (!session.take(line.trim())) break;
    lines.prompt();
  }
  lines.close();
  return 0;
}

/** Is the line more than blanks and a comment? */
const saysMore = (line: string): boolean => !/^\s*(?:#(?!!).*)?$/.test(line);

/** What has been typed, and who handles faults. */
class Session {
  #lab: Lab;
  /** As it was opened, or saved last. */
  #kept: Lab;
  /** A line that would lose something, and was typed a moment ago: typed again, it is taken. */
  #asked = '';
  #mine = false;
  readonly #print: (text: string) => void;
  readonly #io: Io;

  constructor(lab: Lab, print: (text: string) => void, io: Io) {
    this.#lab = lab;
    this.#kept = lab;
    this.#print = print;
    this.#io = io;
  }

  say(...lines: readonly string[]): void {
    for (const line of lines) this.#print(line);
  }

  /** Lines that stand before the first one typed. */
  start(lines: readonly string[]): void {
    for (const line of lines) if (saysMore(line)) this.#lab = typed(this.#lab, line, false);
    this.#kept = this.#lab;
  }

  /** Words that may stand where the last one is being typed. */
  complete(text: string): [string[], string] {
    const last = text.split(' ').at(-1)!;
    const { program } = stateOfLab(this.#lab);
    const first = !text.includes(' ');
    const possible = first
      ? [...Object.keys(this.#commands), ...program.processes.map(name => `${name}:`)]
      : [
          ...OPS,
          ...Object.keys(SPELLINGS),
          ...program.regions.map(({ name }) => name),
          ...this.#lab.machine.decisions,
        ];
    return [possible.filter(word => word.startsWith(last)), last];
  }

  /** Takes a line; false to leave. A mistake is said and changes nothing. */
  take(line: string): boolean {
    const [word = '', ...rest] = line.split(/\s+/);
    const isSure = this.#asked === line;
    this.#asked = '';
    if (word === 'quit' || word === 'q') return !isSure && this.#warns(line, words.sureQuit, this.#unsaved());
    try {
      const command = Object.hasOwn(this.#commands, word) ? this.#commands[word] : undefined;
      if (command !== undefined) command(rest.join(' '));
      else if (/^\w+$/.test(line)) this.#unknown(word);
      else if (word !== '') this.#type(line, isSure);
    } catch (error) {
      if (!(error instanceof LanguageError || error instanceof RangeError || error instanceof UsageError))
        throw error;
      this.say(error.message);
    }
    return true;
  }

  readonly #commands: Readonly<Record<string, (argument: string) => void>> = {
    help: () => this.say(...words.help),
    me: () => this.#handler(true),
    kernel: () => this.#handler(false),
    decide: text => this.#decide(text),
    back: () => this.#move(-1),
    forward: () => this.#move(1),
    picture: () => this.say(...pictureLines(stateOfLab(this.#lab).view)),
    why: () => this.#why(),
    'what-if': text => this.#whatIf(text),
    invariants: () => this.#invariants(),
    save: file => this.#save(file, 'wx'),
    'save!': file => this.#save(file, 'w'),
  };

  /** One word alone is no operation. */
  #unknown(word: string): void {
    this.say(fill(words.unknown, { word, likely: nearest(word, Object.keys(this.#commands)) ?? 'help' }));
  }

  #handler(mine: boolean): void {
    this.#mine = mine;
    this.say(mine ? words.me : words.kernel);
  }

  /** Says what a line would lose, where it is any lines at all, and that it is taken if it is typed again. */
  #warns(line: string, text: string, lines: number): boolean {
    if (lines === 0) return false;
    this.#asked = line;
    this.say(fill(text, { lines, typed: line }));
    return true;
  }

  /** How many lines there are, if they are not those that were saved. */
  #unsaved(): number {
    const { lines } = this.#lab;
    return lines === this.#kept.lines ? 0 : lines.length;
  }

  #type(line: string, isSure: boolean): void {
    if (stateOfLab(this.#lab).open !== undefined) {
      this.say(words.open);
      return;
    }
    const before = this.#lab;
    const after = typed(before, line, this.#mine);
    const isNext = after.at !== before.at;
    const gone = isNext ? before.lines.length - before.at : 0;
    if (!isSure && this.#warns(line, words.sureType, gone)) return;
    this.#lab = after;
    if (isNext) this.#show();
  }

  /** What the line that is looked at came to, or the fault that waits. */
  #show(): void {
    const { executed, open, program } = stateOfLab(this.#lab);
    const { system } = this.#lab.machine;
    if (open !== undefined) {
      const operation = `${open.move.process} ${describe(open.move, program.regions)}`;
      const report = open.fault.registers.map(([name, value]) => `${name} ${value}`).join(', ');
      this.say(fill(words.fault, { event: eventOf(open.fault), operation, report }));
      for (const id of this.#lab.machine.decisions) this.say(`   ${id}: ${decisionLabel(system, id)}`);
      return;
    }
    const last = executed.at(-1);
    if (last === undefined) this.say(words.start);
    else this.say(...executedLines(system, program.regions, last, executed.length));
  }

  #move(by: number): void {
    this.#lab = moved(this.#lab, by);
    this.say(fill(words.at, { at: this.#lab.at, last: this.#lab.lines.length }));
    this.#show();
  }

  #decide(text: string): void {
    const result = decided(this.#lab, text);
    if (result === undefined) {
      this.say(words.nothingOpen);
      return;
    }
    this.#lab = result.lab;
    this.say(...this.#judged(result.judgement));
    this.#show();
  }

  #judged({ verdict, decision, consequence, reason }: Judgement): string[] {
    const { system } = this.#lab.machine;
    const { regions } = stateOfLab(this.#lab).program;
    const steps = (consequence?.steps ?? []).map(
      ({ move, seen, ideal }) =>
        `   ${fill(words.step, { operation: `${move.process} ${describe(move, regions)}`, seen: outcomeOf(seen), ideal: outcomeOf(ideal) })}`,
    );
    return [`${verdictName(verdict)}: ${decision}.`, ...steps, ruleText(system, reason)];
  }

  #why(): void {
    const { last } = stateOfLab(this.#lab);
    const { machine } = this.#lab;
    if (last === undefined) {
      this.say(words.noFault);
      return;
    }
    const best = machine.best(last.world, last.fault);
    const reason = machine.why(last.world, last.fault, best);
    this.say(
      ruleText(machine.system, reason),
      fill(words.kernelSays, { decision: machine.format(best), function: reason.function }),
    );
  }

  #whatIf(text: string): void {
    const judgement = whatIf(this.#lab, text);
    if (judgement === undefined) this.say(words.noFault);
    else this.say(...this.#judged(judgement));
  }

  #invariants(): void {
    const { broken } = stateOfLab(this.#lab);
    const ids = [...new Set(broken.map(({ invariant }) => invariant))];
    if (ids.length === 0) this.say(words.whole);
    else this.say(...ids.map(id => invariantText(this.#lab.machine.system, id)));
  }

  /**
   * A program, a level (with .yaml), or a level and the transcript of what was decided (with .json).
   * @param flag 'w' writes over a file that is there, 'wx' does not
   */
  #save(file: string, flag: 'w' | 'wx'): void {
    if (file === '') {
      this.say(words.saveWhere);
      return;
    }
    const level = file.replace(/\.\w+$/, '.yaml');
    if (/\.json$/.test(file)) {
      this.#write(level, labLevel(this.#lab, level), flag);
      this.#write(file, labTranscript(this.#lab, level), flag);
    } else if (/\.ya?ml$/.test(file)) this.#write(file, labLevel(this.#lab, file), flag);
    else
      this.#write(file, [...this.#lab.head, ...this.#lab.lines.map(({ text }) => text), ''].join('\n'), flag);
  }

  #write(file: string, text: string, flag: 'w' | 'wx'): void {
    try {
      writeFileSync(path.resolve(this.#io.cwd, file), text, { flag });
      this.#kept = this.#lab;
      this.say(fill(words.saved, { file }));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new UsageError(
        code === 'EEXIST' ? fill(words.exists, { file }) : `cannot write '${file}': ${code}`,
      );
    }
  }
}
