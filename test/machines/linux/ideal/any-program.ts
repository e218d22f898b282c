import fc from 'fast-check';
import type { Program } from '../../../../src/language/moves.ts';
import { parseProgram } from '../../../../src/language/parse.ts';

/** Few pages, so that ranges overlap. */
const PAGES = 6;
const PERMS = ['rw-', 'rw-', 'rw-', 'r--', '---', '-w-', '--x', 'rwx'];
const OFFSETS = [0, 0, 1, 100, 4090, 4095];
const LENGTHS = [0, 1, 16, 4096, 5000, 8192];
const FILE_PLACES = [0, 100, 4096, 8000, 12288];
const ADVICE = [
  ...['dontneed', 'free', 'pageout', 'populate_read', 'populate_write', 'dontfork', 'wipeonfork'],
  ...['guard', 'unguard', 'remove', 'mergeable', 'cold', 'dofork', 'keeponfork'],
];

type Pick = <T>(from: readonly T[]) => T;

/** One operation of a process, but for the ones that begin and end processes. */
function operation(pick: Pick, other: string): string {
  const page = pick([0, 1, 2, 3, 4, 5]);
  const pages = Math.min(pick([1, 1, 2, 3]), PAGES - page);
  const value = pick([1, 2, 3, 4, 5, 6, 7]);
  const offset = pick(OFFSETS);
  const span = `${page} ${offset} ${pick(LENGTHS)}`;
  const file = pick(['0', '1']);
  const place = `file:${file}:${pick(FILE_PLACES)}`;
  const id = pick(['0', '1']);
  return pick([
    () => `map ${page} ${pages} ${pick(PERMS)} ${pick(['anon', 'anon', 'anon gd', 'sanon'])}`,
    () => `map ${page} ${pages} ${pick(PERMS)} ${pick(['priv', 'shared'])} ${file} ${pick([0, 1])}`,
    () => pick([`unmap ${page} ${pages}`, `mlock ${page} ${pages}`, `munlock ${page} ${pages}`]),
    () => `prot ${page} ${pages} ${pick(PERMS)}`,
    () => `mremap ${page} ${pages} ${pick([0, 3, page])} ${pages} ${pick(['', '', 'keep'])}`,
    () => `mremap ${page} ${pages} ${pick([2, 8, page])} ${pick([1, 2, 4])}`,
    () => `madv ${page} ${pages} ${pick(ADVICE)}`,
    () => `madv ${page} ${pages} ${pick(ADVICE)}`,
    () => `read ${page} ${offset}`,
    () => `read ${page} ${offset}`,
    () => `write ${page} ${value} ${offset}`,
    () => `write ${page} ${value} ${offset}`,
    () => pick([`fetch ${page}`, `read8 ${page} 4092`, `write8 ${page} 4092 ${value}`]),
    () => `rsys ${pick(['pipe', 'zero', place, place])} ${span} ${value}`,
    () => `wsys ${pick(['pipe', place, place])} ${span}`,
    () => `${pick(['pvw', 'memw'])} ${other} ${span} ${value}`,
    () => `${pick(['pvr', 'memr'])} ${other} ${span}`,
    () => `${pick(['dread', 'dwrite'])} ${page}`,
    () => pick([`vpin ${id} ${page} ${pages}`, `vread ${id}`]),
    () => pick([`iopin ${id} ${page} 1`, `iounpin ${id}`, `ioread ${id} 0`, `iowrite ${id} 0 ${value}`]),
    () => pick([`ftrunc ${file} ${pick([0, 1, 2, 4])}`, `fwrite ${file} ${pick([0, 1, 3])} ${value}`]),
    () => pick([`fread ${file} ${pick([0, 1])}`, `punch ${file} 0 ${pages}`, `fsync ${file}`]),
    () => pick(['rlimstack 3', 'rlimstack 2048', 'cpu 1']),
  ])();
}

/** Programs of one to four processes with every operation that Linux has, on two files. */
export const anyProgram = (length: number): fc.Arbitrary<Program> =>
  fc
    .array(fc.infiniteStream(fc.nat(1 << 20)), { minLength: 1, maxLength: length, size: 'max' })
    .map(choices => {
      const lines = ['file 0 2 ext4', 'file 1 2 tmpfs', 'p0 map 0 3 rw- anon', 'p0 map 3 2 rw- priv 0 0'];
      const alive = ['p0'];
      let born = 1;
      for (const stream of choices) {
        const pick: Pick = from => from[stream.next().value! % from.length]!;
        const process = pick(alive);
        switch (pick([...Array<string>(20).fill('operation'), 'fork', 'fork', 'thread', 'execve', 'exit'])) {
          case 'operation':
            lines.push(`${process} ${operation(pick, pick(alive))}`);
            break;
          case 'fork':
          case 'thread':
            if (alive.length === 4) break;
            alive.push(`p${born}`);
            lines.push(`${process} ${pick(['fork', 'fork', 'thread'])} p${born++}`);
            break;
          case 'execve':
            lines.push(`${process} execve`);
            break;
          default:
            if (alive.length === 1) break;
            alive.splice(alive.indexOf(process), 1);
            lines.push(`${process} exit`);
        }
      }
      return parseProgram(lines.join('\n'), 'any');
    });
