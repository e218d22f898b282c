import { hurd } from './hurd/hurd.ts';
import { mach } from './hurd/mach/mach.ts';
import { linux } from './linux/linux.ts';
import type { AnyMachine } from './machine.ts';
import { together } from './together.ts';

/** Those that run one program side by side, in the order in which they are asked. */
export const kernels = together('kernels', [
  { name: 'linux', title: 'Linux', machine: linux, rules: '6.x' },
  { name: 'hurd', title: 'the Hurd', machine: hurd, rules: 'both' },
]);

/** All systems that can be played, by name. */
export const machines: Readonly<Record<string, AnyMachine>> = { linux, hurd, mach, kernels };

/** The machine of a system; undefined where there is none of that name. */
export const machineOf = (system: string): AnyMachine | undefined =>
  Object.hasOwn(machines, system) ? machines[system] : undefined;
