import type { Uncoupled } from '../machine.ts';
import { heldWords } from './census.ts';
import { wordsOfPage } from './full.ts';
import type { IdealHost } from './ideal-isolation.ts';
import { broken, frameRow } from './invariants.ts';
import { isLoose } from './slots.ts';
import { COW, FREE, hasP2m, KEPT, type World } from './world.ts';

/**
 * The first place where the world and the ideal part. They are coupled when every count equals the references,
 * nothing that is walked can be written, and owners, contents, roots and pins are those of the ideal.
 */
export function uncoupled(world: World, ideal: IdealHost): Uncoupled | undefined {
  const [violation] = broken(world);
  if (violation !== undefined)
    return { what: `${violation.invariant}: ${violation.what}`, rows: violation.rows };
  return framesDiffer(world, ideal) ?? guestsDiffer(world, ideal);
}

function framesDiffer(world: World, ideal: IdealHost): Uncoupled | undefined {
  for (const [mfn, { owner }] of world.frames.entries()) {
    const wanted = ideal.frames[mfn];
    if (owner === COW || owner === KEPT || isPage(world, mfn)) continue;
    if (wanted === undefined || owner !== wanted.owner) return { what: 'owner', rows: [frameRow(mfn)] };
    const dead = world.domains.some(({ name, alive }) => name === owner && !alive);
    if (owner === FREE || dead) continue;
    if (differ(shownWords(world, mfn), wanted.words)) return { what: 'contents', rows: [frameRow(mfn)] };
  }
  return pagesDiffer(world, ideal);
}

/** Is it a frame, or the number of a page, of a domain that has p2m? */
const isPage = (world: World, mfn: number): boolean =>
  world.domains.some(
    domain => hasP2m(domain) && (domain.p2m.has(mfn) || world.frames[mfn]!.owner === domain.name),
  );

/** A guest with page numbers of its own knows what its pages hold, not where they are. */
function pagesDiffer(world: World, ideal: IdealHost): Uncoupled | undefined {
  for (const domain of world.domains)
    for (const [page, mfn] of domain.p2m) {
      const wanted = ideal.frames[page];
      if (wanted?.owner !== domain.name) return { what: 'owner', rows: [frameRow(mfn)] };
      if (differ(wordsOfPage(world, domain, page), wanted.words))
        return { what: 'contents', rows: [frameRow(mfn)] };
    }
  return undefined;
}

function differ(words: readonly number[], wanted: readonly number[]): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== wanted[i]) return true;
  return false;
}

/** What a guest has written, with the entries that unhooking has changed as they were. */
const shownWords = (world: World, mfn: number): readonly number[] =>
  isLoose(world, mfn) ? world.frames[mfn]!.words : heldWords(world, mfn);

function guestsDiffer(world: World, ideal: IdealHost): Uncoupled | undefined {
  for (const domain of world.domains) {
    const guest = ideal.guests.find(({ name }) => name === domain.name);
    if (guest === undefined || guest.alive !== domain.alive) return { what: 'guests', rows: [] };
    if (!domain.alive) continue;
    if (domain.wp !== guest.wp) return { what: 'CR0.WP', rows: [] };
    if (domain.vcpus.some(({ base }, i) => base !== guest.cpus[i]?.root)) return { what: 'roots', rows: [] };
    const strays = world.frames.findIndex(
      (frame, mfn) => frame.owner === domain.name && frame.pinned !== guest.pins.has(mfn),
    );
    if (strays >= 0) return { what: 'pins', rows: [frameRow(strays)] };
  }
  // Of an unhooked table loans end when it is looked through.
  if (!world.rules.unhooks && world.loans.length !== ideal.loans.length) return { what: 'loans', rows: [] };
  return world.panicked === ideal.panicked ? undefined : { what: 'panic', rows: [] };
}
