import { linuxGuest } from './linux/guest.ts';
import { linux } from './linux/linux.ts';
import type { AnyGuest, AnyMachine } from './machine.ts';
import { xen } from './xen/xen.ts';

/** All systems that can be played, by name. */
export const machines: Readonly<Record<string, AnyMachine>> = { linux, xen };

/** The machine of a system; undefined where there is none of that name. */
export const machineOf = (system: string): AnyMachine | undefined =>
  Object.hasOwn(machines, system) ? machines[system] : undefined;

/** Kernels that can run as guests of a hypervisor, by name. */
export const guests: Readonly<Record<string, AnyGuest>> = { linux: linuxGuest };
