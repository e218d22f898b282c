import type { AnyMachine, Cost } from '../machines/machine.ts';
import type { IdealState, World } from './run.ts';

/** What is known of the rest of a script: its cost, or else a price that it is no less than. */
export interface Found {
  cost: Cost | undefined;
  least: number;
}

/** What was found out about the rest of a script, by the state that it begins in. */
export class Known {
  private readonly states = new Map<string, Found>();
  private readonly worlds = new Map<World, Found>();

  /**
   * To be added to. The world may not change any more.
   * @param left how many moves are left of the script
   */
  at(machine: AnyMachine, world: World, ideal: IdealState, left: number): Found {
    let found = this.worlds.get(world);
    if (found !== undefined) return found;
    const key = `${left} ${machine.key(world, ideal)}`;
    found = this.states.get(key) ?? { cost: undefined, least: 0 };
    this.states.set(key, found);
    this.worlds.set(world, found);
    return found;
  }
}
