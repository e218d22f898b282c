import fc from 'fast-check';
import { ADVICE } from '../../src/language/grammar.ts';
import type { Move, Program, Region } from '../../src/language/moves.ts';

const page = fc.nat(1023);
const offset = fc.nat(4095);
const byte = fc.nat(255);
const perm = fc.constantFrom('rw-', 'r--', '---', 'r-x', '-w-', '--x', 'rwx');
const range = page.chain(first =>
  fc.record({ page: fc.constant(first), pages: fc.integer({ min: 1, max: 1024 - first }) }),
);
const span = fc.record({ page, offset, length: fc.nat(8192) });
const id = fc.constantFrom('0', '1');
const file = fc.constantFrom('0', '1');

const op = <O extends string, T extends object>(name: O, fields: fc.Arbitrary<T>) =>
  fields.map(rest => ({ op: name, ...rest }));
const none = fc.constant({});

/** Any operation but fork and exit, which change who may act. */
const operation = fc.oneof(
  op(
    'map',
    fc
      .tuple(range, perm, fc.constantFrom('anon', 'sanon'), fc.subarray(['gd', 'iso', 'pop']))
      .map(([r, p, kind, flags]) => ({ ...r, perm: p, kind, flags })),
  ),
  op(
    'map',
    fc
      .tuple(range, perm, fc.constantFrom('priv', 'shared'), file, fc.nat(9))
      .map(([r, p, kind, f, first]) => ({ ...r, perm: p, kind, file: { id: f, page: first }, flags: [] })),
  ),
  fc.constantFrom('unmap', 'mlock', 'munlock').chain(name => op(name, range)),
  op(
    'prot',
    fc.tuple(range, perm).map(([r, p]) => ({ ...r, perm: p })),
  ),
  op(
    'mremap',
    fc
      .tuple(range, range, fc.boolean())
      .map(([r, { page: to, pages: toPages }, keep]) => ({ ...r, to, toPages, keep })),
  ),
  op(
    'madv',
    fc.tuple(range, fc.constantFrom(...ADVICE)).map(([r, advice]) => ({ ...r, advice })),
  ),
  op('read', fc.record({ page, offset })),
  op('write', fc.record({ page, offset, value: byte })),
  op('fetch', fc.record({ page })),
  op('read8', fc.record({ page, offset })),
  op('write8', fc.record({ page, offset, value: byte })),
  fc
    .constantFrom('rawread', 'rawsys')
    .chain(name => op(name, fc.record({ address: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) }))),
  op('rawwrite', fc.record({ address: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), value: byte })),
  op(
    'rsys',
    fc
      .tuple(span, fc.constantFrom('pipe', 'zero', 'file:0:0', 'file:1:4096'), byte)
      .map(([s, source, value]) => ({ source, ...s, value })),
  ),
  op(
    'wsys',
    fc.tuple(span, fc.constantFrom('pipe', 'file:0:5')).map(([s, target]) => ({ target, ...s })),
  ),
  fc.constantFrom('pvw', 'memw').chain(name =>
    op(
      name,
      fc.tuple(span, byte).map(([s, value]) => ({ target: 'p0', ...s, value })),
    ),
  ),
  fc.constantFrom('pvr', 'memr').chain(name =>
    op(
      name,
      span.map(s => ({ target: 'p0', ...s })),
    ),
  ),
  fc.constantFrom('dread', 'dwrite').chain(name => op(name, fc.record({ page }))),
  fc.constantFrom('vpin', 'iopin', 'rpin').chain(name =>
    op(
      name,
      fc.tuple(range, id).map(([r, i]) => ({ id: i, ...r })),
    ),
  ),
  fc.constantFrom('vread', 'iounpin').chain(name => op(name, fc.record({ id }))),
  op('ioread', fc.record({ id, index: fc.nat(9) })),
  op('iowrite', fc.record({ id, index: fc.nat(9), value: byte })),
  op('execve', none),
  op('ftrunc', fc.record({ file, pages: fc.nat(9) })),
  op('fwrite', fc.record({ file, page: fc.nat(9), value: byte })),
  op('fread', fc.record({ file, page: fc.nat(9) })),
  op('punch', fc.record({ file, page: fc.nat(9), pages: fc.nat(9) })),
  op('fsync', fc.record({ file })),
  op('cpu', fc.record({ cpu: fc.nat(3) })),
  op('rlimstack', fc.record({ pages: fc.nat(99) })),
);

/** Whole programs of any operation: processes fork in a chain, and the last one exits. */
export const anyProgram: fc.Arbitrary<Program> = fc
  .array(fc.tuple(operation, fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 25 })
  .map(list => {
    const processes = ['p0'];
    const moves = list.flatMap(([what, who, forks]): Move[] => {
      const process = processes[who % processes.length]!;
      const move = { process, ...what } as unknown as Move;
      if (!forks || processes.length > 3) return [move];
      const child = `p${processes.length}`;
      processes.push(child);
      return [move, { process, op: 'fork', child }];
    });
    if (processes.length > 1) moves.push({ process: processes.at(-1)!, op: 'exit' });
    const files = [
      { id: '0', pages: 8, fs: 'ext4' as const, cold: false },
      { id: '1', pages: 9, fs: 'tmpfs' as const, cold: true },
    ];
    return { files, ...(moves.length % 2 === 0 && { settings: SETTING }), regions: [], processes, moves };
  });

const SETTING = { arch: 'arm' } as const;

const CALLED = ['sh', 'child', 'ls-2', 'p0', 'cat'];

/** The same programs with processes that have names, and regions that stand before all operations. */
export const anyNamedProgram: fc.Arbitrary<Program> = fc
  .tuple(anyProgram, fc.shuffledSubarray(CALLED, { minLength: 5 }))
  .map(([program, called]) => {
    const name = (process: string): string => called[program.processes.indexOf(process)]!;
    const processes = program.processes.map(name);
    const regions: readonly Region[] = [
      { name: 'heap', page: 0, pages: 2 },
      { name: 'notes', page: 16, pages: 40 },
      { name: 'big', page: 64, pages: 900 },
    ];
    const declared = regions.map(({ page: first, pages }): Move => {
      return { process: processes[0]!, op: 'map', page: first, pages, perm: 'rw-', kind: 'anon', flags: [] };
    });
    const renamed = program.moves.map((move): Move => {
      const given = { ...move, process: name(move.process) };
      if (given.op === 'fork') return { ...given, child: name(given.child) };
      const aimed = given.op === 'pvw' || given.op === 'memw' || given.op === 'pvr' || given.op === 'memr';
      return aimed ? { ...given, target: name(given.target) } : given;
    });
    return { ...program, processes, regions, moves: [...declared, ...renamed] };
  });
