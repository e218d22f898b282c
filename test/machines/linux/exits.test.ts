import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { programs } from './programs.ts';

test('when all have gone, nothing is held but what files and pipes keep', () => {
  fc.assert(
    fc.property(programs({ processes: 5, length: 60, cpus: 2 }), program => {
      const world = linux.boot(program, '6.x');
      for (const move of program.moves) complete(linux, world, move);
      for (const exit of linux.exits(world)) complete(linux, world, exit);
      const kept = new Set([...world.pipes.values()].flat());
      for (const object of world.objects) for (const pfn of object?.pages.values() ?? []) kept.add(pfn);
      for (const slot of world.swap.slots) if (slot !== undefined && slot.pfn >= 0) kept.add(slot.pfn);
      kept.delete(0);
      expect(world.frames.count - 1 - world.frames.free.length).toBe(kept.size);
      const slots = world.objects.flatMap(object => [...(object?.slots.values() ?? [])]);
      const inUse = world.swap.slots.flatMap((slot, i) => (slot !== undefined && slot.count > 0 ? [i] : []));
      expect(inUse).toEqual([...slots].sort((a, b) => a - b));
    }),
    { numRuns: 150 },
  );
});
