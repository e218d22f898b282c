import { ENTRY } from '../../language/xen.ts';

/**
 * A hypervisor as a value: what distinguishes one from another, or a broken one from a whole one, stands here.
 * Specification sections 3 to 8.
 */
export interface RuleSet {
  readonly name: string;
  /** '3.0.2' unhooks tables that a guest writes to; '3.0.3' emulates store by store. */
  readonly unhooks: boolean;
  readonly entries: EntryRules;
  readonly types: TypeRules;
  readonly calls: CallRules;
  readonly faults: FaultRules;
  readonly slots: SlotRules;
  readonly full: FullRules;
  readonly grants: GrantRules;
  /** CR0.WP, which Xen never lets go of. */
  readonly wp: boolean;
}

/** What is looked at before an entry is let into a table. Source: get_page_from_l1e, get_page_from_l2e. */
export interface EntryRules {
  readonly checksOwner: boolean;
  readonly checksFlags: boolean;
  /** A writable entry takes the type `writable`, which a table in use does not give. */
  readonly takesWritable: boolean;
  readonly takesGeneral: boolean;
  readonly dropsOld: boolean;
  readonly guardsXenSlot: boolean;
  readonly linearReadOnly: boolean;
  /** Bits that may change without the entry being looked at anew (FASTPATH_FLAG_WHITELIST). */
  readonly whitelist: number;
}

/** Taking and dropping types. Source: __get_page_type, __put_page_type. */
export interface TypeRules {
  readonly exclusive: boolean;
  readonly audits: boolean;
  /** What an audit that fails has taken so far is given back. */
  readonly undoes: boolean;
  readonly dropsChildren: boolean;
  readonly flushes: 'after' | 'before' | 'never';
  readonly updatesIommu: boolean;
  /** A long audit or teardown lets others run in between, and is finished later. */
  readonly preempts: boolean;
  /** It goes on at the very entry that it had come to. */
  readonly resumesExactly: boolean;
  /** Its completion is queued on the vCPU that began it. */
  readonly queuesRest: boolean;
  /** No entry of a table that is only half audited is changed by a request. */
  readonly guardsHalf: boolean;
}

/** Source: do_mmu_update, do_mmuext_op. */
export interface CallRules {
  readonly pinsOnce: boolean;
  readonly unpinsPinned: boolean;
  readonly flushesDirectories: boolean;
  readonly validatesBase: boolean;
  /** A batch ends at the first request that fails. */
  readonly stopsAtError: boolean;
  readonly kernelOnly: boolean;
  readonly checksWholeArray: boolean;
}

/** Source: pv_ro_page_fault, do_page_fault. */
export interface FaultRules {
  readonly needsAssist: boolean;
  readonly kernelOnly: boolean;
  readonly typedOnly: boolean;
  readonly validates: boolean;
  readonly recomputesUser: boolean;
}

/** Source: ptwr_do_page_fault, ptwr_flush of 3.0.2. */
export interface SlotRules {
  readonly clearsPresent: boolean;
  readonly flushesFirst: boolean;
  readonly revalidates: boolean;
  readonly restores: boolean;
  readonly rehooks: boolean;
}

/** Fully virtualized guests. Source: sh_page_fault, __mem_sharing_unshare_page, p2m_pod_demand_populate. */
export interface FullRules {
  /** The guest's own CR0.WP counts. */
  readonly honoursWp: boolean;
  /** A page that others have too is copied before it is written to. */
  readonly copiesShared: boolean;
  readonly zeroesPool: boolean;
}

/** Source: map_grant_ref, unmap_common. */
export interface GrantRules {
  readonly checksOffer: boolean;
  /** A writable loan takes the type `writable` of the lender's frame. */
  readonly takesWritable: boolean;
  /** What is given back must have the right that the entry has. */
  readonly matchesRight: boolean;
}

/** NX, GLOBAL, D, A of the whitelist; the model has no AVAIL and USER bits. */
export const WHITELIST = ENTRY.nx | ENTRY.global | ENTRY.dirty | ENTRY.accessed;

const emulating: RuleSet = {
  name: '3.0.3',
  unhooks: false,
  entries: {
    checksOwner: true,
    checksFlags: true,
    takesWritable: true,
    takesGeneral: true,
    dropsOld: true,
    guardsXenSlot: true,
    linearReadOnly: true,
    whitelist: WHITELIST,
  },
  types: {
    exclusive: true,
    audits: true,
    undoes: true,
    dropsChildren: true,
    flushes: 'after',
    updatesIommu: true,
    preempts: true,
    resumesExactly: true,
    queuesRest: true,
    guardsHalf: true,
  },
  calls: {
    pinsOnce: true,
    unpinsPinned: true,
    flushesDirectories: true,
    validatesBase: true,
    stopsAtError: true,
    kernelOnly: true,
    checksWholeArray: true,
  },
  faults: { needsAssist: true, kernelOnly: true, typedOnly: true, validates: true, recomputesUser: true },
  slots: { clearsPresent: true, flushesFirst: true, revalidates: true, restores: true, rehooks: true },
  full: { honoursWp: true, copiesShared: true, zeroesPool: true },
  grants: { checksOffer: true, takesWritable: true, matchesRight: true },
  wp: true,
};

/** The default is the last: what Xen has done from 3.0.3 to today. */
export const ruleSets: Readonly<Record<string, RuleSet>> = {
  '3.0.2': {
    ...emulating,
    name: '3.0.2',
    unhooks: true,
    types: { ...emulating.types, preempts: false },
  },
  '3.0.3': emulating,
};
