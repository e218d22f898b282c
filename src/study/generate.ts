import { fill } from '../game/template.ts';
import type { Level } from '../levels/level.ts';
import { variantsOf } from '../levels/variants.ts';
import { type Case, type Fate, headsOf, type Maker, type Pool, WAYS } from './case.ts';
import { castOf, merged, type Settled, sceneOf, settled, shuffled, stepsOf } from './history.ts';
import { makerOf } from './makers/makers.ts';
import { type Difficulty, formatName, isAbout, isPoolAbout, type ProblemName } from './problem.ts';
import { type Draws, drawsFrom } from './random.ts';
import { texts } from './texts.ts';

/** A problem that was made from its name: a level, and the variant of it to play, from 0. */
export interface Problem {
  readonly name: ProblemName;
  readonly level: Level;
  readonly variant: number;
}

/** How much there is to a problem: questions, pages that nobody asks for, and whether the child meets a fate. */
const SIZES: Readonly<
  Record<Difficulty, { asks: number; decoys: number; fate: 'never' | 'maybe' | 'always' }>
> = {
  1: { asks: 2, decoys: 0, fate: 'never' },
  2: { asks: 2, decoys: 1, fate: 'never' },
  3: { asks: 3, decoys: 0, fate: 'maybe' },
  4: { asks: 3, decoys: 1, fate: 'maybe' },
  5: { asks: 3, decoys: 2, fate: 'always' },
};

/**
 * The problem of a name; the same for the same name everywhere, and in later versions.
 * Throws RangeError for a generator or system that this version does not have.
 * Two of its histories vary, so that it has four variants: the first question's, and one that hides from everyone
 * who looks at one thing only. How the others went, the seed has settled.
 */
export function problemOf(name: ProblemName): Problem {
  const maker = makerOf(name.system, name.generator);
  if (maker === undefined) throw new RangeError(`no generator makes ${formatName(name)}`);
  // The difficulties of a seed have nothing in common.
  const draws = drawsFrom((name.seed + name.difficulty * 0x632b_e5ab) >>> 0);
  const { asks, decoys, fate: whether } = SIZES[name.difficulty];
  const pool = poolOf(maker, name, draws);
  const fate = fateOf(pool, name, whether, draws);
  const cases = casesOf(pool, name, asks, fate, draws);
  const cast = castOf(maker, draws);
  const { parent, child } = cast;

  const varying = varyingOf(cases, fate);
  const others = cases.filter(({ single }) => !single);
  const near = others.length > 0 ? Array.from({ length: decoys }, () => draws.oneOf(others)) : [];
  const parts = [...cases, ...near].map((each, i) => {
    const me = each.byChild || (fate === undefined && draws.below(2) === 0) ? child : parent;
    const pages = 1 + (name.difficulty === 5 && !pool.narrow ? draws.below(2) : 0);
    const scene = sceneOf(cast, i, me, pages, draws);
    const { region } = scene;
    const { before, after, last = [], ask } = each.lines(scene);
    const drawn = draws.oneOf(WAYS);
    // Where the fate is to decide the first question, nothing else may have done so before.
    const way = i < cases.length && varying.has(each) ? region : i === 0 ? 'other' : drawn;
    return {
      before: settled(before, way),
      after: settled(after, way),
      last: settled(last, way),
      ask,
      way,
      isAsked: i < cases.length,
    };
  });
  const fateWay = fate === undefined ? undefined : varying.has(fate) ? 'fate' : draws.oneOf(WAYS);
  const end: Settled[] =
    fate === undefined ? [] : settled([{ process: child, text: fate.text, when: 'one' }], fateWay!);
  const setup = [
    ...headsOf(pool),
    ...merged(
      parts.map(({ before }) => before),
      draws,
    ),
    ...(maker.between?.(cast) ?? [{ process: parent, text: `fork ${child}` }]),
    ...merged(
      parts.map(({ after }) => after),
      draws,
    ),
    ...end,
    ...parts.flatMap(({ last }) => last),
  ];
  const names = [...parts.map(({ way }) => way), fateWay].filter(
    way => way !== undefined && !(WAYS as readonly string[]).includes(way),
  ) as string[];
  const id = formatName(name);
  const asked = parts.filter(({ isAsked }) => isAsked).map(({ ask }) => ask);
  const level: Level = {
    id,
    title: fill(texts.practice.title, { parent, child }),
    system: maker.system,
    rules: maker.rules,
    ...(pool.settings !== undefined && { settings: pool.settings }),
    chapter: texts.practice.chapter,
    depth: pool.depth ?? 'decide',
    teaches: [],
    uses: [...new Set([...cases, ...(fate === undefined ? [] : [fate])].flatMap(each => each.concepts))],
    treats: [],
    story: fill(draws.oneOf(pool.stories ?? maker.stories), { parent, child }),
    setup: stepsOf(id, setup, 1),
    script: stepsOf(id, asked, 1 + setup.length),
    variants: Object.fromEntries(names.map(each => [each, [...WAYS]])),
    menu: pool.menu,
    hints: pool.hints ?? maker.hints,
    file: id,
  };
  return { name, level, variant: draws.below(variantsOf(level).length) };
}

/** What the problem is made of: something about the focus, or not too hard. */
function poolOf({ pools }: Maker, { system, focus, difficulty }: ProblemName, draws: Draws): Pool {
  const about = pools.filter(pool =>
    focus === undefined ? (pool.least ?? 1) <= difficulty : isPoolAbout(system, pool, focus),
  );
  return about.length > 1 ? draws.oneOf(about) : (about[0] ?? pools[0]!);
}

function fateOf(
  { fates = [], menu, acts = menu }: Pool,
  { system, focus }: ProblemName,
  whether: 'never' | 'maybe' | 'always',
  draws: Draws,
): Fate | undefined {
  const wanted = focus === undefined ? [] : fates.filter(({ concepts }) => concepts[0] === focus);
  if (wanted.length > 0) return draws.oneOf(wanted);
  const has = fates.length > 0 && (whether === 'always' || (whether === 'maybe' && draws.below(2) === 0));
  const about = fates.filter(fate => focus === undefined || isAbout(system, fate, focus, acts));
  return has ? draws.oneOf(about.length > 0 ? about : fates) : undefined;
}

/** The cases that are asked: the first is about the focus, and one of them is hidden. */
function casesOf(
  { cases, menu, acts = menu }: Pool,
  { system, focus }: ProblemName,
  asks: number,
  fate: Fate | undefined,
  draws: Draws,
): Case[] {
  const possible = cases.filter(({ byChild }) => fate === undefined || !byChild);
  const wanted = possible.filter(each =>
    fate !== undefined && fate.concepts[0] === focus
      ? isDecidedBy(each, fate)
      : focus === undefined || isAbout(system, each, focus, acts),
  );
  const first = draws.oneOf(wanted.length > 0 ? wanted : possible);
  const others = shuffled(
    possible.filter(each => each !== first),
    draws,
  );
  const hidden = first.hidden ? undefined : others.find(each => each.hidden);
  const rest = others.filter(each => each !== hidden).slice(0, asks - (hidden === undefined ? 1 : 2));
  return [first, ...shuffled(hidden === undefined ? rest : [hidden, ...rest], draws)];
}

/** What differs between the variants: how the first case went, or the fate that decides it; and a hidden case. */
function varyingOf(cases: readonly Case[], fate: Fate | undefined): ReadonlySet<Case | Fate> {
  const [first, ...others] = cases;
  if (fate !== undefined && isDecidedBy(first!, fate))
    return new Set([fate, others.find(each => each.hidden)!]);
  return new Set([first!, first!.hidden ? others[0]! : others.find(each => each.hidden)!]);
}

/** Does the answer to the case hang on the fate? */
const isDecidedBy = ({ rules }: Case, fate: Fate): boolean => rules.join() === fate.rules.join();
