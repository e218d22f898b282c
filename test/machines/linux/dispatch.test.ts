import { expect, test } from 'vitest';
import { linux } from '../../../src/machines/linux/linux.ts';
import { atFault, rightAt } from './at-fault.ts';

const ANON = 'p0 map 0 1 rw- anon\n';
const FILLED = `${ANON}p0 write 0 7\n`;
const FILE = 'file 0 1 ext4\n';
const THREADS = `${FILLED}p0 thread p1\np1 cpu 1\np1 write 0 8\np0 fork p2\np1 read 0\np2 exit\np0 write 0 5\n`;

/**
 * handle_pte_fault row by row, as section 3.3 of the specification has its table: what the entry holds, the VMA and the
 * access decide which function serves. Row 5 (the entry has changed meanwhile) is a micro-step of every routine.
 */
test.each([
  ['none, anonymous, read', `${ANON}p0 read 0`, 'zero-page', 'do_anonymous_page'],
  ['none, anonymous, write', `${ANON}p0 write 0 7`, 'zeroed', 'do_anonymous_page'],
  ['none, file, read', `${FILE}p0 map 0 1 rw- priv 0 0\np0 read 0`, 'map-cache', 'do_read_fault'],
  ['none, file, write, private', `${FILE}p0 map 0 1 rw- priv 0 0\np0 write 0 7`, 'copy', 'do_cow_fault'],
  [
    'none, file, write, shared',
    `${FILE}p0 map 0 1 rw- shared 0 0\np0 write 0 7`,
    'map-cache',
    'do_shared_fault',
  ],
  ['none, past the end', `${FILE}p0 map 0 2 rw- priv 0 0\np0 read 1`, 'refuse-bus', 'filemap_fault'],
  ['swap entry', `swap zram\n${FILLED}p0 madv 0 1 pageout\np0 read 0`, 'swap-in', 'do_swap_page'],
  ['guard marker', `${ANON}p0 madv 0 1 guard\np0 read 0`, 'refuse-unmapped', 'handle_pte_marker'],
  ['read-only, write, shared frame', `${FILLED}p0 fork p1\np0 write 0 8`, 'copy', 'wp_page_copy'],
  [
    'read-only, write, sole owner',
    `${FILLED}p0 fork p1\np1 exit\np0 write 0 8`,
    'reuse',
    'wp_can_reuse_anon_folio',
  ],
  ['read-only, write, the zero page', `${ANON}p0 read 0\np0 write 0 7`, 'zeroed', 'do_wp_page'],
  ['read-only, unshare', `${FILLED}p0 fork p1\np1 pvr p0 0 0 1`, 'copy', 'gup_must_unshare'],
  [
    'writable, write: a bit is missing',
    `arch arm\np0 map 0 1 rw- sanon\np0 read 0\np0 write 0 7`,
    'spurious',
    'ptep_set_access_flags',
  ],
  ['writable, write: the TLB is stale', `${THREADS}p1 write 0 6`, 'spurious', 'handle_pte_fault'],
])('%s', (_, program, decision, by) => {
  const { world, fault } = atFault(program);
  const best = linux.best(world, fault);
  expect([best.do, linux.why(world, fault, best).function]).toEqual([decision, by]);
  expect(rightAt(program)).toContain(decision);
});
