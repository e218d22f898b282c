import { starting } from './boot/boot.ts';
import { hosted } from './hosted.ts';
import { hurd } from './hurd/hurd.ts';
import { mach } from './hurd/mach/mach.ts';
import { linuxGuest } from './linux/guest.ts';
import { linux } from './linux/linux.ts';
import type { AnyGuest, AnyMachine } from './machine.ts';
import { together } from './together.ts';
import { ParavirtGuest } from './xen/guest.ts';
import { xen } from './xen/xen.ts';

const linuxOnXen = hosted(linux, linuxGuest, xen, name => new ParavirtGuest(name));

/** Those that run one program side by side, in the order in which they are asked. */
export const kernels = together('kernels', [
  { name: 'linux', title: 'Linux', machine: linux, rules: '6.x' },
  { name: 'guest', title: 'Linux on Xen', machine: linuxOnXen, rules: '6.x' },
  { name: 'hurd', title: 'the Hurd', machine: hurd, rules: 'both' },
]);

/** All systems that can be played, by name. */
export const machines: Readonly<Record<string, AnyMachine>> = {
  linux,
  boot: starting,
  xen,
  hurd,
  mach,
  kernels,
};

/** The machine of a system; undefined where there is none of that name. */
export const machineOf = (system: string): AnyMachine | undefined =>
  Object.hasOwn(machines, system) ? machines[system] : undefined;

/** Kernels that can run as guests of a hypervisor, by name. */
export const guests: Readonly<Record<string, AnyGuest>> = { linux: linuxGuest };
