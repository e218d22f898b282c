import { linux } from './linux/linux.ts';
import type { AnyMachine } from './machine.ts';
import { xen } from './xen/xen.ts';

/** All systems that can be played, by name. */
export const machines: Readonly<Record<string, AnyMachine>> = { linux, xen };

/** The machine of a system; undefined where there is none of that name. */
export const machineOf = (system: string): AnyMachine | undefined =>
  Object.hasOwn(machines, system) ? machines[system] : undefined;
