import { DRIVERS } from '../../language/moves.ts';
import { type Accesses, ANON, FILLED, type State } from './states.ts';

/**
 * Accesses of the kernel that only its drivers make: by instructions that their module's exception table lists, or no
 * table, with page faults disabled or not, under SMAP; and jumps.
 */

const driverAccesses = (drivers: readonly string[]): Accesses =>
  Object.fromEntries(
    drivers.flatMap(driver => [
      [`${driver} read`, (page: number) => `wsys ${driver} ${page} 0 16`],
      [`${driver} write`, (page: number) => `rsys ${driver} ${page} 0 16 9`],
    ]),
  );

const BY_DRIVERS = driverAccesses(DRIVERS);
const BARE_ONES = driverAccesses(['module', 'bare', 'rash']);
const JUMP: Accesses = { 'kernel fetch': page => `kfetch ${page}` };

const of = (accesses: Accesses, state: State): State => ({ ...state, accesses });

export const DRIVER_STATES: readonly State[] = [
  of(BY_DRIVERS, { name: 'by a driver: none', program: ANON, rights: ['rw-', 'r--', '---'] }),
  of(BY_DRIVERS, {
    name: 'by a driver: anonymous, shared with the child',
    program: `${FILLED}\np0 fork p1`,
    rights: ['rw-', 'r--'],
  }),
  of(BY_DRIVERS, {
    name: 'by a driver: swapped out, its owner alone',
    header: 'swap file',
    program: `${FILLED}\np0 madv 0 1 pageout`,
    rights: ['rw-'],
  }),
  of(BY_DRIVERS, { name: 'by a driver: no VMA', program: 'p0 map 1 1 rw- anon', rights: ['none'] }),
  of(BARE_ONES, { name: 'by a driver under SMAP: none', header: 'smap on', program: ANON, rights: ['rw-'] }),
  of(BARE_ONES, {
    name: 'by a driver under SMAP: anonymous, exclusive',
    header: 'smap on',
    program: FILLED,
    rights: ['rw-'],
  }),
  of(BARE_ONES, {
    name: 'by a driver under SMAP: no VMA',
    header: 'smap on',
    program: 'p0 map 1 1 rw- anon',
    rights: ['none'],
  }),
  ...['on', 'off'].flatMap(smep => [
    of(JUMP, {
      name: `a jump of the kernel, SMEP ${smep}: none`,
      header: `smep ${smep}`,
      program: ANON,
      rights: ['rwx', 'rw-'],
    }),
    of(JUMP, {
      name: `a jump of the kernel, SMEP ${smep}: anonymous, exclusive`,
      header: `smep ${smep}`,
      program: FILLED,
      rights: ['rwx', 'rw-'],
    }),
    of(JUMP, {
      name: `a jump of the kernel, SMEP ${smep}: no VMA`,
      header: `smep ${smep}`,
      program: 'p0 map 1 1 rwx anon',
      rights: ['none'],
    }),
  ]),
];
