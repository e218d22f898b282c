export interface Process {
  readonly name: string;
  /** Index of its address space in `World.mms`, which threads share; -1 once it has exited. */
  mm: number;
  /** Index of the CPU that runs it in `World.cpus`. */
  cpu: number;
  /** RLIMIT_STACK: the most pages that a stack may have after it has grown. */
  stackLimit: number;
  /** Fixed buffers by their id: which of the world's; a child inherits them. */
  rings: ReadonlyMap<string, number>;
}

/** 8 MiB, with which every process begins. Source: _STK_LIM, include/uapi/linux/resource.h. */
const STACK_LIMIT = 2048;

/** The process that is there before the first move. */
export const firstProcess = (name: string): Process => ({
  name,
  mm: 0,
  cpu: 0,
  stackLimit: STACK_LIMIT,
  rings: new Map(),
});

export const cloneProcess = ({ name, mm, cpu, stackLimit, rings }: Process): Process => ({
  name,
  mm,
  cpu,
  stackLimit,
  rings,
});

/** A signal on its way to a process. */
export interface Signal {
  readonly process: string;
  readonly signal: 'SEGV' | 'BUS' | 'KILL';
  readonly code: string;
  readonly address: number;
}
