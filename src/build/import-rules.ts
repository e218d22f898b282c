import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root as project } from './root.ts';

/** The rooms, highest first. A file imports its own room and the rooms below it. */
export const rooms = [
  'cli',
  'commands',
  'ui',
  'progress',
  'study',
  'game',
  'levels',
  'judge',
  'machines',
  'language',
] as const;

/** No clock, file or terminal from here down. */
const firstPureRoom = 'game';
const pureBuiltins = ['node:crypto', 'node:util'];

/** Which rooms may import a package. One that is not listed may be imported by none. */
const packageRooms: Readonly<Record<string, readonly string[]>> = {
  conf: ['progress'],
  ink: ['ui'],
  'ink-select-input': ['ui'],
  scheduler: ['ui'],
  react: ['ui'],
  'string-width': ['ui'],
  'ts-fsrs': ['study'],
  yaml: ['levels'],
  zod: ['levels', 'study'],
};

/** Of these the named export holds all: what is imported by a namespace is bundled only as far as it is used. */
const wholePackages: readonly string[] = ['zod'];

export interface Import {
  /** Path below the root, as in 'src/game/run.ts'. */
  readonly from: string;
  /** Counts from 1. */
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Path below the root where the specifier is relative, else the specifier. */
  readonly to: string;
  /** Nothing of it is left when the program runs. */
  readonly isOfTypes: boolean;
  /** `import * as name`. */
  readonly isOfAll: boolean;
}

const imports = [
  /^(?:import|export)\s[^'";]*?\bfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'/g,
];

/** `import type ...`, or braces in which every name is a type. */
function isOfTypes(statement: string): boolean {
  if (/^(?:import|export)\s+type\b/.test(statement)) return true;
  const names = /^(?:import|export)\s*\{([^}]*)\}/.exec(statement)?.[1]?.match(/[^\s,][^,]*/g);
  return names?.every(name => name.startsWith('type ')) ?? false;
}

/** All imports of a file, of types too. Reads the text as the formatter leaves it. */
function importsOf(root: string, from: string): Import[] {
  const text = readFileSync(path.join(root, from), 'utf8');
  return imports.flatMap(form =>
    [...text.matchAll(form)].map(match => {
      const specifier = match[1]!;
      const end = match.index + match[0].length;
      return {
        from,
        line: text.slice(0, end).split('\n').length,
        specifier,
        to: specifier.startsWith('.')
          ? path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier))
          : specifier,
        isOfTypes: isOfTypes(match[0]),
        isOfAll: /^import\s+(?:type\s+)?\*\s+as\b/.test(match[0]),
      };
    }),
  );
}

const roomOf = (file: string): string => path.posix.basename(file.split('/')[1] ?? '', '.tsx');
const heightOf = (room: string): number => (rooms as readonly string[]).indexOf(room);
const isPure = (room: string): boolean => heightOf(room) >= rooms.indexOf(firstPureRoom);
const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

/** `linux` of 'src/machines/linux/step.ts'; undefined for the contract and the registry. */
const systemOf = (file: string): string | undefined => /^src\/machines\/([^/]+)\//.exec(file)?.[1];

/** The ideal memory of a machine: `ideal.ts` and its like, or a folder `ideal/`. */
const isIdeal = (file: string): boolean => /^src\/machines\/[^/]+\/ideal/.test(file);

function outside(from: string, to: string): string | undefined {
  if (from === 'src/cli.tsx' && to === 'package.json') return undefined;
  if (/^(assets|levels)\/.*\.json$/.test(to)) return undefined;
  return 'outside src/ only JSON of assets/ and levels/ may be imported';
}

/** What all machines share: the contract, how decisions are written, and maps that are copied on write. */
const contract = ['machine', 'decisions', 'cow-map'].map(name => `src/machines/${name}.ts`);

function betweenMachines(from: string, to: string): string | undefined {
  if (from === 'src/machines/registry.ts' || contract.includes(to)) return undefined;
  if (to.startsWith('src/language/')) return undefined;
  if (isIdeal(from) && !isIdeal(to)) return 'an ideal memory shares no code with its machine';
  if (systemOf(from) !== undefined && systemOf(from) === systemOf(to)) return undefined;
  return 'a machine imports only itself, the contract and language/';
}

/** What is wrong with one import; undefined if nothing. */
function breach({ from, specifier, to, isOfTypes, isOfAll }: Import): string | undefined {
  const room = roomOf(from);
  if (heightOf(room) < 0) return `${room} is no room: ${rooms.join(' > ')}`;
  if (specifier.startsWith('.')) {
    if (room === 'machines') return betweenMachines(from, to);
    if (!to.startsWith('src/')) return outside(from, to);
    const target = roomOf(to);
    if (heightOf(target) < 0) return `${target} is no room that may be imported`;
    return heightOf(target) < heightOf(room) ? `${room} is below ${target}` : undefined;
  }
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return `write it as node:${specifier}`;
    const allowed = !isPure(room) || pureBuiltins.includes(specifier);
    return allowed ? undefined : `${room} is pure: of Node's modules only ${pureBuiltins.join(' and ')}`;
  }
  const allowed = packageRooms[packageOf(specifier)] ?? [];
  if (allowed.includes(room)) {
    const whole = wholePackages.includes(packageOf(specifier)) && !isOfTypes && !isOfAll;
    return whole
      ? `write it as import * as z from '${specifier}', of which only what is used is bundled`
      : undefined;
  }
  return `the package may be imported by ${allowed.length > 0 ? allowed.join(', ') : 'no room'}`;
}

/**
 * One import of each cycle of files: the one that closes it when the files are walked in order. Types may
 * refer to each other across files, for nothing is loaded then.
 */
function closingCycles(every: readonly Import[]): { import: Import; cycle: readonly string[] }[] {
  const all = every.filter(each => !each.isOfTypes);
  const found: { import: Import; cycle: readonly string[] }[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    trail.push(file);
    for (const each of all.filter(each => each.from === file)) {
      const start = trail.indexOf(each.to);
      if (start >= 0) found.push({ import: each, cycle: [...trail.slice(start), each.to] });
      else if (!done.has(each.to)) visit(each.to);
    }
    trail.pop();
    done.add(file);
  };
  for (const file of new Set(all.map(each => each.from))) if (!done.has(file)) visit(file);
  return found;
}

/**
 * Holds all imports in `src/` below `root` against the rules of ARCHITECTURE.md. `src/build/` are tools: they
 * may import anything, and nothing may import them.
 * @returns one line a breach, as in 'src/game/run.ts:3: ...'
 */
export function importProblems(root: string): string[] {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const all = files
    .map(file => path.posix.join('src', ...file.split(path.sep)))
    .filter(file => /\.tsx?$/.test(file) && !file.startsWith('src/build/'))
    .sort()
    .flatMap(file => importsOf(root, file));
  const breaches = all.flatMap(each => {
    const what = breach(each);
    return what === undefined ? [] : [`${each.from}:${each.line}: imports '${each.specifier}': ${what}`];
  });
  const cycles = closingCycles(all).map(
    ({ import: each, cycle }) => `${each.from}:${each.line}: a cycle of imports: ${cycle.join(' > ')}`,
  );
  return [...breaches, ...cycles];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = importProblems(project);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
