import { ENTRY, entryWord, flagsOf, frameOf } from '../../language/xen.ts';
import { type Decision, decisions } from './decision.ts';
import { frameOfPage, isFull, obstruction, walkGuest } from './full.ts';
import { isStale } from './references.ts';
import { isLoose, isUnhooked, slotFor, wouldCrash } from './slots.ts';
import { type Walk, walk } from './tlb.ts';
import { carryOut, modEntry, onlyWhitelisted, reachesXen, tableBehind, wordOf } from './update.ts';
import { isPresent, isWritable } from './word.ts';
import {
  type Asked,
  type Domain,
  type Fault,
  IO,
  isTable,
  typeOfLevel,
  vcpuOf,
  type World,
} from './world.ts';

export type Cause<K extends Fault['cause']['kind']> = Extract<Fault['cause'], { kind: K }>;
export type Access = Cause<'access'>;

/**
 * Each rule that can decide, with Xen's function that applies it. The names before the dot are those of the
 * specification's decision tables (sections 7.1 and 7.2).
 */
export const RULES = {
  reserved: 'reserved_bit_page_fault',
  'unhooked-range': 'ptwr_do_page_fault',
  'unhooked-bad': 'ptwr_flush',
  'first-write': 'ptwr_do_page_fault',
  'write-emulated': 'ptwr_do_page_fault',
  'valid-store': 'ptwr_do_page_fault',
  'half-store': 'ptwr_emulated_update',
  'bad-store': 'ptwr_emulated_update',
  'directory-store': 'pv_ro_page_fault',
  'directory-readonly': 'pv_ro_page_fault',
  'untyped-store': 'pv_ro_page_fault',
  'half-table-store': 'page_lock',
  'no-assist': 'VM_ASSIST',
  'odd-instruction': 'x86_emulate',
  'user-store': 'do_page_fault',
  'user-table': 'do_page_fault',
  'user-absent': 'do_page_fault',
  absent: 'do_page_fault',
  spurious: 'spurious_page_fault',
  device: 'mmio_ro_do_page_fault',
  'ldt-map': 'pv_map_ldt_shadow_page',
  'ldt-writable': 'pv_map_ldt_shadow_page',
  gdt: 'handle_ldt_mapping_fault',
  'cr0-wp': 'pv_emulate_privileged_op',
  'cr0-ts': 'pv_emulate_privileged_op',
  'loan-good': 'map_grant_ref',
  'loan-unoffered': 'map_grant_ref',
  'loan-typed': 'get_page_type',
  'return-good': 'unmap_common',
  'return-mismatch': 'replace_grant_host_mapping',
  'wp-clear': 'sh_page_fault',
  'guest-fault': 'sh_page_fault',
  'shadowed-kernel': 'sh_page_fault',
  'shadowed-user': 'sh_remove_shadows',
  'page-shared': '__mem_sharing_unshare_page',
  'page-last': '__mem_sharing_unshare_page',
  'page-on-demand': 'p2m_pod_demand_populate',
  'cr0-own': 'hvm_set_cr0',
  'user-call': 'do_multicall',
  'bits-only': 'mod_l2_entry',
  'plain-store': 'do_mmu_update',
  'half-table': 'page_lock',
  'leaf-good': 'get_page_from_l1e',
  'leaf-typed': 'get_page_type',
  'leaf-foreign': 'get_page',
  'leaf-flags': 'mod_l1_entry',
  'directory-good': 'get_page_from_l2e',
  'directory-bad': 'get_page_from_l2e',
  'directory-flags': 'mod_l2_entry',
  'xen-slot': 'is_guest_l2_slot',
  'linear-good': 'get_l2_linear_pagetable',
  'linear-writable': 'get_l2_linear_pagetable',
  cleared: 'put_page_from_l1e',
  'not-owned': 'get_page',
  'pin-good': 'get_page_and_type',
  'pin-stale': '__get_page_type',
  'pin-alias': '__get_page_type',
  'pin-bad': 'alloc_l1_table',
  'pin-long': 'hypercall_preempt_check',
  'pin-resumed': 'alloc_l1_table',
  'pin-resumed-bad': 'alloc_l1_table',
  'pin-twice': 'test_and_set_bit',
  'unpin-good': 'put_page_and_type',
  'unpin-none': 'test_and_clear_bit',
  'base-good': 'new_guest_cr3',
  'base-bad': 'new_guest_cr3',
  'release-good': 'decrease_reservation',
  'segment-good': 'do_mmuext_op',
  'm2p-good': 'set_gpfn_from_mfn',
  'array-good': 'memory_exchange',
  'array-beyond': 'memory_exchange',
  'array-readonly': 'copy_to_guest',
  iret: 'do_iret',
} as const;
export type Rule = keyof typeof RULES;

/** What the kernel decides, and by which rule. */
export interface Verdict {
  readonly rule: Rule;
  readonly decision: Decision;
}
const by = (rule: Rule, name: keyof typeof decisions): Verdict => ({ rule, decision: decisions[name] });

/** The hypervisor's own decision: section 7 in its order of checks. */
export function decide(world: World, fault: Fault): Verdict {
  const { cause } = fault;
  const domain = world.domain(fault.process);
  switch (cause.kind) {
    case 'access':
      return isFull(domain)
        ? shPageFault(world, domain, fault, cause)
        : doPageFault(world, domain, fault, cause);
    case 'window':
      return descriptorFault(world, domain, cause);
    case 'cr0':
      if (isFull(domain)) return by('cr0-own', 'emulate');
      return cause.bit === 'wp' ? by('cr0-wp', 'inject') : by('cr0-ts', 'emulate');
    case 'request':
      return doRequest(world, domain, cause.request);
  }
}

function doPageFault(world: World, domain: Domain, fault: Fault, cause: Access): Verdict {
  const found = walk(world, vcpuOf(domain), cause.va, fault.mode === 'user');
  if (found === 'reserved') return by('reserved', 'panic');
  if (isUnhooked(domain, cause.va))
    return wouldCrash(world, domain) ? by('unhooked-bad', 'crash') : by('unhooked-range', 'flush-retry');
  if (typeof found === 'string') return by(fault.mode === 'user' ? 'user-absent' : 'absent', 'forward');
  if (!cause.write) return by('spurious', world.rules.unhooks && domain.assist ? 'retry' : 'forward');
  if (found.rw) return by('spurious', world.rules.unhooks && domain.assist ? 'retry' : 'forward');
  if (fault.mode === 'user' && world.rules.faults.kernelOnly)
    return by(isUsedTable(world, found) ? 'user-table' : 'user-store', 'forward');
  return pvRoPageFault(world, domain, cause, found);
}

/** A fault of a fully virtualized guest: its own tables first, then p2m, then what only Xen's tables forbid. */
function shPageFault(world: World, domain: Domain, { mode }: Fault, cause: Access): Verdict {
  const found = walkGuest(world, domain, cause.va, mode === 'user');
  switch (obstruction(world, domain, found, cause.write, mode === 'user')) {
    case 'on-demand':
      return by('page-on-demand', 'populate');
    case 'shared': {
      const mfn = typeof found === 'string' ? undefined : frameOfPage(domain, found.page);
      const others = world.frames[mfn ?? -1]!.tc > 1 && world.rules.full.copiesShared;
      return others ? by('page-shared', 'copy') : by('page-last', 'unshare');
    }
    case 'shadowed':
      return mode === 'user' ? by('shadowed-user', 'unshadow') : by('shadowed-kernel', 'emulate');
    case 'wp-clear':
      return by('wp-clear', 'emulate');
    case 'forbidden':
      return by('guest-fault', 'forward');
    case undefined:
      return by('spurious', 'retry');
  }
}

const isUsedTable = (world: World, { frame }: Walk): boolean =>
  isTable(world.frames[frame]!.type) && world.frames[frame]!.tc > 0;

/** A guest kernel's store through a read-only mapping: its own leaf table is written for it, nothing else. */
function pvRoPageFault(world: World, domain: Domain, cause: Access, found: Walk): Verdict {
  const frame = world.frames[found.frame]!;
  const { faults } = world.rules;
  if (frame.owner === IO) return by('device', 'emulate');
  if (isWritable(found.word) || (world.rules.unhooks && !found.directory))
    return by('directory-readonly', 'forward');
  if (frame.type === 'l2' && frame.tc > 0) return by('directory-store', 'forward');
  if (frame.halfway !== undefined) return by('half-table-store', 'forward');
  if (faults.typedOnly && (frame.type !== 'l1' || frame.tc === 0 || frame.owner !== domain.name))
    return by('untyped-store', 'forward');
  if (!domain.assist && faults.needsAssist) return by('no-assist', 'forward');
  if (world.rules.unhooks) {
    if (isLoose(world, found.frame))
      return wouldCrash(world, domain) ? by('unhooked-bad', 'crash') : by('unhooked-range', 'flush-retry');
    if (slotFor(world, domain, found.frame) !== undefined) return by('first-write', 'unhook');
  }
  if (cause.op === 'kpush') return by('odd-instruction', 'forward');
  const half = isHalf(world, domain, cause);
  if (
    !faults.validates ||
    isGoodStore(world, domain, found.frame, cause.index, storedWord(world, cause, found.frame))
  )
    return by(world.rules.unhooks ? 'write-emulated' : 'valid-store', 'emulate');
  return half ? by('half-store', 'emulate') : by('bad-store', 'forward');
}

/** A 32-bit guest writes a PAE entry in two stores, the first of which need not make sense by itself. */
export const isHalf = (world: World, { kind }: Domain, { op }: Access): boolean =>
  op === 'khigh' && kind === 'pv32' && !world.rules.unhooks;

/** The word that a store leaves in the entry; the upper half of one is its frame alone. */
export function storedWord(world: World, { op, word, index }: Access, mfn: number): number {
  const live = world.frames[mfn]?.words[index] ?? 0;
  return op === 'khigh' && frameOf(word!) >= 0 ? entryWord(frameOf(word!), flagsOf(live)) : word!;
}

/** Would the store pass as an update of the table? Tried on a copy. */
export function isGoodStore(
  world: World,
  domain: Domain,
  table: number,
  index: number,
  word: number,
): boolean {
  const ahead = world.clone();
  return modEntry(ahead, ahead.domain(domain.name), table, index, word) === undefined;
}

/** The window through which Xen shows a guest's descriptors to the CPU. Only the LDT is mapped on demand. */
function descriptorFault(world: World, domain: Domain, { table }: Cause<'window'>): Verdict {
  const { ldt } = vcpuOf(domain);
  const frame = world.frames[ldt];
  if (table === 'gdt' || frame === undefined) return by('gdt', 'inject');
  const free = frame.owner === domain.name && (frame.tc === 0 || frame.type === 'seg');
  return free ? by('ldt-map', 'map-ldt') : by('ldt-writable', 'forward');
}

export const requestOf = ({ cause }: Fault): Asked | undefined =>
  cause.kind === 'request' ? cause.request : undefined;

/** What the request comes to where Xen carries it out: tried on a copy. */
export function refusalOf(world: World, domain: Domain, asked: Asked): string | undefined {
  const ahead = world.clone();
  return carryOut(ahead, ahead.domain(domain.name), asked);
}

/** The fast path first: where only bits of the whitelist change, the entry is not looked at anew. */
function doRequest(world: World, domain: Domain, asked: Asked): Verdict {
  const isFast =
    asked.kind === 'set' &&
    world.call?.user !== true &&
    world.frames[asked.frame]?.owner === domain.name &&
    onlyWhitelisted(world, asked.frame, asked.index, wordOf(world, asked));
  if (isFast) return by('bits-only', 'fast');
  const ahead = world.clone();
  const errno = carryOut(ahead, ahead.domain(domain.name), asked);
  return by(requestRule(world, domain, asked, errno, ahead), errno === undefined ? 'accept' : 'refuse');
}

/** @param ahead the world once the request is carried out, with what that comes to */
function requestRule(
  world: World,
  domain: Domain,
  asked: Asked,
  errno: string | undefined,
  ahead: World,
): Rule {
  if (world.call?.user === true) return 'user-call';
  switch (asked.kind) {
    case 'set':
      return entryRule(world, domain, asked.frame, wordOf(world, asked), errno);
    case 'vamap': {
      const table = tableBehind(world, domain, asked.va);
      if (table === undefined) return 'directory-bad';
      return entryRule(world, domain, table, asked.word, errno);
    }
    case 'pin':
      return pinRule(world, domain, asked.mfn, asked.level, errno, ahead);
    case 'unpin':
      return errno === undefined
        ? 'unpin-good'
        : world.frames[asked.mfn]?.owner === domain.name
          ? 'unpin-none'
          : 'not-owned';
    case 'base':
      return errno === undefined ? 'base-good' : 'base-bad';
    case 'release':
      return errno === undefined ? 'release-good' : 'not-owned';
    case 'setldt':
      return errno === undefined ? 'segment-good' : 'not-owned';
    case 'gntmap':
      return errno === undefined ? 'loan-good' : errno === 'EBUSY' ? 'loan-typed' : 'loan-unoffered';
    case 'gntunmap':
      return errno === undefined ? 'return-good' : 'return-mismatch';
    case 'm2p':
      return errno === undefined ? 'm2p-good' : 'not-owned';
    case 'iret':
      return 'iret';
    case 'exchange': {
      if (errno === undefined) return 'array-good';
      return reachesXen(asked) ? 'array-beyond' : 'array-readonly';
    }
  }
}

function entryRule(
  world: World,
  domain: Domain,
  table: number,
  word: number,
  errno: string | undefined,
): Rule {
  const frame = world.frames[table];
  if (frame === undefined || frame.owner !== domain.name) return 'not-owned';
  if (frame.halfway !== undefined) return 'half-table';
  if (!isTable(frame.type) || frame.tc === 0) return 'plain-store';
  const target = world.frames[frameOf(word)];
  if (frame.type === 'l1') {
    if (!isPresent(word)) return 'cleared';
    if (errno === undefined) return 'leaf-good';
    if (errno === 'EINVAL') return 'leaf-flags';
    return target?.owner === domain.name ? 'leaf-typed' : 'leaf-foreign';
  }
  if (errno === 'EPERM') return 'xen-slot';
  if (!isPresent(word)) return 'cleared';
  const linear = frameOf(word) === table || (target?.type === 'l2' && target.tc > 0);
  if (linear) return errno === undefined ? 'linear-good' : 'linear-writable';
  if (errno === undefined) return 'directory-good';
  return (flagsOf(word) & (ENTRY.superpage | ENTRY.global | ENTRY.cache)) !== 0
    ? 'directory-flags'
    : 'directory-bad';
}

function pinRule(
  world: World,
  domain: Domain,
  mfn: number,
  level: number,
  errno: string | undefined,
  ahead: World,
): Rule {
  const frame = world.frames[mfn];
  if (frame === undefined || frame.owner !== domain.name) return 'not-owned';
  const goesOn = frame.halfway !== undefined && frame.type === typeOfLevel(level);
  if (errno === undefined) {
    if (goesOn) return 'pin-resumed';
    // The audit has been interrupted.
    if (ahead.frames[mfn]!.halfway !== undefined) return 'pin-long';
    const changes = frame.type !== typeOfLevel(level) && frame.type !== 'none';
    return changes && isStale(world, mfn) ? 'pin-stale' : 'pin-good';
  }
  if (frame.pinned) return 'pin-twice';
  if (goesOn) return 'pin-resumed-bad';
  return frame.tc > 0 && frame.type !== typeOfLevel(level) ? 'pin-alias' : 'pin-bad';
}
