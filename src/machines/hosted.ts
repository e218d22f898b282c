import type { Move, Program } from '../language/moves.ts';
import {
  type AnyGuest,
  type AnyMachine,
  type Choice,
  type Cost,
  type GuestAct,
  isTrap,
  type Trap,
} from './machine.ts';

/** What a guest's acts are to the hypervisor: moves of a domain. */
interface Domain {
  opening(): Move[];
  moves(act: GuestAct): Move[];
}

/** An operation that a guest has carried out, with the decisions that were made at its faults. */
interface Done {
  readonly move: Move;
  readonly decisions: readonly Choice[];
}

// biome-ignore lint/suspicious/noExplicitAny: the world of the guest's own machine
type Inner = any;

interface World {
  inner: Inner;
  /** What was done since boot: all that the hypervisor has been told follows from it. */
  history: readonly Done[];
  /** The same as text. */
  told: string;
  decisions: readonly Choice[];
}

const textOf = (done: Done): string =>
  JSON.stringify(done, (_, value) => (typeof value === 'bigint' ? String(value) : value));

/**
 * A kernel in a domain of a hypervisor: it decides as on its own, and each change of a table is asked of the
 * hypervisor or trapped by it. Memory is counted as the kernel counts it, traps, calls and flushes as the
 * hypervisor does.
 * @param domainOf a domain of the hypervisor, called as its first process
 */
export function hosted(
  own: AnyMachine,
  guest: AnyGuest,
  host: AnyMachine,
  domainOf: (name: string) => Domain,
): AnyMachine {
  /** By what was told. */
  const known = new Map<string, Cost>();

  /** What the hypervisor did for all of this. Throws GuestFull where the domain is too small. */
  function hostCost({ history, told }: World): Cost {
    const before = known.get(told);
    if (before !== undefined) return before;
    const domain = history[0]?.move.process ?? 'sh';
    const program: Program = { files: [], regions: [], processes: [domain], moves: [] };
    const paravirt = domainOf(domain);
    const world = host.boot({ ...program, processes: ['xen', domain] }, host.rules.at(-1)!);
    const carryOut = (move: Move): void => {
      let result = host.step(world, move);
      for (; isTrap(result); result = host.step(world, move))
        host.apply(world, result, host.best(world, result));
    };
    paravirt.opening().forEach(carryOut);
    const state = guest.boot(program);
    for (const { move, decisions } of history)
      for (const act of guest.run(state, move, decisions).acts) paravirt.moves(act).forEach(carryOut);
    const cost = host.cost(world);
    known.set(told, cost);
    return cost;
  }

  const inner = <A extends unknown[], R>(of: (world: Inner, ...rest: A) => R) => {
    return (world: World, ...rest: A): R => of(world.inner, ...rest);
  };

  return {
    ...own,
    knows: move => guest.knows(move),
    boot: (program, rules): World => ({
      inner: own.boot(program, rules),
      history: [],
      told: '',
      decisions: [],
    }),
    step(world: World, move) {
      const result = own.step(world.inner, move);
      if (!isTrap(result)) {
        const done = { move, decisions: world.decisions };
        world.history = [...world.history, done];
        world.told += textOf(done);
        world.decisions = [];
      }
      return result;
    },
    apply(world: World, fault: Trap, decision: Choice) {
      world.decisions = [...world.decisions, decision];
      own.apply(world.inner, fault, decision);
    },
    cost(world: World): Cost {
      const { io, bytesRead, bytesWritten, frames } = own.cost(world.inner);
      return { ...hostCost(world), io, bytesRead, bytesWritten, frames };
    },
    clone: (world: World): World => ({ ...world, inner: own.clone(world.inner) }),
    trespass: inner(own.trespass),
    offers: inner(own.offers),
    best: inner(own.best),
    why: inner(own.why),
    facts: inner(own.facts),
    routine: inner(own.routine),
    perform: inner(own.perform),
    entry: inner(own.entry),
    broken: inner(own.broken),
    eager: inner(own.eager),
    view: inner(own.view),
    key: inner(own.key),
    digest: inner(own.digest),
    uncoupled: inner(own.uncoupled),
    symbolize: inner(own.symbolize),
    mapValues: inner(own.mapValues),
    scope: inner(own.scope),
    moves: inner(own.moves),
    exits: inner(own.exits),
    outcome: inner(own.outcome),
  };
}
