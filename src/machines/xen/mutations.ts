import { ENTRY } from '../../language/xen.ts';
import { type RuleSet, ruleSets, WHITELIST } from './rules.ts';

type Group = 'entries' | 'types' | 'calls' | 'faults' | 'slots' | 'full' | 'grants';
type Mutation = readonly [name: string, era: '3.0.2' | '3.0.3', change: (of: RuleSet) => Partial<RuleSet>];

/** One group of rules with some of them changed. */
function changed<G extends Group>(group: G, change: Partial<RuleSet[G]>): (of: RuleSet) => Partial<RuleSet> {
  return of => ({ [group]: { ...of[group], ...change } });
}

const table: readonly Mutation[] = [
  ['a leaf may name any frame', '3.0.3', changed('entries', { checksOwner: false })],
  ['superpages and cache bits pass', '3.0.3', changed('entries', { checksFlags: false })],
  ['a writable leaf takes no type', '3.0.3', changed('entries', { takesWritable: false })],
  ['an entry takes no general reference', '3.0.3', changed('entries', { takesGeneral: false })],
  ['what an entry named before is kept', '3.0.3', changed('entries', { dropsOld: false })],
  ["Xen's slot may be written", '3.0.3', changed('entries', { guardsXenSlot: false })],
  ['a directory may name itself writably', '3.0.3', changed('entries', { linearReadOnly: false })],
  ['RW is on the whitelist', '3.0.3', changed('entries', { whitelist: WHITELIST | ENTRY.rw })],
  ['PSE is on the whitelist', '3.0.3', changed('entries', { whitelist: WHITELIST | ENTRY.superpage })],
  ['types do not exclude each other', '3.0.3', changed('types', { exclusive: false })],
  ['tables are not audited', '3.0.3', changed('types', { audits: false })],
  ['a failed audit keeps what it took', '3.0.3', changed('types', { undoes: false })],
  ['a table that goes keeps what it names', '3.0.3', changed('types', { dropsChildren: false })],
  ['a type is taken without a flush', '3.0.3', changed('types', { flushes: 'never' })],
  ['the flush comes before the type is taken', '3.0.3', changed('types', { flushes: 'before' })],
  ['devices may go on writing to tables', '3.0.3', changed('types', { updatesIommu: false })],
  [
    'an audit goes on behind the entry that it had come to',
    '3.0.3',
    changed('types', { resumesExactly: false }),
  ],
  ['what was interrupted is left to nobody', '3.0.3', changed('types', { queuesRest: false })],
  ['a half audited table may be changed', '3.0.3', changed('types', { guardsHalf: false })],
  ['pins nest', '3.0.3', changed('calls', { pinsOnce: false })],
  ['unpin takes any frame', '3.0.3', changed('calls', { unpinsPinned: false })],
  ['directories change without a flush', '3.0.3', changed('calls', { flushesDirectories: false })],
  ['a root is loaded unseen', '3.0.3', changed('calls', { validatesBase: false })],
  ['a multicall goes on after iret', '3.0.3', changed('calls', { kernelOnly: false })],
  ['only the start of an array is checked', '3.0.3', changed('calls', { checksWholeArray: false })],
  ['stores are emulated unasked', '3.0.3', changed('faults', { needsAssist: false })],
  ['stores of programs are emulated', '3.0.3', changed('faults', { kernelOnly: false })],
  ['stores to any page are emulated', '3.0.3', changed('faults', { typedOnly: false })],
  ['emulated stores are not looked at', '3.0.3', changed('faults', { validates: false })],
  ['the U bit is passed on', '3.0.3', changed('faults', { recomputesUser: false })],
  ["a guest's own CR0.WP does not count", '3.0.3', changed('full', { honoursWp: false })],
  ['a shared page is taken over while others have it', '3.0.3', changed('full', { copiesShared: false })],
  ['frames of the pool are not zeroed', '3.0.3', changed('full', { zeroesPool: false })],
  ['frames are lent that nobody offered', '3.0.3', changed('grants', { checksOffer: false })],
  ['a writable loan takes no type', '3.0.3', changed('grants', { takesWritable: false })],
  ['what is given back is taken on trust', '3.0.3', changed('grants', { matchesRight: false })],
  ['CR0.WP is clear', '3.0.3', () => ({ wp: false })],
  ['an unhooked table stays present', '3.0.2', changed('slots', { clearsPresent: false })],
  ['a table is unhooked and no CPU forgets it', '3.0.2', changed('slots', { flushesFirst: false })],
  ['what was written is not looked at', '3.0.2', changed('slots', { revalidates: false })],
  ['a bad entry is not put back', '3.0.2', changed('slots', { restores: false })],
  ['a table is not hooked in again', '3.0.2', changed('slots', { rehooks: false })],
];

/** Hypervisors with one rule broken, by name. `npm run mutate` shows what notices each. */
export const mutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, era, change]) => [name, { ...ruleSets[era]!, ...change(ruleSets[era]!), name }]),
);

/** The whole hypervisor that a mutation breaks. */
export const eraOf = (name: string): '3.0.2' | '3.0.3' =>
  table.find(([known]) => known === name)?.[1] ?? (name === '3.0.2' ? '3.0.2' : '3.0.3');
