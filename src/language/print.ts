import { describeBoot } from './boot.ts';
import { type Draft, grammar, type Style } from './grammar.ts';
import { describeHurd } from './hurd.ts';
import type { Move, Program, Region } from './moves.ts';
import { byteName, pageName } from './names.ts';
import { describeGuest } from './xen.ts';

/** The recorder's name of a process: its own if all are the recorder's, else pN by order of appearance. */
function recorderNames({ processes }: Program): (name: string) => string {
  if (processes[0] === 'p0' && processes.every(name => /^p(0|[1-9]\d*)$/.test(name))) return name => name;
  return name => (processes.includes(name) ? `p${processes.indexOf(name)}` : name);
}

function written(move: Move, style: Style): string {
  const draft = move as unknown as Draft;
  return [move.op, ...grammar[move.op].arguments.flatMap(argument => argument.print(draft, style))].join(' ');
}

/** A move as the recorder takes it: 'p0 write 3 7 1024'. */
export function printMove(move: Move, program: Program): string {
  const process = recorderNames(program);
  return `${process(move.process)} ${written(move, { regions: [], process })}`;
}

/**
 * A whole program in the bare form, headers first. It is the recorder's where `unrecordable` finds nothing: which swap
 * there is the recorder does not ask, and passes over.
 */
export function printProgram(program: Program): string {
  const files = program.files.map(
    ({ id, pages, fs, cold }) => `file ${id} ${pages} ${fs}${cold ? ' cold' : ''}`,
  );
  const settings = Object.entries(program.settings ?? {}).map(([name, value]) => `${name} ${value}`);
  const swap = program.swap === undefined ? [] : [`#! swap ${program.swap}`];
  const memory = program.memory === undefined ? [] : [`memory ${program.memory}`];
  const moves = program.moves.map(move => printMove(move, program));
  return [...settings, ...memory, ...files, ...swap, ...moves, ''].join('\n');
}

/** A move in names, without its process: 'write heap+0 9'. Parses back where the regions are declared. */
export function readable(move: Move, regions: readonly Region[]): string {
  const line = written(move, { regions, process: name => name });
  if (move.op === 'madv' && move.advice === 'dontneed') return `dontneed ${line.slice(5, -9)}`;
  if (move.op === 'prot') return `protect ${line.slice(5)}`;
  return move.op === 'execve' ? 'exec' : line;
}

const bytes = (n: number): string => `${n} ${n === 1 ? 'byte' : 'bytes'}`;

/** The other end of a read(2) or write(2), in words. */
const streamName = (name: string): string => STREAMS[name] ?? name;

const STREAMS: Readonly<Record<string, string>> = {
  pipe: 'a pipe',
  zero: '/dev/zero',
  module: "a module's device",
  bare: 'a device whose driver uses the bare pointer',
  nofault: 'a device whose driver disables page faults',
  atomic: 'a device whose driver disables page faults and tries again',
  rash: 'a device whose driver uses the bare pointer with page faults disabled',
};

/** A move in words, without its process: 'stores 9 to heap+0'. */
export function describe(move: Move, regions: readonly Region[]): string {
  const range = (page: number, pages: number): string => {
    const region = regions.find(r => r.page === page && r.pages === pages);
    if (region !== undefined) return region.name;
    return pages === 1 ? pageName(regions, page) : `${pageName(regions, page)} and ${pages - 1} more`;
  };
  switch (move.op) {
    case 'read':
      return `loads ${byteName(regions, move.page, move.offset)}`;
    case 'write':
      return `stores ${move.value} to ${byteName(regions, move.page, move.offset)}`;
    case 'read8':
      return `loads 8 bytes from ${byteName(regions, move.page, move.offset)}`;
    case 'write8':
      return `stores 8 bytes ${move.value} to ${byteName(regions, move.page, move.offset)}`;
    case 'rsys':
      return `reads ${bytes(move.length)} from ${streamName(move.source)} to ${byteName(regions, move.page, move.offset)}`;
    case 'wsys':
      return `writes ${bytes(move.length)} from ${byteName(regions, move.page, move.offset)} to ${streamName(move.target)}`;
    case 'rlimstack':
      return `limits its stack to ${move.pages} pages`;
    case 'fetch':
      return `fetches ${pageName(regions, move.page)}`;
    case 'kfetch':
      return `has the kernel jump to ${pageName(regions, move.page)}`;
    case 'map':
      return `maps ${range(move.page, move.pages)} ${move.perm}`;
    case 'unmap':
      return `unmaps ${range(move.page, move.pages)}`;
    case 'prot':
      return `protects ${range(move.page, move.pages)} ${move.perm}`;
    case 'madv':
      return move.advice === 'dontneed'
        ? `drops the contents of ${range(move.page, move.pages)}`
        : move.advice === 'pageout'
          ? `has ${range(move.page, move.pages)} swapped out`
          : `advises ${move.advice} for ${range(move.page, move.pages)}`;
    case 'fork':
      return `forks ${move.child}`;
    case 'thread':
      return `starts the thread ${move.child}`;
    case 'vfork':
      return `starts ${move.child} in its own memory and sleeps`;
    case 'cpu':
      return `moves to CPU ${move.cpu}`;
    case 'exit':
      return 'exits';
    case 'execve':
      return 'starts another program';
    case 'mremap':
      return `moves ${range(move.page, move.pages)} to ${pageName(regions, move.to)}`;
    case 'vpin':
      return `puts ${range(move.page, move.pages)} into pipe ${move.id}`;
    case 'vread':
      return `reads pipe ${move.id}`;
    case 'iopin':
      return `pins ${range(move.page, move.pages)} as buffer ${move.id}`;
    case 'rpin':
      return `pins ${range(move.page, move.pages)} as buffer ${move.id}, to be read only`;
    case 'ioread':
      return `has a device read page ${move.index} of buffer ${move.id}`;
    case 'iowrite':
      return `has a device store ${move.value} to page ${move.index} of buffer ${move.id}`;
    case 'iounpin':
      return `gives buffer ${move.id} back`;
    case 'memw':
      return `forces ${move.value} into ${byteName(regions, move.page, move.offset)} of ${move.target}`;
    case 'memr':
      return `looks into ${byteName(regions, move.page, move.offset)} of ${move.target}`;
    case 'ftrunc':
      return `cuts file ${move.file} to ${move.pages} ${move.pages === 1 ? 'page' : 'pages'}`;
    case 'fsync':
      return `has file ${move.file} written to the disk`;
    case 'fread':
      return `reads page ${move.page} of file ${move.file}`;
    case 'fwrite':
      return `fills page ${move.page} of file ${move.file} with ${move.value}`;
    case 'punch':
      return move.pages === 1
        ? `punches page ${move.page} out of file ${move.file}`
        : `punches ${move.pages} pages, from page ${move.page} on, out of file ${move.file}`;
    case 'pvw':
      return `writes ${bytes(move.length)} ${move.value} to ${byteName(regions, move.page, move.offset)} of ${move.target}`;
    case 'pvr':
      return `reads ${bytes(move.length)} from ${byteName(regions, move.page, move.offset)} of ${move.target}`;
    case 'dread':
      return `has the disk fill ${pageName(regions, move.page)} (O_DIRECT)`;
    case 'dwrite':
      return `has the disk take ${pageName(regions, move.page)} (O_DIRECT)`;
    case 'mlock':
      return `locks ${range(move.page, move.pages)} in memory`;
    case 'munlock':
      return `unlocks ${range(move.page, move.pages)}`;
    case 'rawread':
      return `loads from 0x${move.address.toString(16)}`;
    case 'rawwrite':
      return `stores ${move.value} to 0x${move.address.toString(16)}`;
    case 'rawsys':
      return `calls read(2) with 0x${move.address.toString(16)}`;
    case 'ksm':
      return 'merges equal pages';
    default:
      return (
        describeHurd(move, regions) ?? describeGuest(move) ?? describeBoot(move) ?? readable(move, regions)
      );
  }
}
