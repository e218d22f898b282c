/** Few things with numbers of their own, the oldest first: to look through an array of them is quicker than a map. */
export interface Numbered {
  readonly id: number;
}

export function numbered<T extends Numbered>(things: readonly T[], id: number): T | undefined {
  for (const thing of things) if (thing.id === id) return thing;
  return undefined;
}

/** Puts another value in the place of the one with its number. */
export function replace<T extends Numbered>(things: T[], by: T): void {
  for (let i = 0; i < things.length; i++) if (things[i]!.id === by.id) things[i] = by;
}

export function remove<T extends Numbered>(things: T[], id: number): void {
  const at = things.findIndex(thing => thing.id === id);
  if (at >= 0) things.splice(at, 1);
}
