import { guestAddress } from '../../language/xen.ts';
import { isFull } from './full.ts';
import type { Domain, Fault, World } from './world.ts';

/** What Xen is told when a domain traps, and what the screen shows of it. */
export function trap(
  world: World,
  domain: Domain,
  mode: Fault['mode'],
  cause: Fault['cause'],
  errorCode: number,
): Fault {
  const registers = registersOf(world, domain, mode, cause, errorCode);
  if (cause.kind === 'access')
    return {
      kind: 'trap',
      process: domain.name,
      access: cause.write ? 'write' : 'read',
      page: cause.va,
      offset: cause.index,
      address: guestAddress(cause.va, cause.index),
      errorCode,
      registers,
      mode,
      cause,
    };
  return {
    kind: 'trap',
    process: domain.name,
    access: 'read',
    page: 0,
    offset: 0,
    address: 0,
    errorCode,
    event: cause.kind === 'request' ? 'hypercall' : 'exception',
    registers,
    mode,
    cause,
  };
}

type Registers = Fault['registers'];

function registersOf(
  world: World,
  domain: Domain,
  mode: Fault['mode'],
  cause: Fault['cause'],
  errorCode: number,
): Registers {
  const setting = isFull(domain) ? SETTINGS.wp[domain.wp ? 1 : 0]! : SETTINGS.assist[domain.assist ? 1 : 0]!;
  switch (cause.kind) {
    case 'access':
      return [ERROR_CODES[errorCode]!, ['guest mode', mode], setting];
    case 'request':
      return [
        ['request', `${cause.n + 1} of ${cause.of}`],
        ['vCPU', String(domain.current)],
        ['guest mode', world.call?.user === true ? 'user' : mode],
        setting,
      ];
    default:
      return [['guest mode', mode], setting];
  }
}

/** Clear and set, off and on. */
const SETTINGS = {
  wp: [
    ['CR0.WP', '0'],
    ['CR0.WP', '1'],
  ],
  assist: [
    ['vm_assist', 'off'],
    ['vm_assist', 'on'],
  ],
} as const;

/** By error code. */
const ERROR_CODES: Registers = Array.from({ length: 16 }, (_, code) => {
  const bits = [
    (code & 1) !== 0 ? 'present' : 'absent',
    (code & 2) !== 0 ? 'write' : 'read',
    (code & 4) !== 0 ? 'user' : 'supervisor',
  ];
  return ['error code', `${code}: ${bits.join(', ')}`];
});
