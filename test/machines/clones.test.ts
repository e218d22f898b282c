import { describe, expect, it } from 'vitest';
import type { World } from '../../src/judge/run.ts';
import type { Move } from '../../src/language/moves.ts';
import { library } from '../../src/levels/library.ts';
import { programFor } from '../../src/levels/variants.ts';
import { type AnyMachine, isTrap, type Trap } from '../../src/machines/machine.ts';
import { machineOf } from '../../src/machines/registry.ts';

/** Which world goes on at each step: the one that was cloned, or its clone. */
type Choose = (original: World, clone: World) => World;

/**
 * Carries out a move. Each trap is first answered on a clone with every decision that there is; the world that does not
 * go on stays behind, and must be at the end as it was.
 */
function carryOut(machine: AnyMachine, start: World, move: Move, choose: Choose): World {
  const behind: { readonly world: World; readonly digest: string }[] = [];
  const fork = (world: World): World => {
    const digest = machine.digest(world);
    const clone = machine.clone(world);
    expect(machine.digest(clone)).toBe(digest);
    const chosen = choose(world, clone);
    behind.push({ world: chosen === world ? clone : world, digest });
    return chosen;
  };
  let world = fork(start);
  for (let seen = machine.step(world, move); isTrap(seen); seen = machine.step(world, move)) {
    const trap: Trap = seen;
    const digest = machine.digest(world);
    for (const offer of machine.offers(world, trap, machine.decisions)) {
      const tried = machine.clone(world);
      machine.apply(tried, trap, offer);
      machine.step(tried, move);
    }
    expect(machine.digest(world)).toBe(digest);
    world = fork(world);
    machine.apply(world, trap, machine.best(world, trap));
  }
  for (const each of behind) expect(machine.digest(each.world)).toBe(each.digest);
  return world;
}

/** Clones share what neither has written to: neither may notice. */
describe('a clone of a world', () => {
  const systems = new Set(library.levels.map(({ system }) => system));
  it.each([...systems])('goes on as the original would have, and leaves it as it is: %s', system => {
    for (const level of library.levels.filter(each => each.system === system)) {
      const machine = machineOf(level.system)!;
      const { program } = programFor(level, 0);
      const digests = [(a: World) => a, (_: World, b: World) => b].map(choose => {
        let world: World = machine.boot(program, level.rules);
        return program.moves.map(move => {
          world = carryOut(machine, world, move, choose);
          return machine.digest(world);
        });
      });
      expect(digests[1]).toEqual(digests[0]);
    }
  });
});
