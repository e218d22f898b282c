import type { Program, Region, Settings } from '../../language/moves.ts';
import { type Arch, archOf } from './hardware/arch/arch.ts';

/** What a program has chosen of its machine and its kernel before the first move; it never changes. */
export interface Setup {
  readonly arch: Arch;
  /** Does fork copy the top page of each stack at once? */
  readonly eagerStack: boolean;
  /** Whether read-only entries hold for the kernel's own stores; by software if the kernel looks itself. */
  readonly wp: NonNullable<Settings['wp']>;
  /** CR4.SMAP: does user memory stop the kernel, unless it has set EFLAGS.AC? */
  readonly smap: boolean;
  /** CR4.SMEP: does user memory stop the kernel when it jumps there? */
  readonly smep: boolean;
  /** Frames that there are; infinite where nobody counts them. */
  readonly memory: number;
  /** vm.overcommit_memory: how much may be promised. */
  readonly overcommit: NonNullable<Settings['overcommit']>;
  /** Names for the screen; no rule looks at them. */
  readonly regions: readonly Region[];
}

export const setupOf = ({ regions, memory, settings = {} }: Program): Setup => ({
  arch: archOf(settings),
  eagerStack: settings.stack === 'eager',
  wp: settings.wp ?? 'on',
  smap: settings.smap === 'on',
  smep: settings.smep !== 'off',
  memory: memory ?? Number.POSITIVE_INFINITY,
  overcommit: settings.overcommit ?? 'heuristic',
  regions,
});
