import { LanguageError } from '../language/errors.ts';

/** More pages of a mapping would only fill the screen. */
const MOST_PAGES = 4;
/** Regions are placed 16 pages apart, and there are 1024. */
const MOST_REGIONS = 60;

/**
 * The operations that map what a `/proc/PID/maps` lists, for a process `sh`: rights and sharing as they are, at most
 * a few pages of each, files as anonymous memory. Comments say what each was.
 * Source: proc_pid_maps(5): address, perms, offset, device, inode, path.
 * @throws LanguageError at the first line that is none of such a file
 */
export function programOfMaps(text: string, file: string): string[] {
  const lines: string[] = [];
  const names = new Map<string, number>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const found =
      /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-])([ps]) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+\s*(.*)$/.exec(line);
    if (found === null)
      throw new LanguageError(
        { file, line: i + 1, column: 1 },
        'this is no line of /proc/PID/maps',
        'ADDRESS-ADDRESS PERMS OFFSET DEVICE INODE [PATH]',
      );
    const [, from, to, perm, sharing, path] = found as unknown as string[];
    // What the kernel maps for itself is no memory of the process.
    if (/^\[(vvar|vdso|vsyscall)/.test(path!)) continue;
    const stem =
      path!.replace(/^.*\//, '').replace(/\W+/g, ' ').trim().split(' ')[0]?.replace(/^\d+/, '') || 'anon';
    const count = (names.get(stem) ?? 0) + 1;
    names.set(stem, count);
    const pages = Number((BigInt(`0x${to}`) - BigInt(`0x${from}`)) / 4096n);
    const kind = sharing === 's' ? 'shared-anon' : 'anon';
    const name = count === 1 ? stem : `${stem}_${count}`;
    lines.push(
      `sh: map ${name} ${Math.max(1, Math.min(pages, MOST_PAGES))} ${perm} ${kind}  # ${pages} pages ${path}`.trimEnd(),
    );
    if (lines.length === MOST_REGIONS) break;
  }
  return lines;
}
