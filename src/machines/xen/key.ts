import { createHash } from 'node:crypto';
import type { IdealHost } from './ideal-isolation.ts';
import type { World } from './world.ts';

/** Everything but the costs. */
const stateOf = (world: World): unknown => [
  world.frames.map(({ owner, allocated, tot, tc, type, validated, pinned, halfway, stamp, dma, words }) => [
    owner,
    allocated,
    tot,
    tc,
    type,
    validated,
    pinned,
    halfway,
    tc === 0 && world.domains.some(({ vcpus }) => vcpus.some(({ flushedAt }) => flushedAt <= stamp)),
    dma,
    words,
  ]),
  world.domains.map(
    ({ name, alive, assist, current, vcpus, slots, changes, race, p2m, pool, grants, wp, shadowed }) => [
      name,
      alive,
      assist,
      current,
      vcpus.map(({ base, ldt, ldtMapped, pending, tlb }) => [base, ldt, ldtMapped, pending, [...tlb]]),
      slots,
      changes,
      race,
      [...p2m],
      [...grants],
      pool,
      wp,
      [...shadowed],
    ],
  ),
  world.loans,
  [...world.linear],
  world.slice,
  world.call,
  world.answer,
  world.panicked,
];

/** The joint state of world and ideal as text, without costs. Frames keep their numbers: guests know them. */
export const key = (world: World, ideal: IdealHost): string =>
  JSON.stringify([
    stateOf(world),
    ideal.frames.map(({ owner, released, words }) => [owner, released, words]),
    ideal.guests.map(({ pins, halves, cpus, ...guest }) => [
      guest,
      [...pins],
      [...halves],
      cpus.map(cpu => [
        cpu.root,
        cpu.ldt,
        cpu.ldtInUse,
        cpu.waiting,
        [...cpu.used].map(([va, used]) => [va, [...used]]),
      ]),
    ]),
    ideal.turn,
    ideal.panicked,
  ]);

/** A hash of the whole state, costs included: equal for equal runs, for transcripts. */
export const digest = (world: World): string =>
  createHash('sha256')
    .update(JSON.stringify([stateOf(world), [...world.m2p], world.counts]))
    .digest('hex')
    .slice(0, 16);
