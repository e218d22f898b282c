/** The decision tables of the specification (7.1 and 7.2): a state for each row. The last move is the one in question. */
export interface RowOf {
  readonly id: string;
  readonly what: string;
  readonly rules?: '3.0.2';
  /** Of a fully virtualized guest. */
  readonly full?: true;
  readonly program: string;
}

/** alice: root f2, kernel table f3 at slot 1, table of programs f4 at slot 0, data f5 f6 f7. */
const ALICE = 'xen: domain alice pv64 6\n';
const ASSIST = `${ALICE}alice: assist on\n`;
/** carol: fully virtualized, root f2, kernel table f3, table of programs f4, data f5 f6; f5 is read-only to her. */
const carol = (kind: string) => `xen: domain carol ${kind} 5\ncarol: kwrite @1.2[0] f5:r-\n`;
const SHADOW = carol('shadow');
/** dave has a page that holds what f6 does, and both are one frame. */
const DEDUP = `${SHADOW}xen: domain dave idle 2\ncarol: kwrite @1.2[1] f6:rw\nxen: dedup f6 f7\n`;
/** f5 is to be a table; after two entries it is somebody else's turn. */
const HALF =
  `${ALICE}alice: assist off\nalice: update f5[0]=f6:r- f5[4]=f7:r- f3[3]=f5:r-\n` +
  'xen: preempt 2\nalice: pin l1 f5\n';
const BOB = 'xen: domain bob idle 1\n';
/** bob's only frame is f8, and alice may have it. */
const LENT = `${ALICE}${BOB}bob: grant f8 alice rw\n`;
/** In 3.0.2 the very first store is emulated; after it a table is unhooked. */
const WARM = `${ASSIST}alice: kwrite @1.2[0] f5:rw\n`;
const OPEN = `${WARM}alice: kwrite @1.2[1] f6:rw\n`;

export const rows: readonly RowOf[] = [
  { id: 'F1', what: 'a program touches nothing', program: `${ALICE}alice: uread @0.3` },
  {
    id: 'F2',
    what: 'a program stores to a read-only data page',
    program: `${ASSIST}alice: update f4[0]=f5:r-\nalice: uwrite @0.0 9`,
  },
  {
    id: 'F3',
    what: 'the kernel stores a good entry to its l1',
    program: `${ASSIST}alice: kwrite @1.2[0] f5:rw`,
  },
  {
    id: 'F4',
    what: 'the kernel stores a bad entry to its l1',
    program: `${ASSIST}${BOB}alice: kwrite @1.2[0] f8:rw`,
  },
  { id: 'F5', what: 'the kernel stores to its l2', program: `${ASSIST}alice: kwrite @1.0[3] f4:rw` },
  {
    id: 'F6',
    what: 'the kernel stores to a read-only page that is no table yet',
    program: `${ASSIST}alice: update f3[3]=f5:r-\nalice: kwrite @1.3[0] f6:rw`,
  },
  { id: 'F7', what: 'as F3 without vm_assist', program: `${ALICE}alice: kwrite @1.2[0] f5:rw` },
  {
    id: 'F8',
    what: 'a program stores to an l1 that it can see',
    program: `${ASSIST}alice: update f4[1]=f4:r-\nalice: uwrite @0.1[0] f5:rw`,
  },
  {
    id: 'F9',
    what: 'the kernel stores to a read-only page of a program',
    program: `${ASSIST}alice: update f4[0]=f5:r-\nalice: kwrite @0.0 9`,
  },
  { id: 'F10', what: 'the kernel loads from nothing', program: `${ALICE}alice: kread @0.3` },
  {
    id: 'F11',
    what: 'another vCPU has just made the entry writable',
    program: `${ALICE}alice: update f4[0]=f5:r-\nalice: uread @0.0\nalice: cpu 1\nalice: update f4[0]=f5:rw\nalice: cpu 0\nalice: kwrite @0.0 9`,
  },
  {
    id: 'F11',
    what: 'the same in 3.0.2',
    rules: '3.0.2',
    program: `${ASSIST}alice: update f4[0]=f5:r-\nalice: uread @0.0\nalice: cpu 1\nalice: update f4[0]=f5:rw\nalice: cpu 0\nalice: kwrite @0.0 9`,
  },
  { id: 'F12', what: 'as F3 by an odd instruction', program: `${ASSIST}alice: kpush @1.2[0] f5:rw` },
  {
    id: 'F13',
    what: 'a 32-bit kernel stores the upper half of an entry',
    program: `xen: domain alice pv32 6\nalice: assist on\n${BOB}alice: update f4[0]=f5:rw\nalice: khigh @1.2[0] f8:rw`,
  },
  {
    id: 'F14',
    what: 'a selector is loaded, the LDT frame is free',
    program: `${ALICE}alice: update f3[3]=f5:r-\nalice: setldt f5\nalice: segload ldt`,
  },
  {
    id: 'F15',
    what: 'a selector is loaded, the LDT frame is writable',
    program: `${ALICE}alice: setldt f5\nalice: segload ldt`,
  },
  { id: 'F16', what: 'a selector of the GDT is loaded', program: `${ALICE}alice: segload gdt` },
  {
    id: 'F17',
    what: 'dom0 stores to a device that it may only read',
    program: 'xen: domain dom0 pv64 6\ndom0: update f4[0]=f1:r-\ndom0: kwrite @0.0 9',
  },
  {
    id: 'F18',
    what: 'Xen is to write to a read-only page of the guest',
    program: `${ALICE}alice: exchange @1.2 0`,
  },
  {
    id: 'F19',
    what: 'a reserved bit',
    program: `${ALICE}alice: update f4[0]=f5:rw\nxen: flip f4[0]\nalice: kread @0.0`,
  },
  { id: 'F20', what: 'CR0.WP', program: `${ALICE}alice: cr0 wp` },
  { id: 'F21', what: 'CR0.TS', program: `${ALICE}alice: cr0 ts` },
  {
    id: 'X1',
    what: 'a load in the range of an unhooked table',
    rules: '3.0.2',
    program: `${OPEN}alice: uread @0.0`,
  },
  {
    id: 'X2',
    what: 'a store to an l1, the slot is free',
    rules: '3.0.2',
    program: `${WARM}alice: kwrite @1.2[1] f6:rw`,
  },
  {
    id: 'X3',
    what: 'a store to an l1 that is hooked twice',
    rules: '3.0.2',
    program: `${WARM}alice: update f2[3]=f4:rw\nalice: kwrite @1.2[1] f6:rw`,
  },
  {
    id: 'X4',
    what: 'the unhooked table holds a bad entry',
    rules: '3.0.2',
    program: `${OPEN}alice: kwrite @1.2[2] f0:rw\nalice: uread @0.0`,
  },
  { id: 'C1', what: 'map an own data frame writable', program: `${ALICE}alice: update f4[0]=f5:rw` },
  { id: 'C2', what: 'map an own l1 read-only', program: `${ALICE}alice: update f4[0]=f4:r-` },
  { id: 'C3', what: 'map an own l1 writable', program: `${ALICE}alice: update f3[2]=f4:rw` },
  {
    id: 'C4',
    what: 'map a frame writable that was an l1',
    program: `${ALICE}alice: update f2[0]=0\nalice: update f3[2]=f4:rw`,
  },
  { id: 'C5', what: 'pin an l1 that has a writable alias', program: `${ALICE}alice: pin l1 f5` },
  {
    id: 'C6',
    what: 'the same, the alias made read-only',
    program: `${ALICE}alice: update f3[3]=f5:r-\nalice: pin l1 f5`,
  },
  {
    id: 'C7',
    what: "pin a table that names another's frame",
    program: `${ALICE}${BOB}alice: update f5[0]=f8:r- f3[3]=f5:r-\nalice: pin l1 f5`,
  },
  {
    id: 'C8',
    what: 'a directory entry to a frame that is no table yet',
    program: `${ALICE}alice: update f3[3]=f5:r-\nalice: update f2[2]=f5:rw`,
  },
  { id: 'C9', what: 'a directory entry with PSE', program: `${ALICE}alice: update f2[0]=f4:rw,ps` },
  { id: 'C10', what: 'a root names itself, read-only', program: `${ALICE}alice: update f2[5]=f2:r-` },
  { id: 'C11', what: 'a root names itself, writable', program: `${ALICE}alice: update f2[5]=f2:rw` },
  {
    id: 'C12',
    what: 'C10, then its RW bit is set',
    program: `${ALICE}alice: update f2[5]=f2:r-\nalice: update f2[5]=f2:rw`,
  },
  { id: 'C13', what: 'give back a frame that is mapped', program: `${ALICE}alice: release f5` },
  {
    id: 'C14',
    what: 'load a root that was never audited',
    program: `${ALICE}alice: update f5[0]=f4:rw f5[1]=f3:rw f3[3]=f5:r-\nalice: base f5`,
  },
  {
    id: 'C15',
    what: 'a batch whose third request is bad',
    program: `${ALICE}alice: update f4[0]=f5:rw f4[1]=f6:rw f4[2]=f0:rw f4[3]=f7:rw f4[4]=f7:r-`,
  },
  {
    id: 'T1',
    what: 'a pin whose audit is interrupted',
    program: `${HALF}`,
  },
  {
    id: 'T2',
    what: 'the rest of it is good',
    program: `${HALF}alice: resume`,
  },
  {
    id: 'T3',
    what: 'the rest of it is bad (XSA-299)',
    program: `${HALF.replace('f5[4]=f7:r-', 'f5[4]=f4:rw')}alice: resume`,
  },
  {
    id: 'T4',
    what: 'another CPU maps the half audited table writable',
    program: `${HALF}alice: cpu 1\nalice: update f3[3]=f5:rw`,
  },
  {
    id: 'T5',
    what: 'another CPU changes an entry that was looked at',
    program: `${HALF}alice: cpu 1\nalice: update f5[0]=f3:rw`,
  },
  {
    id: 'T6',
    what: 'the kernel stores to the half audited table',
    program: `${HALF.replace('off', 'on')}alice: cpu 1\nalice: kwrite @1.3[5] f6:r-`,
  },
  {
    id: 'T7',
    what: 'another CPU hooks the half audited table in',
    program: `${HALF}alice: cpu 1\nalice: update f2[2]=f5:rw`,
  },
  {
    id: 'T8',
    what: 'another CPU has pinned it meanwhile',
    program: `${HALF}alice: cpu 1\nalice: pin l1 f5\nalice: cpu 0\nalice: resume`,
  },
  {
    id: 'T9',
    what: 'a table that is half torn down is mapped writable by another CPU',
    program: `${HALF.replace('xen: preempt 2\n', '')}xen: preempt 2\nalice: unpin f5\nalice: cpu 1\nalice: update f3[3]=f5:rw`,
  },
  {
    id: 'T10',
    what: 'the same by the CPU that tears it down',
    program: `${HALF.replace('xen: preempt 2\n', '')}xen: preempt 2\nalice: unpin f5\nalice: update f3[3]=f5:rw`,
  },
  {
    id: 'H1',
    what: 'the kernel stores to a read-only page, CR0.WP clear',
    full: true,
    program: `${SHADOW}carol: cr0 wp\ncarol: kwrite @0.0 9`,
  },
  {
    id: 'H2',
    what: 'the same, CR0.WP set',
    full: true,
    program: `${SHADOW}carol: kwrite @0.0 9`,
  },
  {
    id: 'H3',
    what: 'a program stores to a table that has a shadow',
    full: true,
    program: `${SHADOW}carol: kwrite @1.2[1] f4:rw\ncarol: uread @0.0\ncarol: uwrite @0.1[5] 9`,
  },
  {
    id: 'H3 kernel',
    what: 'the kernel stores to a table that has a shadow',
    full: true,
    program: `${SHADOW}carol: uread @0.0\ncarol: kwrite @1.2[1] f6:rw`,
  },
  {
    id: 'H4',
    what: 'a store to a page that another domain has too',
    full: true,
    program: `${DEDUP}carol: uwrite @0.1 9`,
  },
  {
    id: 'H5',
    what: 'the same, the other gone',
    full: true,
    program: `${DEDUP}dave: exit\ncarol: uwrite @0.1 9`,
  },
  {
    id: 'H6',
    what: 'a load from a page that is populated on demand',
    full: true,
    program: `${SHADOW}xen: pod f5\ncarol: uread @0.0`,
  },
  {
    id: 'G1',
    what: 'map a frame as it was granted',
    program: `${LENT}alice: gntmap @0.0 f8 rw`,
  },
  {
    id: 'G2',
    what: 'map a frame writable that was granted to read',
    program: `${LENT.replace('rw', 'r-')}alice: gntmap @0.0 f8 rw`,
  },
  {
    id: 'G3',
    what: 'the lender makes a table of it meanwhile',
    program: `${LENT}alice: gntmap @0.0 f8 rw\nbob: pin l1 f8`,
  },
  {
    id: 'G4',
    what: 'the same, on loan to read only',
    program: `${LENT}alice: gntmap @0.0 f8 r-\nbob: pin l1 f8`,
  },
  {
    id: 'G5',
    what: 'unmap what was mapped',
    program: `${LENT}alice: gntmap @0.0 f8 rw\nalice: gntunmap @0.0 f8 rw`,
  },
  {
    id: 'G6',
    what: 'unmap as writable what was mapped to read (XSA-234)',
    program: `${LENT}alice: gntmap @0.0 f8 rw\nalice: gntmap @0.1 f8 r-\nalice: gntunmap @0.1 f8 rw`,
  },
  {
    id: 'G7',
    what: 'map a frame that the lender has in use as a table',
    program: `${LENT}bob: pin l1 f8\nalice: gntmap @0.0 f8 rw`,
  },
  {
    id: 'G8',
    what: 'name a frame on loan by an entry of one’s own',
    program: `${LENT}alice: gntmap @0.0 f8 rw\nalice: update f4[1]=f8:r-`,
  },
];
