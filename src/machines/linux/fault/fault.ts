import { type Access, addressOf } from '../../../language/moves.ts';
import type { Trap } from '../../machine.ts';
import type { Extable } from '../calls/interrupted.ts';
import type { Arch } from '../hardware/arch/arch.ts';
import { findVma, type Vma } from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

/** A fault that get_user_pages raises, not the CPU: the same handler serves it (FAULT_FLAG_*). */
export interface GupFault {
  /** FAULT_FLAG_UNSHARE: for a pin that only reads, of a page that may be shared. */
  readonly unshare: boolean;
  /** Can the lock be dropped for input, so that the fault runs again after it? */
  readonly retries: boolean;
}

/** A fault as the handler gets it: what the processor said, and whose it is. */
export class Fault implements Trap {
  readonly kind = 'trap';
  readonly process: string;
  /** Index of the faulting address space. */
  readonly mm: number;
  readonly page: number;
  readonly offset: number;
  readonly access: Access;
  readonly errorCode: number;
  /** Was it taken in user mode? */
  readonly user: boolean;
  readonly wp: boolean;
  /** Where the kernel's own instruction is listed; undefined for a program's, and where none has faulted. */
  readonly extable: Extable | undefined;
  /** Does it go to user memory without having said so, which CR4.SMAP forbids? */
  readonly smap: boolean;
  /** Has the kernel itself jumped there? */
  readonly jumps: boolean;
  /** Were page faults disabled, so that nothing may be served (pagefault_disable)? */
  readonly atomic: boolean;
  readonly arch: Arch;
  readonly gup: GupFault | undefined;
  /** No trap: the kernel has looked itself. */
  declare readonly event?: 'check';

  constructor(
    { setup, cpu, wp, copy }: World,
    { name, mm }: Process,
    page: number,
    offset: number,
    access: Access,
    errorCode: number,
    gup?: GupFault,
    event?: 'check',
  ) {
    this.process = name;
    this.mm = mm;
    this.page = page;
    this.offset = offset;
    this.access = access;
    this.errorCode = errorCode;
    this.user = cpu.mode === 'user' && gup === undefined;
    this.wp = wp === 'on';
    const isByKernel = !this.user && gup === undefined;
    this.jumps = isByKernel && access === 'fetch';
    this.extable = isByKernel ? (this.jumps ? 'none' : (copy?.extable ?? 'main')) : undefined;
    this.smap = setup.smap && this.extable === 'none' && !this.jumps;
    this.atomic = isByKernel && copy?.locked === true && !copy.touching;
    this.arch = setup.arch;
    this.gup = gup;
    if (event !== undefined) this.event = event;
  }

  get address(): number {
    return addressOf(this.page, this.offset, this.arch.base);
  }

  get write(): boolean {
    return this.access === 'write';
  }

  get unshare(): boolean {
    return this.gup?.unshare === true;
  }

  get registers(): readonly (readonly [string, string])[] {
    if (this.gup !== undefined)
      return [
        ['address', `0x${this.address.toString(16)}`],
        ['get_user_pages', this.gup.unshare ? 'unshare' : this.access],
      ];
    return this.arch.registers(this);
  }
}

export const vmaAt = (world: World, fault: Fault): Vma | undefined =>
  findVma(world.mms[fault.mm]!.vmas, fault.page);
