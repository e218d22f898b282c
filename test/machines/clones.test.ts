import { describe, expect, it } from 'vitest';
import type { World } from '../../src/judge/run.ts';
import type { Move } from '../../src/language/moves.ts';
import { library } from '../../src/levels/library.ts';
import { programFor } from '../../src/levels/variants.ts';
import { type AnyMachine, isTrap, type Trap } from '../../src/machines/machine.ts';
import { machineOf } from '../../src/machines/registry.ts';

/** Which world goes on at each step: the one that was cloned, or its clone. */
type Choose = (original: World, clone: World) => World;

/** Carries out a move; each trap and what follows it is tried on clones first, with every decision on offer. */
function carryOut(machine: AnyMachine, start: World, move: Move, choose: Choose): World {
  let world = start;
  const fork = (): World => {
    const before = machine.digest(world);
    const clone = machine.clone(world);
    expect(machine.digest(clone)).toBe(before);
    return clone;
  };
  world = choose(world, fork());
  for (let seen = machine.step(world, move); isTrap(seen); seen = machine.step(world, move)) {
    const trap: Trap = seen;
    const digest = machine.digest(world);
    for (const offer of machine.offers(world, trap, machine.decisions)) {
      const tried = fork();
      machine.apply(tried, trap, offer);
      machine.step(tried, move);
    }
    expect(machine.digest(world)).toBe(digest);
    world = choose(world, fork());
    machine.apply(world, trap, machine.best(world, trap));
  }
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
