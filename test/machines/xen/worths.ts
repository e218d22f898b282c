import type { Judged } from './judged.ts';

/** What each answer comes to, where several rows agree. Answers that are not named do nothing for the event: livelock. */
const ONLY_FORWARD = { optimal: 'forward', misrefused: 'inject crash panic' };
const FORWARD = { breach: 'emulate copy', optimal: 'forward', misrefused: 'inject crash panic' };
const EMULATE = { optimal: 'emulate', misrefused: 'forward inject crash panic', corruption: 'copy' };
const ACCEPT_ENTRY = {
  misrefused: 'forward inject refuse crash panic',
  optimal: 'accept accept-lazy',
  wasteful: 'flush-first',
  breach: 'fast',
};
const ACCEPT = {
  misrefused: 'forward inject refuse crash panic',
  optimal: 'accept accept-lazy',
  wasteful: 'flush-first',
};
const REFUSE_ENTRY = {
  misrefused: 'forward inject crash panic',
  breach: 'accept accept-lazy flush-first fast',
  optimal: 'refuse',
};
const REFUSE = {
  misrefused: 'forward inject crash panic',
  breach: 'accept accept-lazy flush-first',
  optimal: 'refuse',
};
/** Xen flushes for every directory entry; where no CPU can remember anything of it, that was for nothing. */
const HOOK = {
  misrefused: 'forward inject refuse crash panic',
  wasteful: 'accept flush-first',
  optimal: 'accept-lazy',
  breach: 'fast',
};
const OPEN = { optimal: 'emulate unhook', misrefused: 'forward inject crash panic', corruption: 'copy' };
const SHADOWED = { optimal: 'emulate unshadow', misrefused: 'forward inject crash panic' };

/** The decision tables with what each answer is worth, by row (and era): sections 7.1 and 7.2. */
export const worths: Readonly<Record<string, Judged>> = {
  F1: { rule: 'user-absent', best: 'forward', worth: ONLY_FORWARD },
  F2: { rule: 'user-store', best: 'forward', worth: FORWARD },
  F3: { rule: 'valid-store', best: 'emulate', worth: EMULATE },
  F4: { rule: 'bad-store', best: 'forward', worth: FORWARD },
  F5: { rule: 'directory-store', best: 'forward', worth: FORWARD },
  F6: { rule: 'untyped-store', best: 'forward', worth: FORWARD },
  F7: { rule: 'no-assist', best: 'forward', worth: FORWARD },
  F8: { rule: 'user-table', best: 'forward', worth: FORWARD },
  F9: { rule: 'untyped-store', best: 'forward', worth: FORWARD },
  F10: { rule: 'absent', best: 'forward', worth: ONLY_FORWARD },
  F11: {
    rule: 'spurious',
    best: 'forward',
    worth: {
      wasteful: 'emulate flush-first',
      optimal: 'retry forward copy map-ldt accept accept-lazy fast refuse',
      misrefused: 'inject crash panic',
    },
  },
  'F11 3.0.2': {
    rule: 'spurious',
    best: 'retry',
    worth: {
      wasteful: 'emulate flush-first',
      optimal: 'unhook flush-retry retry forward copy map-ldt accept accept-lazy fast refuse',
      misrefused: 'inject crash panic',
    },
  },
  F12: { rule: 'odd-instruction', best: 'forward', worth: FORWARD },
  F13: { rule: 'half-store', best: 'emulate', worth: EMULATE },
  F14: {
    rule: 'ldt-map',
    best: 'map-ldt',
    worth: { misrefused: 'forward inject crash panic', optimal: 'map-ldt' },
  },
  F15: {
    rule: 'ldt-writable',
    best: 'forward',
    worth: { optimal: 'forward', misrefused: 'inject crash panic', breach: 'map-ldt' },
  },
  F16: { rule: 'gdt', best: 'inject', worth: { misrefused: 'forward crash panic', optimal: 'inject' } },
  F17: { rule: 'device', best: 'emulate', worth: EMULATE },
  F18: {
    rule: 'array-readonly',
    best: 'refuse',
    worth: {
      misrefused: 'forward inject crash panic',
      optimal: 'accept accept-lazy refuse',
      wasteful: 'flush-first',
    },
  },
  F19: { rule: 'reserved', best: 'panic', worth: { misrefused: 'forward inject crash', optimal: 'panic' } },
  F20: {
    rule: 'cr0-wp',
    best: 'inject',
    worth: { breach: 'emulate', misrefused: 'forward crash panic', optimal: 'inject' },
  },
  F21: {
    rule: 'cr0-ts',
    best: 'emulate',
    worth: { optimal: 'emulate', misrefused: 'forward inject crash panic' },
  },
  'X1 3.0.2': {
    rule: 'unhooked-range',
    best: 'flush-retry',
    worth: { optimal: 'flush-retry', misrefused: 'forward inject crash panic' },
  },
  'X2 3.0.2': { rule: 'first-write', best: 'unhook', worth: OPEN },
  'X3 3.0.2': {
    rule: 'write-emulated',
    best: 'emulate',
    worth: { ...EMULATE, breach: 'unhook' },
  },
  'X4 3.0.2': {
    rule: 'unhooked-bad',
    best: 'crash',
    worth: { optimal: 'flush-retry crash', misrefused: 'forward inject panic' },
  },
  C1: { rule: 'leaf-good', best: 'accept', worth: ACCEPT_ENTRY },
  C2: { rule: 'leaf-good', best: 'accept', worth: ACCEPT_ENTRY },
  C3: { rule: 'leaf-typed', best: 'refuse', worth: REFUSE_ENTRY },
  C4: { rule: 'leaf-good', best: 'accept', worth: ACCEPT_ENTRY },
  C5: { rule: 'pin-alias', best: 'refuse', worth: REFUSE },
  C6: { rule: 'pin-good', best: 'accept', worth: ACCEPT },
  C7: { rule: 'pin-bad', best: 'refuse', worth: REFUSE },
  C8: { rule: 'directory-good', best: 'accept', worth: HOOK },
  C9: { rule: 'directory-flags', best: 'refuse', worth: REFUSE_ENTRY },
  C10: {
    rule: 'linear-good',
    best: 'accept',
    worth: {
      misrefused: 'forward inject refuse crash panic',
      wasteful: 'accept accept-lazy flush-first',
      optimal: 'fast',
    },
  },
  C11: { rule: 'linear-writable', best: 'refuse', worth: REFUSE_ENTRY },
  C12: { rule: 'linear-writable', best: 'refuse', worth: REFUSE_ENTRY },
  C13: { rule: 'release-good', best: 'accept', worth: ACCEPT },
  C14: { rule: 'base-good', best: 'accept', worth: ACCEPT },
  C15: { rule: 'leaf-foreign', best: 'refuse', worth: REFUSE_ENTRY },
  T1: { rule: 'pin-long', best: 'accept', worth: ACCEPT },
  T2: { rule: 'pin-resumed', best: 'accept', worth: ACCEPT },
  T3: { rule: 'pin-resumed-bad', best: 'refuse', worth: REFUSE },
  T4: { rule: 'leaf-typed', best: 'refuse', worth: REFUSE_ENTRY },
  T5: {
    rule: 'half-table',
    best: 'refuse',
    worth: {
      misrefused: 'forward inject crash panic',
      leak: 'accept accept-lazy flush-first fast',
      optimal: 'refuse',
    },
  },
  T6: { rule: 'half-table-store', best: 'forward', worth: FORWARD },
  T7: { rule: 'directory-good', best: 'accept', worth: HOOK },
  T8: {
    rule: 'pin-twice',
    best: 'refuse',
    worth: {
      misrefused: 'forward inject crash panic',
      leak: 'accept accept-lazy flush-first',
      optimal: 'refuse',
    },
  },
  T9: { rule: 'leaf-typed', best: 'refuse', worth: REFUSE_ENTRY },
  T10: { rule: 'leaf-good', best: 'accept', worth: ACCEPT_ENTRY },
  H1: {
    rule: 'wp-clear',
    best: 'emulate',
    worth: { optimal: 'emulate', misrefused: 'forward inject crash panic' },
  },
  H2: {
    rule: 'guest-fault',
    best: 'forward',
    worth: { breach: 'emulate', optimal: 'forward', misrefused: 'inject crash panic' },
  },
  H3: { rule: 'shadowed-user', best: 'unshadow', worth: SHADOWED },
  'H3 kernel': { rule: 'shadowed-kernel', best: 'emulate', worth: SHADOWED },
  H4: {
    rule: 'page-shared',
    best: 'copy',
    worth: { breach: 'emulate unshare', misrefused: 'forward inject crash panic', optimal: 'copy' },
  },
  H5: {
    rule: 'page-last',
    best: 'unshare',
    worth: {
      breach: 'emulate',
      misrefused: 'forward inject crash panic',
      wasteful: 'copy',
      optimal: 'unshare',
    },
  },
  H6: {
    rule: 'page-on-demand',
    best: 'populate',
    worth: { misrefused: 'forward inject crash panic', optimal: 'populate' },
  },
  G1: { rule: 'loan-good', best: 'accept', worth: ACCEPT },
  G2: { rule: 'loan-unoffered', best: 'refuse', worth: REFUSE },
  G3: { rule: 'pin-alias', best: 'refuse', worth: REFUSE },
  G4: { rule: 'pin-good', best: 'accept', worth: ACCEPT },
  G5: {
    rule: 'return-good',
    best: 'accept',
    worth: {
      misrefused: 'forward inject refuse crash panic',
      wasteful: 'accept flush-first',
      optimal: 'accept-lazy',
    },
  },
  G6: { rule: 'return-mismatch', best: 'refuse', worth: REFUSE },
  G7: { rule: 'loan-typed', best: 'refuse', worth: REFUSE },
  G8: { rule: 'leaf-foreign', best: 'refuse', worth: REFUSE_ENTRY },
};
