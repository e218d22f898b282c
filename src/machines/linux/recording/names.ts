/**
 * Names of frames and shared objects as the recordings give them: `f0`, `f1` ... and `sh0`, `sh1` ... in
 * the order in which they are first seen, walking processes by number and pages upwards.
 */
export class Names {
  private frames = new Map<number, string>();
  private readonly objects = new Map<number, string>();
  private namedFrames = 0;

  /** A frame keeps its name while some entry maps it; mapped again after that, it gets a new one. */
  frame(pfn: number): string {
    let name = this.frames.get(pfn);
    if (name === undefined) {
      name = `f${this.namedFrames++}`;
      this.frames.set(pfn, name);
    }
    return name;
  }

  object(number: number): string {
    let name = this.objects.get(number);
    if (name === undefined) {
      name = `sh${this.objects.size}`;
      this.objects.set(number, name);
    }
    return name;
  }

  /** Forgets the names of frames that are mapped no longer. */
  keep(mapped: ReadonlySet<number>): void {
    for (const pfn of this.frames.keys()) if (!mapped.has(pfn)) this.frames.delete(pfn);
  }
}
