import { describe, expect, test } from 'vitest';
import { execute } from '../../../src/game/execution.ts';
import { shownWords } from '../../../src/game/steps.ts';
import { judge } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { printProgram } from '../../../src/language/print.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { commitLimit, committed } from '../../../src/machines/linux/memory/commit.ts';
import { oomBadness } from '../../../src/machines/linux/memory/oom.ts';
import { atFault, held, rightAt } from './at-fault.ts';

const offers = DECISIONS.map(name => decisions[name]);

/** What each operation of a program shows. */
function seenIn(text: string) {
  const program = parseProgram(text, 'shortage');
  const world = linux.boot(program, '6.x');
  return { world, seen: [...execute(linux, program, '6.x', world)].map(({ seen }) => seen) };
}
const ENOMEM = { kind: 'error', errno: 'ENOMEM' };
const DONE = { kind: 'done' };

describe('promises', () => {
  /** Of 10 frames fewer than 5 may be promised where there is no swap; 3 pages are taken by the first mapping. */
  const FULL = 'p0 map 0 3 rw- anon\n';
  test.each([
    ['never', 'p0 map 4 2 rw- anon', ENOMEM],
    ['never', 'p0 map 4 1 rw- anon', DONE],
    ['never', 'p0 map 4 2 rw- sanon', ENOMEM],
    ['never', 'p0 map 4 9 r-- anon', DONE],
    ['never', 'p0 fork p1', ENOMEM],
    ['never', 'p0 map 0 4 rw- anon', DONE],
    ['never', 'p0 map 4 2 r-- anon\np0 prot 4 2 rw-', ENOMEM],
    ['never', 'p0 map 4 2 r-- anon\np0 prot 4 1 rw-', DONE],
    ['never', 'p0 prot 0 3 r--\np0 map 4 4 rw- anon', DONE],
    ['never', 'p0 write 0 7\np0 prot 0 3 r--\np0 map 4 2 rw- anon', ENOMEM],
    ['never', 'p0 mremap 0 3 0 5', ENOMEM],
    ['never', 'p0 mremap 0 3 0 4', DONE],
    ['never', 'p0 mremap 0 3 8 5', ENOMEM],
    ['never', 'p0 mremap 0 3 8 4', DONE],
    ['never', 'p0 mremap 0 3 8 3', DONE],
    ['never', 'p0 mremap 0 3 8 3 keep', ENOMEM],
    ['never', 'p0 mremap 0 1 8 1 keep', DONE],
    ['never', 'p0 unmap 0 1\np0 map 4 2 rw- anon', DONE],
    ['never', 'p0 vfork p1\np1 execve\np1 map 0 1 rw- anon\np0 map 4 1 rw- anon', ENOMEM],
    ['never', 'p0 vfork p1\np1 execve\np1 map 0 1 rw- anon\np1 exit\np0 map 4 1 rw- anon', DONE],
    ['heuristic', 'p0 map 4 10 rw- anon', DONE],
    ['heuristic', 'p0 map 4 11 rw- anon', ENOMEM],
    ['heuristic', 'p0 map 4 11 r-- anon\np0 prot 4 11 rw-', ENOMEM],
    ['heuristic', 'p0 fork p1', DONE],
    ['always', 'p0 map 4 900 rw- anon', DONE],
  ])('overcommit %s: %s', (policy, call, expected) => {
    const text = `memory 10\novercommit ${policy}\n${FULL}${call}`;
    const { world, seen } = seenIn(text);
    expect(seen.at(-1)).toEqual(expected);
    if (policy === 'never') expect(committed(world)).toBeLessThan(commitLimit(world));
    held(text);
  });

  /** A stack of 2 pages may come to 4: 5 would be as many as the limit. */
  test.each([
    [298, 'stack-grow'],
    [297, 'stack-promises'],
  ])('a stack that comes down to page %i: %s', (page, rule) => {
    const text = `memory 10\novercommit never\np0 map 300 2 rw- anon gd\np0 write ${page} 7`;
    const situation = atFault(text);
    const best = linux.best(situation.world, situation.fault);
    expect(linux.why(situation.world, situation.fault, best).rule).toBe(rule);
    expect(judge(linux, situation, best, offers).verdict).toBe('optimal');
    if (rule === 'stack-promises')
      expect(judge(linux, situation, decisions.grow, offers).verdict).toBe('breach');
    held(text);
  });

  test('a swap device has room for as much again', () => {
    expect(seenIn(`memory 10\nswap file\novercommit never\n${FULL}p0 map 4 11 rw- anon`).seen.at(-1)).toEqual(
      DONE,
    );
  });

  test('a child that was never born does nothing', () => {
    held(
      `memory 6\novercommit never\n${FULL}p0 write 0 7\np0 fork p1\np1 write 0 8\np0 write 0 9\np0 read 0`,
    );
  });
});

describe('no frame left', () => {
  const FULL = 'memory 2\novercommit always\np0 map 0 3 rw- anon\np0 write 0 7\np0 write 1 8\n';

  test('with nothing to reclaim only a death is right, and whoever tries to serve it gets nowhere', () => {
    const situation = atFault(`${FULL}p0 write 2 9`);
    expect(linux.best(situation.world, situation.fault).do).toBe('oom-kill');
    expect(linux.why(situation.world, situation.fault, decisions['oom-kill']).rule).toBe('out-of-memory');
    expect(judge(linux, situation, decisions.zeroed, offers).verdict).toBe('livelock');
    expect(judge(linux, situation, decisions['refuse-unmapped'], offers).verdict).toBe('misrefused');
    expect(judge(linux, situation, decisions['oom-kill'], offers).verdict).toBe('optimal');
    held(`${FULL}p0 write 2 9\np0 read 0`);
  });

  test('as long as there is one, nobody dies for it', () => {
    const situation = atFault('memory 2\np0 map 0 2 rw- anon\np0 write 0 7\np0 write 1 9');
    expect(judge(linux, situation, decisions['oom-kill'], offers).verdict).toBe('misrefused');
    expect(rightAt('memory 2\np0 map 0 2 rw- anon\np0 write 0 7\np0 write 1 9')).toContain('zeroed');
  });

  test.each(['file', 'zram'])(
    'what can be had again is taken away first, and comes back: swap %s',
    device => {
      const text = `swap ${device}\n${FULL}p0 write 2 9\np0 read 0\np0 read 1\np0 read 2`;
      const { seen } = seenIn(text);
      expect(seen.slice(-3)).toEqual([7, 8, 9].map(byte => ({ kind: 'value', bytes: [byte] })));
      held(text);
    },
  );

  test.each(['file', 'zram'])('what several map is taken from all of them at once: swap %s', device => {
    const forked = `swap ${device}
memory 3
p0 map 0 4 rw- anon
p0 write 0 7
p0 write 1 8
p0 write 2 6
p0 fork p1
p1 write 3 9`;
    const { world } = seenIn(forked);
    expect(world.swap.slots.map(slot => slot && { count: slot.count, cached: slot.pfn >= 0 })).toEqual([
      { count: 2, cached: false },
    ]);
    const text = `${forked}\np0 write 0 5\np1 read 0\np0 read 0\np1 read 1\np0 read 1\np1 read 3`;
    expect(seenIn(text).seen.slice(-5)).toEqual(
      [7, 5, 8, 8, 9].map(byte => ({ kind: 'value', bytes: [byte] })),
    );
    held(text);
    // A page of a file that is mapped twice is there to be had again, too.
    const shared = 'memory 1\nfile 0 1 ext4\np0 map 0 1 r-- shared 0 0\np0 read 0\np0 fork p1\np1 read 0\n';
    expect(seenIn(`${shared}p0 map 1 1 rw- anon\np0 write 1 9`).seen.at(-1)).toEqual(DONE);
  });

  test('what MADV_FREE gave up is dropped, unless it was written to again', () => {
    const last = (story: string, swap = '') => {
      const text = `${swap}memory 1\novercommit always\np0 map 0 2 rw- anon\np0 write 0 7\np0 madv 0 1 free\n${story}p0 write 1 9\np0 read 0`;
      held(text);
      return seenIn(text).seen.slice(-2);
    };
    expect(last('')).toEqual([DONE, { kind: 'value', bytes: [0] }]);
    expect(last('p0 fork p1\n')).toEqual([DONE, { kind: 'value', bytes: [0] }]);
    expect(last('p0 write 0 8\n')[0]).toMatchObject({ code: 'OOM' });
    expect(last('p0 write 0 8\n', 'swap zram\n')[0]).toEqual(DONE);
    expect(last('p0 vpin 0 0 1\n')[0]).toMatchObject({ code: 'OOM' });
  });

  test('what is locked anywhere stays, and so does what somebody besides its mappers holds', () => {
    const killed = (story: string) =>
      seenIn(
        `swap file\nmemory 1\novercommit always\np0 map 0 3 rw- anon\np0 write 0 7\n${story}p0 write 2 9`,
      ).seen.at(-1);
    expect(killed('')).toEqual(DONE);
    for (const holds of [
      'p0 mlock 0 1\n',
      'p0 vpin 0 0 1\n',
      'p0 iopin 0 0 1\n',
      'p0 mlock 0 1\np0 fork p1\n',
    ])
      expect(killed(holds)).toMatchObject({ code: 'OOM' });
  });

  test('a clean page of a file goes, a dirty one stays', () => {
    const text = (store: string) =>
      `memory 1\nfile 0 1 ext4\np0 map 0 1 rw- shared 0 0\n${store}p0 map 1 1 rw- anon\np0 write 1 9`;
    expect(seenIn(text('p0 read 0\n')).seen.at(-1)).toEqual(DONE);
    expect(seenIn(text('p0 write 0 5\n')).seen.at(-1)).toMatchObject({ signal: 'KILL', code: 'OOM' });
  });

  /** Reading a page that is not in memory takes one frame, storing to it privately another. */
  test.each([
    [1, 'p0 read 1', 'KILL'],
    [2, 'p0 read 1', 'done'],
    [2, 'p0 write 1 9', 'KILL'],
    [3, 'p0 write 1 9', 'done'],
  ])('a page of a file needs a frame as any other: of %i, %s: %s', (memory, access, ends) => {
    const text = `memory ${memory}\nfile 0 2 ext4 cold\np0 map 0 1 rw- anon\np0 write 0 7\np0 map 1 1 rw- priv 0 0\n${access}`;
    const last = seenIn(text).seen.at(-1)!;
    expect(last.kind === 'signal' ? last.signal : 'done').toBe(ends);
    held(text);
  });

  test('reading costs no frame, and copying after a fork does', () => {
    held(
      'memory 1\novercommit always\np0 map 0 2 rw- anon\np0 write 0 7\np0 read 1\np0 fork p1\np1 write 0 8\np0 write 0 9\np0 read 0',
    );
  });

  test('the kernel dies of it no more than a program: the call ends, and its process', () => {
    held(`${FULL}p0 fork p1\np1 rsys pipe 1 4090 12 5\np0 read 1\np0 read 2`);
  });
});

describe('the picture', () => {
  const framesOf = (text: string) => linux.view(seenIn(text).world).panels.find(({ id }) => id === 'frames')!;
  const TAKEN = 'p0 map 0 3 rw- anon\np0 write 0 7\np0 read 1\n';

  test.each([
    ['', 'physical memory'],
    ['memory 8\n', 'memory: 7 of 8 free, promised 3'],
    ['memory 8\novercommit always\n', 'memory: 7 of 8 free, promised 3'],
    // Half of the frames, and with swap as many again as there are.
    ['memory 8\novercommit never\n', 'memory: 7 of 8 free, promised 3 < 4'],
    ['memory 8\nswap zram\novercommit never\n', 'memory: 7 of 8 free, promised 3 < 12'],
  ])('says how much is left and how much is promised: %j', (header, title) => {
    expect(framesOf(header + TAKEN).title).toBe(title);
  });

  test('shows no free frame where none is left', () => {
    const kinds = (memory: number) =>
      framesOf(`memory ${memory}\novercommit always\n${TAKEN}`).rows.map(({ cells }) => cells[1]);
    expect(kinds(1)).toEqual(['zero', 'anon']);
    expect(kinds(2)).toEqual(['zero', 'anon', 'free']);
  });
});

describe('who dies', () => {
  const FULL = 'memory 3\novercommit always\np0 map 0 3 rw- anon\np0 write 0 7\np0 write 1 8\np0 write 2 9\n';
  const asked = (text: string) => {
    held(text);
    return seenIn(text).seen;
  };
  const ESRCH = { kind: 'error', errno: 'ESRCH' };
  const deathOf = (...names: string[]) => ({ deaths: names.map(process => ({ process, code: 'OOM' })) });

  test('the one whose end gives most back; whoever has asked tries again', () => {
    const seen = asked(`${FULL}p0 fork p1\np1 unmap 1 2\np1 write 0 5\np0 read 0\np1 read 0`);
    expect(seen.slice(-3)).toEqual([{ ...DONE, ...deathOf('p0') }, ESRCH, { kind: 'value', bytes: [5] }]);
  });

  test('of equals the youngest', () => {
    expect(asked(`${FULL}p0 fork p1\np0 write 0 5`).at(-1)).toEqual({ ...DONE, ...deathOf('p1') });
    expect(asked(`${FULL}p0 fork p1\np1 write 0 5`).at(-1)).toMatchObject({ signal: 'KILL', code: 'OOM' });
  });

  test('all who live in its memory, and one after the other until a frame is free', () => {
    const thread = `${FULL}p0 thread p1\np0 fork p2\np2 unmap 1 2\np2 write 0 5`;
    expect(asked(thread).at(-1)).toEqual({ ...DONE, ...deathOf('p0', 'p1') });
    const shared = `${FULL}p0 fork p1\np0 fork p2\np0 unmap 2 1\np0 map 8 1 rw- anon\np0 write 8 5`;
    expect(asked(shared).at(-1)).toEqual({ ...DONE, ...deathOf('p2', 'p1') });
  });

  test('swap entries and page tables count, as resident pages do', () => {
    const swapped =
      'memory 3\nswap zram\np0 map 0 4 rw- anon\np0 write 0 7\np0 write 1 8\np0 write 2 9\np0 madv 0 3 pageout';
    const { world } = seenIn(`${swapped}\np0 read 0`);
    /** Two swap entries, a page, a table and the two directories above. */
    expect(oomBadness(world, world.process('p0'))).toBe(6);
  });

  test('get_user_pages asks as a fault does: for the caller, for its target, and he lets go of what he held', () => {
    const small = `${FULL}p0 fork p1\np1 unmap 1 2\n`;
    expect(asked(`${small}p1 pvw p1 0 0 1 5`).at(-1)).toEqual({
      kind: 'count',
      count: 1,
      bytes: [],
      ...deathOf('p0'),
    });
    expect(asked(`${small}p1 pvw p0 0 0 1 5\np1 read 0`).slice(-2)).toEqual([
      { kind: 'error', errno: 'EFAULT', ...deathOf('p0') },
      { kind: 'value', bytes: [7] },
    ]);
    const pinning =
      'memory 2\novercommit always\np0 map 0 3 rw- anon\np0 write 0 7\np0 fork p1\np1 execve\np0 iopin 0 0 3';
    expect(asked(`${pinning}\np1 map 0 2 rw- anon\np1 write 0 1\np1 write 1 2`).slice(-4)[0]).toMatchObject({
      signal: 'KILL',
      code: 'OOM',
    });
  });

  test('as long as a frame could be had, nobody may', () => {
    const situation = atFault(
      `${FULL.replace('memory 3', 'memory 4')}p0 fork p1\np1 unmap 1 2\np1 write 0 5`,
    );
    const { verdict, consequence } = judge(linux, situation, decisions['oom-kill'], offers);
    expect(verdict).toBe('misrefused');
    const words = consequence!.steps.map(({ seen }) => shownWords(seen));
    expect(words).toEqual([
      'gets away with it, and p0 is killed for want of memory, though a frame could be had',
    ]);
  });
});

test('memory is said in the header, and printed so', () => {
  const text = 'overcommit never\nmemory 8\np0 read 0\n';
  expect(printProgram(parseProgram(text, 'header'))).toBe(text);
  expect(() => parseProgram('memory 0\n', 'header')).toThrow('a number of frames');
});

test('a fetch that will be refused brings its page in first, and may want for a frame', () => {
  const full =
    'memory 1\nswap zram\novercommit always\np0 map 0 1 rw- anon\np0 write 0 7\np0 madv 0 1 pageout\np0 map 4 1 rw- anon\np0 write 4 8\n';
  held(`${full}p0 fetch 0`);
  expect(seenIn(`${full}p0 fetch 0`).seen.at(-1)).toMatchObject({ signal: 'KILL', code: 'OOM' });
  expect(rightAt(`${full}p0 fetch 0`)).toEqual(['refuse-access', 'oom-kill']);
});
