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

let side: AnyMachine | undefined;
/** Those that run one program side by side, in the order in which they are asked. */
const sideBySide = (): AnyMachine => {
  side ??= together('kernels', [
    { name: 'linux', title: 'Linux', machine: linux, rules: '6.x' },
    {
      name: 'guest',
      title: 'Linux on Xen',
      machine: hosted(linux, linuxGuest, xen, name => new ParavirtGuest(name)),
      rules: '6.x',
    },
    { name: 'hurd', title: 'the Hurd', machine: hurd, rules: 'both' },
  ]);
  return side;
};

/** All systems that can be played, by name. One that is not asked for is not even loaded (`src/build/chunks.ts`). */
export const machines = {
  get linux(): AnyMachine {
    return linux;
  },
  get boot(): AnyMachine {
    return starting;
  },
  get xen(): AnyMachine {
    return xen;
  },
  get hurd(): AnyMachine {
    return hurd;
  },
  get mach(): AnyMachine {
    return mach;
  },
  get kernels(): AnyMachine {
    return sideBySide();
  },
};

/** The machine of a system; undefined where there is none of that name. */
export const machineOf = (system: string): AnyMachine | undefined =>
  Object.hasOwn(machines, system) ? machines[system as keyof typeof machines] : undefined;

/** Kernels that can run as guests of a hypervisor, by name. */
export const guests = {
  get linux(): AnyGuest {
    return linuxGuest;
  },
};
