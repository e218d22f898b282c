import { ENTRY, entryWord, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import { dropEntry, dropGeneral, dropUse, promote, takeGeneral } from './references.ts';
import { flushDomain } from './tlb.ts';
import { isPresent, isWritable } from './word.ts';
import { type Domain, vcpuOf, type World } from './world.ts';

/**
 * Frames that a domain lends to another: its grant table says to whom and how, and Xen itself puts the entry into
 * the borrower's table. A writable one is a use of the frame as writable, so that its owner cannot make a table of
 * it meanwhile. Source: map_grant_ref and unmap_common, xen/common/grant_table.c; specification section 10.
 */
export interface AskedLoan {
  readonly va: number;
  readonly mfn: number;
  readonly rw: boolean;
}

/** Has the domain this frame on loan, to write to it where `write`? */
export const borrows = (world: World, domain: string, mfn: number, write: boolean): boolean =>
  world.loans.some(loan => loan.to === domain && loan.mfn === mfn && (loan.rw || !write));

/** The leaf table in use behind an address. */
function leafOf(world: World, domain: Domain, va: number): number | undefined {
  const directory = world.frames[vcpuOf(domain).base]?.words[Math.floor(va / WORDS)] ?? 0;
  const table = frameOf(directory);
  const frame = world.frames[table];
  const superpage = (flagsOf(directory) & ENTRY.superpage) !== 0;
  if (!isPresent(directory) || superpage || frame?.type !== 'l1' || frame.tc === 0) return undefined;
  return frame.owner === domain.name ? table : undefined;
}

const wordOfLoan = ({ mfn, rw }: AskedLoan): number => entryWord(mfn, ENTRY.present | (rw ? ENTRY.rw : 0));

/** May the frame be lent like this: is it offered, and can it be used so? */
function isOffered(world: World, domain: Domain, { mfn, rw }: AskedLoan): boolean {
  const frame = world.frames[mfn];
  const lender = world.domains.find(({ name, alive }) => alive && name === frame?.owner);
  const offer = lender?.grants.get(mfn);
  return offer !== undefined && offer.to === domain.name && (offer.rw || !rw) && frame!.allocated;
}

/** GNTTABOP_map_grant_ref. Answers an errno where it must be refused, and then nothing has changed. */
export function mapGrant(world: World, domain: Domain, asked: AskedLoan): string | undefined {
  const table = leafOf(world, domain, asked.va);
  if (table === undefined || (world.rules.grants.checksOffer && !isOffered(world, domain, asked)))
    return 'EPERM';
  const frame = world.frames[asked.mfn];
  if (frame === undefined) return 'EINVAL';
  if (asked.rw && world.rules.grants.takesWritable) {
    const refused = promote(world, frame.owner, asked.mfn, 'writable');
    if (refused !== undefined) return refused;
  }
  takeGeneral(world, asked.mfn);
  install(world, domain, table, asked);
  return undefined;
}

/** Writes the entry; what it replaces is dropped. */
function install(world: World, domain: Domain, table: number, asked: AskedLoan): void {
  const index = asked.va % WORDS;
  const old = world.frames[table]!.words[index]!;
  world.putWord(table, index, wordOfLoan(asked));
  dropEntry(world, table, index, old);
  world.loans = [...world.loans, { to: domain.name, table, index, mfn: asked.mfn, rw: asked.rw }];
}

/** Says yes whatever the checks say: the entry is written, the general reference taken. */
export function forceMap(world: World, domain: Domain, asked: AskedLoan): void {
  const table = leafOf(world, domain, asked.va);
  if (table === undefined || world.frames[asked.mfn] === undefined) return;
  takeGeneral(world, asked.mfn);
  install(world, domain, table, asked);
  world.loans = world.loans.slice(0, -1);
}

/** GNTTABOP_unmap_grant_ref: frame, presence and right to write must be those of the entry. */
export function unmapGrant(
  world: World,
  domain: Domain,
  asked: AskedLoan,
  flushes: boolean,
): string | undefined {
  const table = leafOf(world, domain, asked.va);
  const index = asked.va % WORDS;
  const loan = world.loans.find(each => each.table === table && each.index === index);
  const word = table === undefined ? 0 : world.frames[table]!.words[index]!;
  const writable = world.rules.grants.matchesRight ? asked.rw : isWritable(word);
  if (loan === undefined || !isPresent(word) || frameOf(word) !== asked.mfn || isWritable(word) !== writable)
    return 'EINVAL';
  takeBack(world, loan.table, index, asked);
  if (flushes) flushDomain(world, domain.name);
  return undefined;
}

/** Clears the entry and drops what the request says that it held. */
function takeBack(world: World, table: number, index: number, asked: AskedLoan): void {
  world.putWord(table, index, 0);
  world.loans = world.loans.filter(loan => loan.table !== table || loan.index !== index);
  if (world.frames[asked.mfn] === undefined) return;
  if (asked.rw) dropUse(world, asked.mfn);
  else dropGeneral(world, asked.mfn);
}

/** Says yes whatever the checks say: the entry goes, and what the request claims that it held. */
export function forceUnmap(world: World, domain: Domain, asked: AskedLoan): void {
  const table = leafOf(world, domain, asked.va);
  if (table !== undefined) takeBack(world, table, asked.va % WORDS, asked);
}
