import { complete } from '../judge/judge.ts';
import type { Move, Program } from '../language/moves.ts';
import { type AnyGuest, type AnyMachine, type Cost, costBetween } from '../machines/machine.ts';
import { ParavirtGuest } from '../machines/xen/guest.ts';

/** An operation of a guest's program, with the moves of its domain that it came to. */
export interface Hosted {
  readonly move: Move;
  readonly moves: readonly Move[];
  /** By the guest's kernel alone, and by the hypervisor for these moves. */
  readonly native: Cost;
  readonly hosted: Cost;
}

/**
 * Runs a program twice: on its own kernel, and with that kernel as a guest of a hypervisor.
 * @returns the operations, and the whole as a program of the hypervisor's machine
 * @throws GuestFull where the domain is too small
 */
export function hostProgram(
  guest: AnyGuest,
  machine: AnyMachine,
  program: Program,
): { readonly operations: readonly Hosted[]; readonly whole: Program } {
  const domain = program.processes[0]!;
  const paravirt = new ParavirtGuest(domain);
  const opening = paravirt.opening();
  const empty: Program = { files: [], regions: [], processes: ['xen', domain], moves: [] };
  const world = machine.boot(empty, machine.rules.at(-1)!);
  for (const move of opening) complete(machine, world, move);
  const state = guest.boot(program);
  const operations = program.moves.map((move): Hosted => {
    const before = { native: guest.cost(state), hosted: machine.cost(world) };
    const { acts } = guest.run(state, move);
    const moves = acts.flatMap(act => paravirt.moves(act));
    for (const each of moves) complete(machine, world, each);
    return {
      move,
      moves,
      native: costBetween(before.native, guest.cost(state)),
      hosted: costBetween(before.hosted, machine.cost(world)),
    };
  });
  const moves = [...opening, ...operations.flatMap(operation => operation.moves)];
  return { operations, whole: { ...empty, moves } };
}
