import { describe, expect, test } from 'vitest';
import { parseProgram } from '../../../src/language/parse.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { atFault, held, rightAt } from './at-fault.ts';
import { Noticed } from './watch.ts';

/** Page 0 may be written and is empty, page 1 is read-only, page 2 is no page at all. */
const PAGES = 'p0 map 0 1 rw- anon\np0 map 1 1 r-- anon\n';

const UNSERVED = ['1 0 1', '2 0 1'];

describe('a driver that touches user memory', () => {
  test.each(['module', 'bare'])('is served like the program where that can be: %s', stream => {
    expect(rightAt(`${PAGES}p0 rsys ${stream} 0 0 1 5`)).toContain('zeroed');
    const { world, fault } = atFault(`${PAGES}p0 rsys ${stream} 0 0 1 5`);
    expect(linux.best(world, fault).do).toBe('zeroed');
  });

  test.each(UNSERVED)("is fixed up by its module's entry, else it is an oops: %s", place => {
    const entry = rightAt(`${PAGES}p0 rsys module ${place} 5`);
    expect(entry).toContain('fix-up');
    expect(entry).not.toContain('oops');
    const none = rightAt(`${PAGES}p0 rsys bare ${place} 5`);
    expect(none).toContain('oops');
    expect(none).not.toContain('fix-up');
  });

  test('the main kernel has an entry for each of its copies', () => {
    const right = rightAt(`${PAGES}p0 rsys pipe 1 0 1 5`);
    expect(right).toContain('fix-up');
    expect(right).not.toContain('oops');
  });

  test('an entry is one of kernel code: a program has no fixup and makes no oops', () => {
    const right = rightAt(`${PAGES}p0 write 1 5`);
    expect(right).not.toContain('fix-up');
    expect(right).not.toContain('oops');
  });

  /** 4090 and 6 bytes more reach page 1, which may not be written. */
  test('counts what was copied, or dies with it done; others live on, and the dead do nothing', () => {
    const shared = 'p0 map 0 1 rw- sanon\np0 map 1 1 r-- anon\np0 fork p1\n';
    for (const stream of ['module', 'bare'])
      held(`${shared}p1 rsys ${stream} 0 4090 12 5\np0 read 0 4095\np1 read 0 4095\np0 pvr p1 0 0 1`);
  });

  test('loads as it stores, and a device sees all that came', () => {
    held(`${PAGES}p0 write 0 7\np0 wsys module 1 0 16\np0 wsys module 0 4090 6000\np0 wsys bare 2 0 4`);
  });
});

describe('SMAP', () => {
  const ON = `smap on\n${PAGES}p0 write 0 7\n`;

  test.each(['0 0 1', ...UNSERVED])('stops a bare pointer before anything is looked at: %s', place => {
    expect(rightAt(`${ON}p0 rsys bare ${place} 5`)).toContain('oops');
    expect(atFault(`${ON}p0 rsys bare ${place} 5`).fault.smap).toBe(true);
    held(`${ON}p0 wsys bare ${place}`);
  });

  test('is opened by whoever means user memory', () => {
    held(`${ON}p0 rsys module 0 0 1 5\np0 rsys pipe 0 0 1 5\np0 rsys module 1 0 1 5`);
  });

  test('is a bit of x86', () => {
    expect(() => parseProgram(`arch arm\nsmap on\n${PAGES}`, 'table')).toThrow('CR4.SMAP');
  });
});

test.each([
  ["modules' exception tables are not searched", 'module'],
  ['an instruction without an entry is fixed up', 'bare'],
])('%s: noticed', (mutation, stream) => {
  expect(() => held(`${PAGES}p0 rsys ${stream} 1 0 1 5`, mutation)).toThrow(Noticed);
});
