import { hurd } from './hurd/hurd.ts';
import { mach } from './hurd/mach/mach.ts';
import { linux } from './linux/linux.ts';
import type { AnyMachine } from './machine.ts';

/** All systems that can be played, by name. */
export const machines: Readonly<Record<string, AnyMachine>> = { linux, hurd, mach };

/** The machine of a system; undefined where there is none of that name. */
export const machineOf = (system: string): AnyMachine | undefined =>
  Object.hasOwn(machines, system) ? machines[system] : undefined;
