import { LanguageError, type Place } from '../language/errors.ts';
import { contradiction, type Move, SETTINGS, type Setting } from '../language/moves.ts';
import { grow, noSize } from '../language/size.ts';
import type { AnyMachine } from '../machines/machine.ts';
import { machineOf, machines } from '../machines/registry.ts';
import type { Chapter, Depth, Level, Step } from './level.ts';
import { type Check, type Problem, problemAt, tidy } from './problem.ts';
import { type ChaptersFile, chaptersFile, type LevelFile, levelFile } from './schema.ts';
import { movingSteps, PLACEHOLDER, programFor, settingsOf, stepsOf, variantsOf } from './variants.ts';
import { DECISIONS, deputiesOf, isWatched } from './watch.ts';
import { type Parsed, parseYaml, textPlace } from './yaml.ts';

export type Loaded =
  | { readonly level: Level; readonly placeOf: PlaceOf }
  | { readonly problems: readonly Problem[] };

/** Where in the file a part of the level stands: placeOf('hints', 0). */
export type PlaceOf = (...path: readonly (string | number)[]) => Place;

/** More would take too long to prove, and nobody would play them. */
const MOST_VARIANTS = 64;
/** The judge keeps thousands of such memories. */
const MOST_PAGES = 256;

export const isLevel = (loaded: Loaded): loaded is Extract<Loaded, { level: Level }> => 'level' in loaded;

/**
 * Reads a level file: the only way from YAML to a Level. Every operation of every variant is parsed.
 * @param text the file's contents
 * @param file its path, for messages and for the id
 */
export function loadLevel(text: string, file: string): Loaded {
  const parsed = parseYaml(text, file, () => levelFile);
  if ('problems' in parsed) return { problems: tidy(parsed.problems) };
  const { value, places } = parsed;
  const placeOf: PlaceOf = (...path) => places.at(path);
  const { problems, level } = levelOf(text, file, parsed);
  if (problems.length === 0) problems.push(...operationProblems(level));
  if (problems.length === 0) problems.push(...variantProblems(value, level, places));
  return problems.length === 0 ? { level, placeOf } : { problems: tidy(problems) };
}

function levelOf(
  text: string,
  file: string,
  { value, places }: Parsed<LevelFile>,
): { level: Level; problems: Problem[] } {
  const problems: Problem[] = [];
  const refuse = (path: (string | number)[], check: Check, message: string) =>
    problems.push(problemAt(places.at(path), check, message));

  const machine = machineOf(value.system);
  if (machine === undefined)
    refuse(
      ['system'],
      'system',
      `there is no system '${value.system}'; expected ${Object.keys(machines).join(', ')}`,
    );
  else {
    if (value.rules !== undefined && !machine.rules.includes(value.rules))
      refuse(
        ['rules'],
        'rules',
        `there is no rule set '${value.rules}'; expected ${machine.rules.join(', ')}`,
      );
    if (value.horizon !== undefined && machine.price === undefined)
      refuse(['horizon'], 'system', `${value.system} has no prices; expected no horizon`);
    for (const [part, known, ordered] of [
      ['menu', menuOf(machine, value), value.depth !== 'break'],
      ['asks', asksOf(machine, value.depth), true],
      ['evidence', isDecided(value.depth) ? (machine.evidence ?? []) : [], true],
    ] as const) {
      const names = value[part] ?? [];
      const expected = known.length === 0 ? `none in this depth of ${value.system}` : known.join(', ');
      for (const [i, name] of names.entries()) {
        if (!known.includes(name))
          refuse([part, i], 'menu', `nothing called '${name}'; expected ${expected}`);
        const before = names[i - 1];
        if (!ordered || before === undefined || !known.includes(name)) continue;
        if (known.indexOf(name) <= known.indexOf(before))
          refuse([part, i], 'menu', `'${name}' stands out of order; expected the order ${expected}`);
      }
    }
    if (value.depth === 'detail' && (value.asks ?? []).length === 0)
      refuse(['depth'], 'menu', 'nothing is asked of a decision; expected `asks` with a list of fields');
    if (isWatched(value) && value.menu.length > 1)
      refuse(['menu', 1], 'menu', 'one kernel at a time decides; expected one name');
  }

  const variants: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(value.variants ?? {})) {
    variants[name] = values.map(String);
    for (const [i, one] of values.entries())
      if (values.indexOf(one) < i) refuse(['variants', name, i], 'variants', `'${one}' is listed twice`);
  }
  const count = Object.values(variants).reduce((product, values) => product * values.length, 1);
  if (count > MOST_VARIANTS)
    refuse(['variants'], 'variants', `${count} variants are too many; expected at most ${MOST_VARIANTS}`);

  const settings: Record<string, string> = {};
  for (const name of Object.keys(SETTINGS) as Setting[]) {
    const written = value[name];
    if (written === undefined) continue;
    if (machine !== undefined && !(machine.settings ?? []).includes(name))
      refuse([name], 'system', `${value.system} has no '${name}'; expected none`);
    const options: readonly string[] = SETTINGS[name];
    const [, variant] = /^\$(.*)$/.exec(written) ?? [];
    const values = variant === undefined ? [written] : (variants[variant] ?? []);
    if (values.length === 0)
      refuse([name], 'variants', `there is no variant '${variant}'; ${expectedOf(variants)}`);
    for (const one of values)
      if (!options.includes(one))
        refuse([name], 'system', `${name} is never '${one}'; expected ${options.join(', ')}`);
    settings[name] = written;
  }

  const stepsOf = (part: 'setup' | 'script'): Step[] =>
    value[part].map((written, i) => {
      const process = Object.keys(written).find(key => key !== 'when')!;
      const operation = String(written[process]);
      for (const [, name = ''] of operation.matchAll(PLACEHOLDER))
        if (!Object.hasOwn(variants, name))
          refuse([part, i, process], 'variants', `there is no variant '${name}'; ${expectedOf(variants)}`);
      const when = [written.when ?? []].flat().map((condition, k): readonly [string, string] => {
        const path = Array.isArray(written.when) ? [part, i, 'when', k] : [part, i, 'when'];
        const [name = '', wanted] = condition.split(/=(.*)/s).map(word => word.trim());
        const values = Object.hasOwn(variants, name) ? variants[name] : undefined;
        if (wanted === undefined) refuse(path, 'when', `'${condition}' is no condition; expected NAME=VALUE`);
        else if (values === undefined)
          refuse(path, 'when', `there is no variant '${name}'; ${expectedOf(variants)}`);
        else if (!values.includes(wanted))
          refuse(path, 'when', `${name} is never '${wanted}'; expected ${values.join(', ')}`);
        return [name, wanted ?? ''];
      });
      return { process, text: operation, when, place: textPlace(text, places.at([part, i, process])) };
    });

  const level: Level = {
    id: value.id,
    title: value.title,
    system: value.system,
    rules: value.rules ?? machine?.rules.at(-1) ?? '',
    ...(Object.keys(settings).length > 0 && { settings }),
    chapter: value.chapter,
    ...(value.horizon !== undefined && { horizon: value.horizon }),
    depth: value.depth,
    teaches: value.teaches,
    uses: value.uses,
    treats: value.treats,
    story: value.story.trim(),
    setup: stepsOf('setup'),
    script: stepsOf('script'),
    variants,
    menu: value.menu,
    ...(value.asks !== undefined && { asks: value.asks }),
    ...(value.evidence !== undefined && { evidence: value.evidence }),
    hints: value.hints,
    file,
  };
  return { level, problems };
}

/** What a level may ask for besides: fields of a decision, or a broken kernel's decisions instead of a schedule. */
const asksOf = (machine: AnyMachine, depth: Depth): readonly string[] =>
  depth === 'detail'
    ? (machine.details ?? []).map(({ id }) => id)
    : depth === 'break' && deputiesOf(machine) !== undefined
      ? [DECISIONS]
      : [];

const isDecided = (depth: Depth): boolean => depth === 'decide' || depth === 'detail';

/** What a menu may list. */
function menuOf(
  machine: AnyMachine,
  { depth, asks }: { readonly depth: Depth; readonly asks?: readonly string[] | undefined },
): readonly string[] {
  if (isDecided(depth)) return machine.decisions;
  if (isWatched({ depth, asks })) return deputiesOf(machine)?.broken ?? [];
  if (depth === 'predict') return machine.fields.map(({ id }) => id);
  return (depth === 'order' ? machine.races?.steps : machine.races?.broken) ?? [];
}

const expectedOf = (variants: Readonly<Record<string, unknown>>): string => {
  const names = Object.keys(variants);
  return names.length === 0 ? 'the level has no variants' : `expected ${names.join(', ')}`;
};

/** What the language or the machine does not understand, in any variant. */
function operationProblems(level: Level): Problem[] {
  const machine = machineOf(level.system)!;
  return variantsOf(level).flatMap((variant, index) => {
    const why = contradiction(settingsOf(level, variant));
    if (why !== undefined)
      return [
        problemAt(
          { file: level.file, line: 1, column: 1 },
          'system',
          `${why.message}; expected ${why.expected}`,
        ),
      ];
    const steps = movingSteps([...stepsOf(level.setup, variant), ...stepsOf(level.script, variant)]);
    try {
      const { moves } = programFor(level, index).program;
      const unknown = moves.flatMap((move, i) => {
        const { place, text } = steps[i]!;
        const known = machine.knows(move, settingsOf(level, variant));
        return known ? [] : [problemAt(place, 'operation', `${level.system} has no such operation: ${text}`)];
      });
      const large = tooLargeAt(moves);
      if (large < 0) return unknown;
      const message = `memory becomes too large to be judged; expected at most ${MOST_PAGES} pages of all processes`;
      return [...unknown, problemAt(steps[large]!.place, 'operation', message)];
    } catch (error) {
      if (!(error instanceof LanguageError)) throw error;
      return [problemAt(inFile(error, [...level.setup, ...level.script]), 'operation', reason(error))];
    }
  });
}

/** The move by which all processes together have mapped too many pages; else -1. */
function tooLargeAt(moves: readonly Move[]): number {
  const size = noSize();
  return moves.findIndex(move => {
    grow(size, move);
    return size.pages > MOST_PAGES;
  });
}

/** Behind a `$name` the columns of the text and of the file differ: then the `$` is the place. */
function inFile({ place }: LanguageError, steps: readonly Step[]): Place {
  const step = steps.find(
    ({ place: at, text }) => at.line === place.line && at.column <= place.column && text.includes('$'),
  );
  if (step === undefined) return place;
  return { ...place, column: Math.min(place.column, step.place.column + step.text.indexOf('$')) };
}

/** The error's message without its place, which the problem has. */
const reason = ({ message, place }: LanguageError): string =>
  message.replace(`${place.file}:${place.line}:${place.column}: `, '');

/** Names that change nothing. */
function variantProblems(
  { variants }: LevelFile,
  level: Level,
  places: Parsed<LevelFile>['places'],
): Problem[] {
  const used = new Set([
    ...[...level.setup, ...level.script].flatMap(({ text, when }) => [
      ...namesIn(text),
      ...when.map(([name]) => name),
    ]),
    ...Object.values(level.settings ?? {}).flatMap(namesIn),
  ]);
  return Object.keys(variants ?? {})
    .filter(name => !used.has(name))
    .map(name => problemAt(places.key(['variants', name]), 'variants', `no step looks at '${name}'`));
}

const namesIn = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map(match => match[1]!);

/** A chapter with the places of its level ids, for messages. */
export interface ListedChapter {
  readonly chapter: Chapter;
  readonly place: Place;
  readonly levelPlaces: readonly Place[];
}

/** Reads a chapters.yaml; which system it belongs to, the caller knows. */
export function loadChapters(
  text: string,
  file: string,
):
  | { readonly chapters: readonly (Omit<ListedChapter, 'chapter'> & { readonly chapter: Unplaced })[] }
  | { readonly problems: readonly Problem[] } {
  const parsed = parseYaml<ChaptersFile>(text, file, () => chaptersFile);
  if ('problems' in parsed) return parsed;
  const { value, places } = parsed;
  return {
    chapters: value.map((chapter, i) => ({
      chapter: { ...chapter, about: chapter.about.trim() },
      place: places.at([i]),
      levelPlaces: chapter.levels.map((_, k) => places.at([i, 'levels', k])),
    })),
  };
}
type Unplaced = Omit<Chapter, 'system'>;
