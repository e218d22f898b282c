/** Each level of the table is indexed by nine bits of the address. Source: Intel SDM 3A, 4.5, and ARM's 4 KB granule. */
const LEVELS = ['PGD', 'PUD', 'PMD', 'PTE'] as const;
const INDEX = 512;
const PAGE = 4096;

/** A virtual address of 48 bits as the processor walks it: an index into the table of each level, and the offset. */
export function indicesOf(address: number): (readonly [name: string, index: number])[] {
  const page = Math.floor(address / PAGE);
  const levels = LEVELS.map((name, i) => {
    const shift = INDEX ** (LEVELS.length - 1 - i);
    return [name, Math.floor(page / shift) % INDEX] as const;
  });
  return [...levels, ['offset', address % PAGE]];
}
