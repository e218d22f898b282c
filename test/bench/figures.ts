/** What was measured, in nanoseconds, and the kernel's beside it; null where there is nothing to compare with. */
export interface Figure {
  readonly ns: number;
  readonly kernelNs: number | null;
  readonly ratio: number | null;
  readonly goal?: string;
  readonly met?: boolean;
  /** How many of them a second holds is worth telling. */
  readonly often?: boolean;
}

/** What a part says of itself to the process that started it. */
export interface Said {
  readonly figures: Readonly<Record<string, Figure>>;
  /** Why there was no comparison with the kernel. */
  readonly leftOut?: string | undefined;
}

export function inTime(ns: number): string {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(1)} ms`;
  return ns >= 1e4 ? `${(ns / 1e3).toFixed(1)} us` : `${ns.toFixed(0)} ns`;
}
