import { describe, expect, test } from 'vitest';
import { type MatrixRow, matrix } from '../../src/build/verdicts/matrix.ts';
import { isRight, type Judgement } from '../../src/judge/verdict.ts';
import { COUNTS, costBetween } from '../../src/machines/machine.ts';

const rows = matrix();

/** The row of a state, an access and rights; then what one decision is worth there. */
function row(state: string, access: string, rights = 'rw-'): MatrixRow {
  const found = rows.find(r => r.state === state && r.access === access && r.rights === rights);
  if (found === undefined) throw new Error(`no fault for ${state}, ${access}, ${rights}`);
  return found;
}
function at(state: string, access: string, decision: string, rights = 'rw-'): Judgement {
  const judgement = row(state, access, rights).judgements.find(j => j.decision === decision);
  if (judgement === undefined) throw new Error(`${decision} is not in the matrix`);
  return judgement;
}
const moves = (judgement: Judgement): number => judgement.consequence?.steps.length ?? 0;
/** What a wasteful decision costs more than the better one, by name of the count. */
const waste = (judgement: Judgement): Record<string, number> => {
  const spent = costBetween(judgement.bestCost, judgement.cost);
  return Object.fromEntries(COUNTS.filter(count => spent[count] !== 0).map(count => [count, spent[count]]));
};

/** Which decisions are right there. */
const rightOnes = (state: string, access: string, rights = 'rw-'): string[] =>
  row(state, access, rights)
    .judgements.filter(({ verdict }) => isRight(verdict))
    .map(({ decision }) => decision);

const UPGRADED = 'made writable by a thread on another CPU';
const SOLE = 'anonymous, sole (child gone)';
const SHARED = 'anonymous, shared with the child';
const IN_CHILD = 'anonymous, shared with the parent';

describe('right, and what it wastes', () => {
  test('copy instead of reuse takes a frame and copies a page', () => {
    expect(at(SOLE, 'write', 'copy').verdict).toBe('wasteful');
    expect(at(SOLE, 'write', 'copy').better).toBe('reuse');
    expect(waste(at(SOLE, 'write', 'copy'))).toEqual({
      bytesRead: 4096,
      bytesWritten: 4096,
      frames: 1,
      localFlushes: 1,
    });
  });

  test('the zero page on a first write costs one fault and one local flush', () => {
    expect(at('none', 'write', 'zero-page').verdict).toBe('wasteful');
    expect(waste(at('none', 'write', 'zero-page'))).toEqual({ faults: 1, localFlushes: 1 });
  });

  test('a copy on first touch reads a page of zeros for nothing', () => {
    expect(waste(at('none', 'write', 'copy'))).toEqual({ bytesRead: 4096 });
    expect(waste(at('zero page', 'write', 'copy'))).toEqual({ bytesRead: 4096 });
  });

  test('a fetch from memory that is not executable: the kernel itself takes one fault more', () => {
    const refused = at('none', 'fetch', 'refuse-access');
    expect(refused.verdict).toBe('optimal');
    expect(refused.reference).toBe('zero-page');
    expect(refused.kernelBeaten).toBe(true);
    expect(waste(at('none', 'fetch', 'zero-page'))).toEqual({ faults: 1 });
  });

  test('copy is optimal where the frame is shared, reuse where it is not', () => {
    for (const state of [SHARED, IN_CHILD, 'anonymous, shared by three'])
      expect(at(state, 'write', 'copy').verdict).toBe('optimal');
    for (const state of [SOLE, 'anonymous, sole (child wrote its own)'])
      expect(at(state, 'write', 'reuse').verdict).toBe('optimal');
  });
});

describe('wrong, and how soon it shows', () => {
  test('reuse of a shared page is corruption in two moves', () => {
    for (const state of [
      SHARED,
      IN_CHILD,
      'anonymous, shared by three',
      'anonymous, shared, all bytes zero',
    ]) {
      expect(at(state, 'write', 'reuse').verdict).toBe('corruption');
      expect(moves(at(state, 'write', 'reuse'))).toBe(2);
    }
  });

  test('a page of zeros instead of a copy is corruption, also where all bytes are zero', () => {
    expect(at(SHARED, 'write', 'zeroed').verdict).toBe('corruption');
    const hidden = at('anonymous, shared, all bytes zero', 'write', 'zeroed');
    expect(hidden.verdict).toBe('corruption');
    expect(hidden.consequence?.relabelled).toBe(true);
    const last = hidden.consequence!.steps.at(-1)!;
    expect(last.seen).not.toEqual(last.ideal);
  });

  test('the zero page: livelock on a zero-page entry, corruption on an anonymous one', () => {
    expect(at('zero page', 'write', 'zero-page').verdict).toBe('livelock');
    for (const state of [SOLE, SHARED]) expect(at(state, 'write', 'zero-page').verdict).toBe('corruption');
  });

  test('a retry of a copy-on-write write is livelock, in the child too', () => {
    expect(at(SHARED, 'write', 'spurious').verdict).toBe('livelock');
    expect(at(IN_CHILD, 'write', 'spurious').verdict).toBe('livelock');
  });

  test('a retry is right where another CPU has served the page, and nowhere else', () => {
    for (const { state, rights, access, judgements } of rows) {
      const served = state === UPGRADED && rights === 'rw-' && access.endsWith('write');
      const { verdict } = judgements.find(j => j.decision === 'spurious')!;
      expect(isRight(verdict), `${state} ${access} ${rights}`).toBe(served);
    }
  });

  test('a copy of what a thread on another CPU has made writable is wasted', () => {
    expect(at(UPGRADED, 'write', 'spurious').verdict).toBe('optimal');
    expect(at(UPGRADED, 'write', 'copy').verdict).toBe('wasteful');
  });

  test('reuse of a page that a pipe holds is corruption, of one that was only pinned optimal', () => {
    expect(at('held by a pipe, the child gone', 'write', 'reuse').verdict).toBe('corruption');
    expect(at('exclusive since a pin that only read', 'write', 'reuse').verdict).toBe('optimal');
    expect(at('exclusive since a pin that only read', 'write', 'copy').verdict).toBe('wasteful');
  });

  test('a swapped page can only be brought in, a page of a file behind its end only be refused by SIGBUS', () => {
    for (const state of ['swapped out, its owner alone', 'swapped out, shared with the child'])
      for (const access of ['read', 'write']) {
        expect(rightOnes(state, access)).toEqual(['swap-in']);
        expect(at(state, access, 'zeroed').verdict).toBe('corruption');
      }
    expect(rightOnes('private file, behind its end', 'read')).toEqual(['refuse-bus']);
  });

  test('what a shared file was mapped for may not be copied', () => {
    expect(at('shared file, written back', 'write', 'reuse').verdict).toBe('optimal');
    expect(at('shared file, written back', 'write', 'copy').verdict).toBe('corruption');
  });

  test('refusing a copy-on-write write is misrefused, with either code', () => {
    for (const decision of ['refuse-access', 'refuse-unmapped'])
      expect(at(SHARED, 'write', decision).verdict).toBe('misrefused');
    expect(at('no VMA', 'write', 'refuse-access', 'none').verdict).toBe('misrefused');
    expect(at('zero page', 'write', 'refuse-unmapped', 'r--').verdict).toBe('misrefused');
  });

  test('completing a write to a read-only VMA is a breach at once, and so is reuse of the zero page', () => {
    for (const decision of ['copy', 'reuse']) {
      expect(at('anonymous, exclusive', 'write', decision, 'r--').verdict).toBe('breach');
      expect(moves(at('anonymous, exclusive', 'write', decision, 'r--'))).toBe(1);
    }
    expect(at('zero page', 'write', 'reuse').verdict).toBe('breach');
    expect(moves(at('zero page', 'write', 'reuse'))).toBe(1);
    expect(at('no VMA', 'write', 'zeroed', 'none').verdict).toBe('breach');
  });
});

describe('accesses of drivers', () => {
  const rightFor = (state: string, access: string, rights: string) =>
    row(state, access, rights)
      .judgements.filter(({ verdict }) => verdict === 'optimal')
      .map(({ decision }) => decision);

  test('what cannot be served is fixed up where a table lists the instruction, and an oops where none does', () => {
    for (const [state, rights] of [
      ['by a driver: no VMA', 'none'],
      ['by a driver: none', '---'],
      ['by a driver: anonymous, shared with the child', 'r--'],
    ] as const)
      for (const [driver, right, wrong] of [
        ['module', 'fix-up', 'oops'],
        ['bare', 'oops', 'fix-up'],
      ] as const) {
        expect(rightFor(state, `${driver} write`, rights)).toContain(right);
        expect(at(state, `${driver} write`, wrong, rights).verdict).toBe('misrefused');
      }
  });

  test('what can be served is served for both, and to end it is misrefused', () => {
    for (const driver of ['module', 'bare'])
      for (const [state, right] of [
        ['by a driver: none', 'zeroed'],
        ['by a driver: anonymous, shared with the child', 'copy'],
        ['by a driver: swapped out, its owner alone', 'swap-in'],
      ] as const) {
        expect(rightFor(state, `${driver} write`, 'rw-')).toEqual([right]);
        expect(at(state, `${driver} write`, 'fix-up').verdict).toBe('misrefused');
        expect(at(state, `${driver} write`, 'oops').verdict).toBe('misrefused');
      }
  });

  test('with page faults disabled nothing is served: the lock is held already, and whoever waits for it sleeps', () => {
    for (const { state, access, rights, judgements } of rows)
      for (const driver of ['nofault', 'atomic', 'rash'])
        if (access.startsWith(driver) && !state.includes('SMAP')) {
          const name = `${state} ${access} ${rights}`;
          const verdicts = Object.fromEntries(judgements.map(({ decision, verdict }) => [decision, verdict]));
          expect(verdicts['zeroed'], name).toBe('livelock');
          expect(verdicts['oops'] === 'optimal', name).toBe(driver === 'rash');
          expect(verdicts['fix-up'] === 'optimal', name).toBe(driver !== 'rash');
        }
  });

  test('SMAP stops a bare pointer on a page that is there, and nobody who says that he means user memory', () => {
    const there = 'by a driver under SMAP: anonymous, exclusive';
    expect(rows.some(({ state, access }) => state === there && access.startsWith('module'))).toBe(false);
    for (const access of ['bare read', 'bare write', 'rash read', 'rash write'])
      expect(row(there, access).reason).toMatchObject({ rule: 'smap', function: 'page_fault_oops' });
    expect(at(there, 'bare write', 'fix-up').verdict).toBe('misrefused');
    expect(waste(at(there, 'bare write', 'zeroed'))).toMatchObject({ faults: 1 });
  });

  test('a jump of the kernel is an oops; without SMEP one to a page that may be executed is not even a fault', () => {
    const jumps = rows.filter(({ access }) => access === 'kernel fetch');
    for (const { judgements } of jumps)
      expect(judgements.find(j => j.decision === 'oops')!.verdict).toBe('optimal');
    const there = 'a jump of the kernel, SMEP off: anonymous, exclusive';
    expect(jumps.filter(({ state }) => state === there).map(({ rights }) => rights)).toEqual(['rw-']);
    expect(at('a jump of the kernel, SMEP off: none', 'kernel fetch', 'zeroed', 'rwx').verdict).toBe(
      'breach',
    );
  });
});

describe('the end of memory, and promises', () => {
  test('who needs a frame and finds none ends a process, whoever that is; who needs none goes on', () => {
    for (const state of ['none', 'none, of a process whose end gives little back', 'below a stack'])
      for (const access of ['write', 'kernel write']) {
        expect(at(`no frame left: ${state}`, access, 'oom-kill').verdict).toBe('optimal');
        expect(at(`no frame left: ${state}`, access, 'zeroed').verdict).toBe('livelock');
        expect(at(`no frame left: ${state}`, access, 'refuse-unmapped').verdict).toBe('misrefused');
      }
    expect(rightOnes('no frame left: anonymous, shared with the child', 'write')).toEqual(['oom-kill']);
    expect(rightOnes('no frame left: anonymous, sole (child gone)', 'write')).toEqual(['reuse']);
    expect(rightOnes('no frame left: none', 'read')).toEqual(['zero-page']);
  });

  test('as long as a page can be had again, a kill is misrefused', () => {
    for (const [state, right] of [
      ['no frame left but that of a clean page of a file: none', 'zeroed'],
      ['no frame left, room in swap: none', 'zeroed'],
      ['no frame left, room in swap: swapped out, its owner alone', 'swap-in'],
    ] as const) {
      expect(at(state, 'write', right).verdict).toBe('optimal');
      expect(at(state, 'write', 'oom-kill').verdict).toBe('misrefused');
    }
    for (const state of [
      'no frame left but that of a dirty page of a file: none',
      'no frame left, no room in swap: swapped out, its owner alone',
    ])
      expect(at(state, 'write', 'oom-kill').verdict).toBe('optimal');
  });

  test('what could not be promised is refused, what was promised is served, and a refused fork shares nothing', () => {
    const state = (name: string) => `overcommitting forbidden, ${name}`;
    expect(at(state('mmap refused: no VMA'), 'write', 'zeroed', 'none').verdict).toBe('breach');
    expect(at(state('mprotect refused: none'), 'write', 'refuse-access', 'r--').verdict).toBe('optimal');
    expect(rightOnes(state('nothing left to promise: below a stack'), 'write')).toEqual(['refuse-unmapped']);
    expect(at(state('all promised that was asked for: none'), 'write', 'zeroed').verdict).toBe('optimal');
    expect(at(state('fork refused: zero page'), 'write', 'zeroed').verdict).toBe('optimal');
  });
});

describe('get_user_pages', () => {
  const state = (name: string) => `get_user_pages: ${name}`;

  test('a pin that reads must not share what its process may leave behind: by that the others would see its stores', () => {
    const shared = state('anonymous, shared with the child');
    for (const access of ['pin for a moment, to read', 'pin for long, to read', 'pin for long, to write'])
      expect([at(shared, access, 'copy').verdict, at(shared, access, 'reuse').verdict]).toEqual([
        'optimal',
        'corruption',
      ]);
    expect(rightOnes(state('zero page'), 'pin for long, to read')).toEqual(['copy', 'zeroed']);
    expect(rightOnes(state('private file, page of the file mapped'), 'pin for long, to read')).toEqual([
      'copy',
    ]);
  });

  test('a forced write is served where the owner may not write, and never in place of what others have', () => {
    const forced = 'forced write of a debugger';
    expect(rightOnes(state('none'), forced, 'r--')).toEqual(['copy', 'zeroed', 'zero-page']);
    expect(at(state('anonymous, shared with the child'), forced, 'reuse', 'r--').verdict).toBe('corruption');
    expect(rightOnes(state('anonymous, sole (child gone)'), forced, 'r--')).toContain('reuse');
  });
});

describe('the matrix as a whole', () => {
  test('the kernel is right everywhere, and beaten only where it refuses a fetch late, copies a merged page or gives a reader first what it must not keep', () => {
    for (const { state, rights, access, judgements } of rows) {
      const kernel = judgements.find(j => j.decision === j.reference)!;
      expect(isRight(kernel.verdict), `${state} ${access} ${rights}`).toBe(true);
      const isBeaten = access === 'fetch' || access === 'pin for long, to read' || state.startsWith('merged');
      if (kernel.verdict !== 'optimal') expect(isBeaten, `${state} ${access} ${rights}`).toBe(true);
    }
  });

  test('no consequence is longer than it must be for a person to follow', () => {
    expect(Math.max(...rows.flatMap(r => r.judgements.map(moves)))).toBeLessThanOrEqual(5);
  });
});
