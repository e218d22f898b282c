/**
 * Names as the recordings give them: `f0`, `f1` ... to anonymous frames, `s0` ... to swap slots, `sh0` ... to
 * shared objects, in the order in which they are first seen, walking processes by number and pages upwards.
 * A frame or slot keeps its name from one snapshot to the next, even if it was freed and taken again between them; one
 * that was in no entry then gets a new one.
 */
export class Names {
  private frames = new Map<number, string>();
  private slots = new Map<number, string>();
  private seenFrames = new Map<number, string>();
  private seenSlots = new Map<number, string>();
  private readonly objects = new Map<number, string>();
  private namedFrames = 0;
  private namedSlots = 0;

  /** `known` is the name that it is known to have had before, if it has none now. */
  frame(pfn: number, known: string | undefined): string {
    const name = this.seenFrames.get(pfn) ?? this.frames.get(pfn) ?? known ?? `f${this.namedFrames++}`;
    this.seenFrames.set(pfn, name);
    return name;
  }

  isNamed(pfn: number): boolean {
    return this.seenFrames.has(pfn) || this.frames.has(pfn);
  }

  slot(number: number): string {
    const name = this.seenSlots.get(number) ?? this.slots.get(number) ?? `s${this.namedSlots++}`;
    this.seenSlots.set(number, name);
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

  /** A snapshot is complete: what it has not seen is forgotten. Answers the slots' names of it and the one before. */
  turn(): ReadonlySet<string> {
    const slots = new Set([...this.slots.values(), ...this.seenSlots.values()]);
    this.frames = this.seenFrames;
    this.slots = this.seenSlots;
    this.seenFrames = new Map();
    this.seenSlots = new Map();
    return slots;
  }
}
