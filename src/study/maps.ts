import { LanguageError } from '../language/errors.ts';

/** More pages of a mapping would only fill the screen. */
const MOST_PAGES = 4;
const LONGEST_PATH = 200;
const LONGEST_NAME = 24;
/** Regions are placed 16 pages apart, and there are 1024. */
const MOST_REGIONS = 60;

/** A program that maps what a process had mapped. */
export interface MapsProgram {
  /** Its lines: the files first, then a region each. */
  readonly lines: readonly string[];
  /** How many mappings there was no room for: the last ones. */
  readonly left: number;
}

interface Mapping {
  readonly pages: number;
  readonly perm: string;
  readonly shared: boolean;
  readonly path: string;
}

/**
 * The operations that map what a `/proc/PID/maps` lists, for a process `sh`: rights, sharing and files as they are, at
 * most a few pages of each mapping; mappings of one file show its pages one after the other. What the kernel maps
 * for itself is left out. Comments say what each was.
 * Source: proc_pid_maps(5): address, perms, offset, device, inode, path.
 * @throws LanguageError at the first line that is none of such a file
 */
export function programOfMaps(text: string, file: string): MapsProgram {
  const all = mappingsOf(text, file);
  const kept = all.slice(0, MOST_REGIONS);
  const names = new Map<string, number>();
  /** By path: its number is its place, and so many pages of it are mapped so far. */
  const files = new Map<string, number>();
  const regions = kept.map(({ pages, perm, shared, path }) => {
    const shown = Math.max(1, Math.min(pages, MOST_PAGES));
    const name = nameFor(path, names);
    const comment = `# ${pages} pages ${endOf(path)}`.trimEnd();
    if (!path.startsWith('/'))
      return `sh: map ${name} ${shown} ${perm} ${shared ? 'shared-anon' : 'anon'}  ${comment}`;
    const from = files.get(path) ?? 0;
    files.set(path, from + shown);
    const id = [...files.keys()].indexOf(path);
    return `sh: map ${name} ${shown} ${perm} ${shared ? 'shared' : 'priv'} ${id} ${from}  ${comment}`;
  });
  const headers = [...files].map(([path, pages], id) => `file ${id} ${pages} ext4  # ${endOf(path)}`);
  return { lines: [...headers, ...regions], left: all.length - kept.length };
}

/** What tells paths apart stands at their end; a line of a program has no room for the longest. */
const endOf = (path: string): string =>
  path.length > LONGEST_PATH ? `...${path.slice(-LONGEST_PATH)}` : path;

function mappingsOf(text: string, file: string): Mapping[] {
  return text.split('\n').flatMap((line, i): Mapping[] => {
    if (line.trim() === '') return [];
    const found =
      /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-])([ps]) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+\s*(.*)$/.exec(line);
    if (found === null)
      throw new LanguageError(
        { file, line: i + 1, column: 1 },
        'this is no line of /proc/PID/maps',
        'ADDRESS-ADDRESS PERMS OFFSET DEVICE INODE [PATH]',
      );
    const [, from, to, perm, sharing, path] = found as unknown as string[];
    if (/^\[(vvar|vdso|vsyscall)/.test(path!)) return [];
    const pages = Number((BigInt(`0x${to}`) - BigInt(`0x${from}`)) / 4096n);
    return [{ pages, perm: perm!, shared: sharing === 's', path: path! }];
  });
}

/** The last part of the path as a name, with a number where another region has it already. */
function nameFor(path: string, names: Map<string, number>): string {
  const [word] = path.replace(/^.*\//, '').replace(/\W+/g, ' ').trim().split(' ');
  const stem = word?.replace(/^\d+/, '').slice(0, LONGEST_NAME) || 'anon';
  const count = (names.get(stem) ?? 0) + 1;
  names.set(stem, count);
  return count === 1 ? stem : `${stem}_${count}`;
}
