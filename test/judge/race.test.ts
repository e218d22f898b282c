import { describe, expect, test } from 'vitest';
import { complete } from '../../src/judge/judge.ts';
import type { Race } from '../../src/judge/race.ts';
import { type BadSchedule, exploreRace, lengthOf, showSchedule } from '../../src/judge/schedule.ts';
import type { Move } from '../../src/language/moves.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { isTrap } from '../../src/machines/machine.ts';

/** A race after a set-up: the moves of each process, the first of all being the one that is asked about. */
function raceOf(setup: string, script: string, plan?: string, rules = '6.x'): Race {
  const program = parseProgram(`${setup}\n${script}`, 'story');
  const count = parseProgram(setup, 'story').moves.length;
  const world = linux.boot(program, rules);
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves.slice(0, count))
    linux.ideal.advance(ideal, move, complete(linux, world, move));
  const moves = program.moves.slice(count);
  const processes = [...new Set(moves.map(({ process }) => process))];
  const cast = processes.map(process => ({ process, moves: moves.filter(move => move.process === process) }));
  const result =
    linux.races!.task(world, moves[0] as Move) === undefined ? linux.step(world, moves[0]!) : undefined;
  const trapped = result !== undefined && isTrap(result) ? result : undefined;
  const [task = '', steps = ''] = plan?.split(': ') ?? [];
  return {
    world,
    ideal,
    cast,
    trapped,
    plan: plan === undefined ? undefined : { task, steps: steps === '' ? [] : steps.split(' ') },
  };
}

const explore = (...args: Parameters<typeof raceOf>) => exploreRace(linux, raceOf(...args));
const badOf = (...args: Parameters<typeof raceOf>): BadSchedule => {
  const { bad } = explore(...args);
  expect(bad, 'no schedule shows anything').toBeDefined();
  return bad!;
};

/** sh, with threads on CPUs 1 and 2, shares a page with its child; t2 has looked at the page. */
const SHARED = `sh map 0 1 rw- anon
sh write 0 7
sh write 0 5 1024
sh thread t1
t1 cpu 1
sh thread t2
t2 cpu 2
sh fork child
child cpu 1
t2 read 0`;

describe('B1: clear, flush, set', () => {
  const script = 'sh write 0 9\nt1 write 0 8\nt2 read 0\nt2 read 0';
  const copy = (span: string): string => `copy: fill lock recheck ${span} rmap put`;

  test('in this order no schedule shows anything', () => {
    expect(explore(SHARED, script).bad).toBeUndefined();
    expect(explore(SHARED, script, copy('clear flush set')).bad).toBeUndefined();
  });
  test.each([
    'clear set flush',
    'flush clear set',
    'set flush',
    'flush set',
    'clear set',
    'clear flush-here set',
  ])('%s: one address, two values', span => {
    expect(badOf(SHARED, script, copy(span)).verdict).toMatch(/corruption|breach/);
  });
  test('flushing after the entry is set goes wrong only with a third CPU', () => {
    expect(
      explore(SHARED, 'sh write 0 9\nt2 read 0\nt2 write 0 8\nt2 read 0', copy('clear set flush')).bad,
    ).toBeUndefined();
    expect(badOf(SHARED, 'sh write 0 9\nt2 read 0', copy('flush clear set')).verdict).toBe('corruption');
  });
  test('alone on one CPU no flush is needed', () => {
    const alone = 'sh map 0 1 rw- anon\nsh write 0 7\nsh write 0 5 1024\nsh fork child';
    expect(explore(alone, 'sh write 0 9\nsh read 0\nchild read 0', copy('clear set')).bad).toBeUndefined();
  });
});

describe('B2 and B3: the old frame is let go last', () => {
  const script = 'sh write 0 9\nchild write 0 8\nt2 read 0';
  test('let go before the entry is flushed, another process writes into what our thread still reads', () => {
    const early = badOf(SHARED, script, 'copy: fill lock recheck clear put flush set rmap');
    expect(early.verdict).toMatch(/corruption|breach/);
    expect(explore(SHARED, script, 'copy: fill lock recheck clear flush put set rmap').bad).toBeUndefined();
  });
  test('never let go, it leaks', () => {
    expect(badOf(SHARED, 'sh write 0 9', 'copy: fill lock recheck clear flush set rmap').verdict).toMatch(
      /leak|miscount/,
    );
  });
  test('taken from its mappers early, it is written by whoever thinks himself alone: where mappers are counted', () => {
    const early = 'copy: fill lock recheck rmap clear flush set put';
    expect(badOf(SHARED, script, early, '2.6').verdict).toMatch(/corruption|breach/);
    expect(explore(SHARED, script, undefined, '2.6').bad).toBeUndefined();
    expect(explore(SHARED, script, early).bad, 'references are counted').toBeUndefined();
  });
  test('kept among the mappers it is miscounted', () => {
    expect(badOf(SHARED, script, 'copy: fill lock recheck clear flush set put').verdict).toBe('miscount');
  });
});

describe('B4 and B5: the recheck after copying', () => {
  const two = `sh map 0 1 rw- anon\nsh write 0 7\nsh write 0 5 1024\nsh thread t1\nt1 cpu 1\nsh fork child`;
  const script = 'sh write 0 9\nt1 write 0 8 1024\nsh read 0';
  test('with it no schedule shows anything', () => {
    expect(explore(two, script).bad).toBeUndefined();
  });
  test.each(['fill lock clear flush set rmap put', 'recheck fill lock clear flush set rmap put'])(
    '%s: the store of the other thread is lost',
    steps => {
      expect(badOf(two, script, `copy: ${steps}`).verdict).toMatch(/corruption|breach|leak|miscount/);
    },
  );
  test('nor does the first touch get by without it', () => {
    const fresh = 'sh map 0 1 rw- anon\nsh thread t1\nt1 cpu 1';
    expect(explore(fresh, script).bad).toBeUndefined();
    expect(badOf(fresh, script, undefined, 'first write does not recheck the entry').verdict).toBeDefined();
  });
});

describe('B6 and B7: fork takes the right to write, then flushes', () => {
  const two = 'sh map 0 1 rw- anon\nsh write 0 7\nsh thread t1\nt1 cpu 1\nt1 write 0 6';
  const script = 'sh fork child\nt1 write 0 8\nt1 write 0 5\nchild read 0\nt1 read 0';
  test('in this order no schedule shows anything', () => {
    expect(explore(two, script).bad).toBeUndefined();
  });
  test.each(['share protect', 'share flush protect', 'flush share protect', 'share flush'])(
    '%s: the child sees it',
    steps => {
      expect(badOf(two, script, `fork: ${steps}`).verdict).toMatch(/corruption|breach/);
    },
  );
});

describe('B14: pages are given back after the flush', () => {
  const two =
    'sh map 0 2 rw- anon\nsh fork other\nother cpu 2\nsh write 0 7\nsh thread t1\nt1 cpu 1\nt1 write 0 6';
  const script = 'sh unmap 0 1\nt1 write 0 8\nother write 1 5';
  test('in this order no schedule shows anything', () => {
    expect(explore(two, script).bad).toBeUndefined();
  });
  test('freed first, somebody else gets the frame that a thread still writes to', () => {
    expect(badOf(two, script, 'unmap: zap free flush').verdict).toBe('breach');
    expect(badOf(two, script, undefined, 'pages go back before the flush').verdict).toBe('breach');
  });
});

/** A page, pinned or not, that a child has not seen yet. */
const PINNED = 'sh map 0 1 rw- anon\nsh write 0 7\nsh thread t1\nt1 cpu 1';

describe('B9: a pin that is taken during a fork', () => {
  const script = 'sh iopin a 0 1\nt1 fork child\nsh write 0 9\nsh ioread a 0';
  test('looks for the fork once it has the frame, and no schedule shows anything', () => {
    expect(explore(PINNED, script).bad).toBeUndefined();
  });
  test('else the device goes on with a page that its owner has left', () => {
    expect(badOf(PINNED, script, undefined, 'a fast pin does not look for a fork').verdict).toBe(
      'corruption',
    );
  });
});

describe('B10: reclaim asks for pins when nobody can take one any more', () => {
  const swapped = `swap zram\n${PINNED}`;
  const script = 't1 madv 0 1 pageout\nsh iopin a 0 1\nsh fork child\nsh write 0 9\nsh ioread a 0';
  test('the entry goes first', () => {
    expect(explore(swapped, script).bad).toBeUndefined();
  });
  test.each(['swapping out looks for pins first', 'a fast pin does not look at the entry again'])(
    '%s',
    kernel => {
      expect(badOf(swapped, script, undefined, kernel).verdict).toBe('corruption');
    },
  );
  test('and what is written to the device nobody stores to any more', () => {
    const stores = 'sh madv 0 1 pageout\nt1 write 0 8\nsh read 0';
    const warm = `${swapped}\nt1 write 0 6`;
    expect(explore(warm, stores).bad).toBeUndefined();
    expect(badOf(warm, stores, undefined, 'swapping out writes before it flushes').verdict).toMatch(
      /corruption|breach/,
    );
  });
});

/** A page of a file on a disk that two threads and a third process share; one thread has just written to it. */
const FILE = `file 0 2 ext4
sh map 0 1 rw- shared 0 0
sh thread t1
t1 cpu 1
sh fork other
other cpu 2
t1 write 0 6`;

describe('B11 and B12: a store that the disk never hears of', () => {
  test('fsync takes the right to write and flushes before it writes', () => {
    const script = 'sh fsync 0\nt1 write 0 8';
    expect(explore(FILE, script).bad).toBeUndefined();
    expect(badOf(FILE, script, undefined, 'fsync does not flush').verdict).toMatch(/corruption|breach/);
    expect(badOf(FILE, script, undefined, 'fsync writes before it flushes').verdict).toBe('corruption');
  });
  test('a dirty page of a file is flushed before the lock goes', () => {
    const script = 'sh unmap 0 1\nt1 write 0 8\nother fsync 0';
    expect(explore(FILE, script).bad).toBeUndefined();
    expect(badOf(FILE, script, 'unmap: lock zap unlock flush free').verdict).toBe('corruption');
  });
});

describe('B13: mremap flushes before others can come to the pages by their new address', () => {
  const moved =
    'file 0 2 tmpfs\nsh map 0 1 rw- shared 0 0\nsh fork other\nother cpu 2\nsh thread t1\nt1 cpu 1\nt1 write 0 6';
  const script = 'sh mremap 0 1 16 1\nt1 read 0\nother ftrunc 0 0';
  test('under its lock', () => {
    expect(explore(moved, script).bad).toBeUndefined();
  });
  test('after it, a freed frame is read', () => {
    expect(badOf(moved, script, undefined, 'mremap lets its lock go before it flushes').verdict).toBe(
      'breach',
    );
  });
});

describe('B15: Dirty COW', () => {
  const text = 'file 0 1 ext4\nsh map 0 1 r-- priv 0 0\nsh thread t1\nt1 cpu 1';
  const script = 'sh memw sh 0 0 1 9\nt1 madv 0 1 dontneed\nsh fread 0 0';
  test('a forced store looks its copy up as a write', () => {
    expect(explore(text, script).bad).toBeUndefined();
  });
  test('as a read it finds the page of the file', () => {
    expect(badOf(text, script, undefined, 'a forced store is tried again as a read').verdict).toBe(
      'corruption',
    );
  });
});

describe('B16: two threads swap one page in', () => {
  const swapped = 'swap zram\nsh map 0 1 rw- anon\nsh write 0 7\nsh thread t1\nt1 cpu 1\nsh madv 0 1 pageout';
  const script = 'sh read 0\nt1 write 0 8\nt1 madv 0 1 pageout\nsh read 0';
  test('who reads a slot claims it', () => {
    expect(explore(swapped, script).bad).toBeUndefined();
  });
  test('the slot is used again meanwhile, and looks the same', () => {
    expect(badOf(swapped, script, undefined, 'swap-in does not claim its slot').verdict).toMatch(
      /corruption|leak/,
    );
  });
});

describe('B18: a file is cut short under a fault', () => {
  const cut = 'file 0 1 tmpfs\nsh map 0 1 rw- shared 0 0\nsh fork other\nother cpu 1';
  const script = 'sh read 0\nsh read 0\nother ftrunc 0 0';
  test('the page is looked for again', () => {
    expect(explore(cut, script).bad).toBeUndefined();
  });
  test('else an entry shows what is gone', () => {
    expect(badOf(cut, script, undefined, 'a page of a file is not looked for again').verdict).toMatch(
      /corruption|breach/,
    );
  });
});

describe('CVE-2020-29374 and what became of it', () => {
  const page = 'sh map 0 1 rw- anon\nsh write 0 7';
  const after = [
    `${page}\nsh fork child\nchild cpu 1`,
    'sh write 0 9\nchild vpin p 0 1\nchild unmap 0 1\nchild vread p',
  ] as const;
  const before = [
    `${page}\nsh vpin p 0 1\nsh fork child\nchild cpu 1`,
    'child write 0 9\nsh unmap 0 1\nsh vread p',
  ] as const;
  test.each([
    ['2.6', true, true],
    ['5.8', false, true],
    ['5.10', false, false],
    ['6.x', false, false],
  ])('%s: a reference made after the fork leaks %s, one made before it %s', (rules, late, early) => {
    expect(explore(...after, undefined, rules).bad !== undefined).toBe(late);
    expect(explore(...before, undefined, rules).bad !== undefined).toBe(early);
  });
});

describe('no bad schedule exists', () => {
  test('B20: where two threads grow one stack', () => {
    const stack = 'sh map 512 4 rw- anon gd\nsh thread t1\nt1 cpu 1';
    expect(explore(stack, 'sh write 511 9\nt1 write 510 8\nsh read 511').bad).toBeUndefined();
  });
  test('where a thread writes while rights are taken, if all CPUs are flushed', () => {
    const two = 'sh map 0 1 rw- anon\nsh write 0 7\nsh thread t1\nt1 cpu 1\nt1 write 0 6';
    const script = 'sh prot 0 1 r--\nt1 write 0 8\nt1 read 0';
    expect(explore(two, script).bad).toBeUndefined();
    expect(badOf(two, script, 'prot: rights').verdict).toBe('breach');
    expect(badOf(two, script, 'prot: flush rights').verdict).toBe('breach');
  });
  test('where pages are dropped under a thread that uses them', () => {
    const two =
      'sh map 0 1 rw- anon\nsh fork other\nother cpu 2\nsh write 0 7\nsh thread t1\nt1 cpu 1\nt1 write 0 6';
    const script = 'sh madv 0 1 dontneed\nt1 write 0 8\nt1 read 0\nother write 0 5';
    expect(explore(two, script).bad).toBeUndefined();
    expect(badOf(two, script, 'dontneed: lock zap free flush').verdict).toBe('breach');
  });
  test('where the child ends while its parent writes to what they share', () => {
    const two = 'sh map 0 1 rw- anon\nsh write 0 7\nsh fork child\nchild cpu 1';
    expect(explore(two, 'sh write 0 9\nchild exit').bad).toBeUndefined();
    expect(explore(two, 'child exit\nsh write 0 9').bad).toBeUndefined();
  });
});

test('a bad schedule can be watched, and its last step is what it shows', () => {
  const race = raceOf(
    SHARED,
    'sh write 0 9\nt1 write 0 8\nt2 read 0\nt2 read 0',
    'copy: fill lock recheck clear set flush rmap put',
  );
  const { bad, states } = exploreRace(linux, race);
  const { steps, relabelled } = showSchedule(linux, race, bad!, states);
  expect(steps).toHaveLength(lengthOf(bad!));
  expect(relabelled).toBe(false);
  expect(steps.at(-1)!.seen).not.toEqual(steps.at(-1)!.ideal);
});
