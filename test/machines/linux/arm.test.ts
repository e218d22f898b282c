import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute } from '../../../src/game/execution.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { programs } from './programs.ts';
import { watch } from './watch.ts';

/** What the last operation's faults say on ARM: FSR and decision. */
function faultsOf(text: string): string[] {
  const program = parseProgram(`arch arm\n${text}`, 'arm');
  const { faults } = [...execute(linux, program, '6.x')].at(-1)!;
  return faults.map(({ trap, decision, reason }) => {
    const status = trap.registers.find(([name]) => name.endsWith('FSR'))![1];
    return `${status}: ${decision}, ${reason.rule}`;
  });
}

describe('the fault status', () => {
  test.each([
    [
      'a table of the second level is missing',
      'p0 read 0',
      '0x5: section translation, read, user: zero-page, anon-read',
    ],
    [
      'it is there, the entry is not',
      'p0 write 1 5\np0 write 0 7',
      '0x807: page translation, write, user: zeroed, anon-write',
    ],
    [
      'the next 2 MiB have another',
      'p0 write 511 5\np0 read 512',
      '0x5: section translation, read, user: zero-page, anon-read',
    ],
    [
      'a child begins old',
      'p0 write 0 7\np0 fork p1\np1 read 0',
      '0x7: page translation, read, user: spurious, set-accessed',
    ],
    [
      'old and shared: one fault copies',
      'p0 write 0 7\np0 fork p1\np1 write 0 9',
      '0x807: page translation, write, user: copy, wp-copy',
    ],
    [
      'a fetch is refused before anything is mapped',
      'p0 fetch 0',
      '0x5: section translation, fetch, user: refuse-access, access',
    ],
    [
      'the kernel itself',
      'p0 rsys zero 0 0 16 0',
      '0x805: section translation, write, kernel: zeroed, copy-absent',
    ],
  ])('%s', (_, text, expected) => {
    expect(faultsOf(`p0 map 0 600 rw- anon\n${text}`)).toEqual([expected]);
  });

  test('a shared page is mapped clean, and its first store asks for dirty', () => {
    const text = 'p0 map 0 1 rw- sanon\np0 read 0\np0 write 0 5';
    expect(faultsOf(text)).toEqual(['0x80f: page permission, write, user: spurious, set-dirty']);
    expect(faultsOf(`${text}\np0 write 0 6`)).toEqual([]);
  });

  test('addresses have 32 bits', () => {
    const program = parseProgram('arch arm\np0 map 0 1 r-- anon\np0 write 0 7', 'arm');
    const { faults, seen } = [...execute(linux, program, '6.x')].at(-1)!;
    expect(faults[0]!.trap.address).toBe(0x1000_0000);
    expect(seen).toMatchObject({ address: 0x1000_0000 });
  });
});

test('the handler behind the front end is one: world and ideal stay coupled on ARM', () => {
  fc.assert(
    fc.property(programs({ processes: 4, length: 40 }), program =>
      watch({ ...program, settings: { arch: 'arm' } }, (world, _ideal, _move, fault) =>
        linux.best(world, fault),
      ),
    ),
    { numRuns: 200 },
  );
});

test('what is decided for an access is the same on both, but for bits that ARM lacks', () => {
  const bits = ['set-accessed', 'set-dirty', 'spurious'];
  const decided = (arch: 'x86' | 'arm', program: Parameters<typeof execute>[1]) =>
    [...execute(linux, { ...program, settings: { arch } }, '6.x')].map(({ faults }) =>
      faults.filter(({ reason }) => !bits.includes(reason.rule)).map(({ decision }) => decision),
    );
  fc.assert(
    fc.property(programs({ processes: 3, length: 30 }), program => {
      const moves = program.moves.filter(({ op }) => op !== 'fetch');
      const unfetched = { ...program, moves };
      expect(decided('arm', unfetched)).toEqual(decided('x86', unfetched));
    }),
    { numRuns: 80 },
  );
});
