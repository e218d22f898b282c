import type { Judged } from './judged.ts';

/**
 * The decision tables with what each answer is worth, by row (and era): sections 7.1 and 7.2. Whoever answers with a
 * decision that does nothing for this event leaves the guest where it is: livelock.
 */
export const worths: Readonly<Record<string, Judged>> = {
  F1: {
    rule: 'user-absent',
    best: 'forward',
    worth: {
      livelock: 'emulate retry copy map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F2: {
    rule: 'user-store',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F3: {
    rule: 'valid-store',
    best: 'emulate',
    worth: {
      optimal: 'emulate',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash panic',
      corruption: 'copy',
    },
  },
  F4: {
    rule: 'bad-store',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F5: {
    rule: 'directory-store',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F6: {
    rule: 'untyped-store',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F7: {
    rule: 'no-assist',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F8: {
    rule: 'user-table',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F9: {
    rule: 'untyped-store',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F10: {
    rule: 'absent',
    best: 'forward',
    worth: {
      livelock: 'emulate retry copy map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
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
  F12: {
    rule: 'odd-instruction',
    best: 'forward',
    worth: {
      breach: 'emulate copy',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
    },
  },
  F13: {
    rule: 'half-store',
    best: 'emulate',
    worth: {
      optimal: 'emulate',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash panic',
      corruption: 'copy',
    },
  },
  F14: {
    rule: 'ldt-map',
    best: 'map-ldt',
    worth: {
      livelock: 'emulate retry copy accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash panic',
      optimal: 'map-ldt',
    },
  },
  F15: {
    rule: 'ldt-writable',
    best: 'forward',
    worth: {
      livelock: 'emulate retry copy accept accept-lazy flush-first fast refuse',
      optimal: 'forward',
      misrefused: 'inject crash panic',
      breach: 'map-ldt',
    },
  },
  F16: {
    rule: 'gdt',
    best: 'inject',
    worth: {
      livelock: 'emulate retry copy map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward crash panic',
      optimal: 'inject',
    },
  },
  F17: {
    rule: 'device',
    best: 'emulate',
    worth: {
      optimal: 'emulate',
      livelock: 'retry map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash panic',
      corruption: 'copy',
    },
  },
  F18: {
    rule: 'array-readonly',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt fast',
      misrefused: 'forward inject crash panic',
      optimal: 'accept accept-lazy refuse',
      wasteful: 'flush-first',
    },
  },
  F19: {
    rule: 'reserved',
    best: 'panic',
    worth: {
      livelock: 'emulate retry copy map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash',
      optimal: 'panic',
    },
  },
  F20: {
    rule: 'cr0-wp',
    best: 'inject',
    worth: {
      breach: 'emulate',
      livelock: 'retry copy map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward crash panic',
      optimal: 'inject',
    },
  },
  F21: {
    rule: 'cr0-ts',
    best: 'emulate',
    worth: {
      optimal: 'emulate',
      livelock: 'retry copy map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash panic',
    },
  },
  'X1 3.0.2': {
    rule: 'unhooked-range',
    best: 'flush-retry',
    worth: {
      livelock: 'emulate unhook retry copy map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'flush-retry',
      misrefused: 'forward inject crash panic',
    },
  },
  'X2 3.0.2': {
    rule: 'first-write',
    best: 'unhook',
    worth: {
      optimal: 'emulate unhook',
      livelock: 'flush-retry retry map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash panic',
      corruption: 'copy',
    },
  },
  'X3 3.0.2': {
    rule: 'write-emulated',
    best: 'emulate',
    worth: {
      optimal: 'emulate unhook',
      livelock: 'flush-retry retry map-ldt accept accept-lazy flush-first fast refuse',
      misrefused: 'forward inject crash panic',
      corruption: 'copy',
    },
  },
  'X4 3.0.2': {
    rule: 'unhooked-bad',
    best: 'crash',
    worth: {
      livelock: 'emulate unhook retry copy map-ldt accept accept-lazy flush-first fast refuse',
      optimal: 'flush-retry crash',
      misrefused: 'forward inject panic',
    },
  },
  C1: {
    rule: 'leaf-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject refuse crash panic',
      optimal: 'accept accept-lazy',
      wasteful: 'flush-first',
      breach: 'fast',
    },
  },
  C2: {
    rule: 'leaf-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject refuse crash panic',
      optimal: 'accept accept-lazy',
      wasteful: 'flush-first',
      breach: 'fast',
    },
  },
  C3: {
    rule: 'leaf-typed',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject crash panic',
      breach: 'accept accept-lazy flush-first fast',
      optimal: 'refuse',
    },
  },
  C4: {
    rule: 'leaf-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject refuse crash panic',
      optimal: 'accept accept-lazy',
      wasteful: 'flush-first',
      breach: 'fast',
    },
  },
  C5: {
    rule: 'pin-alias',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt fast',
      misrefused: 'forward inject crash panic',
      breach: 'accept accept-lazy flush-first',
      optimal: 'refuse',
    },
  },
  C6: {
    rule: 'pin-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt fast',
      misrefused: 'forward inject refuse crash panic',
      optimal: 'accept accept-lazy',
      wasteful: 'flush-first',
    },
  },
  C7: {
    rule: 'pin-bad',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt fast',
      misrefused: 'forward inject crash panic',
      breach: 'accept accept-lazy flush-first',
      optimal: 'refuse',
    },
  },
  C8: {
    rule: 'directory-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject refuse crash panic',
      wasteful: 'accept flush-first',
      optimal: 'accept-lazy',
      breach: 'fast',
    },
  },
  C9: {
    rule: 'directory-flags',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject crash panic',
      breach: 'accept accept-lazy flush-first fast',
      optimal: 'refuse',
    },
  },
  C10: {
    rule: 'linear-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject refuse crash panic',
      wasteful: 'accept accept-lazy flush-first',
      optimal: 'fast',
    },
  },
  C11: {
    rule: 'linear-writable',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject crash panic',
      breach: 'accept accept-lazy flush-first fast',
      optimal: 'refuse',
    },
  },
  C12: {
    rule: 'linear-writable',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject crash panic',
      breach: 'accept accept-lazy flush-first fast',
      optimal: 'refuse',
    },
  },
  C13: {
    rule: 'release-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt fast',
      misrefused: 'forward inject refuse crash panic',
      optimal: 'accept accept-lazy',
      wasteful: 'flush-first',
    },
  },
  C14: {
    rule: 'base-good',
    best: 'accept',
    worth: {
      livelock: 'emulate retry copy map-ldt fast',
      misrefused: 'forward inject refuse crash panic',
      optimal: 'accept accept-lazy',
      wasteful: 'flush-first',
    },
  },
  C15: {
    rule: 'leaf-foreign',
    best: 'refuse',
    worth: {
      livelock: 'emulate retry copy map-ldt',
      misrefused: 'forward inject crash panic',
      breach: 'accept accept-lazy flush-first fast',
      optimal: 'refuse',
    },
  },
};
