import { complete } from '../judge/judge.ts';
import type { World } from '../judge/run.ts';
import type { Move, Program, Seen } from '../language/moves.ts';
import type { AnyMachine, Panel, Reason, Row, Trap, View } from '../machines/machine.ts';

/** A fault that the kernel served, and why so. */
export interface Served {
  readonly trap: Trap;
  /** The decision's text form. */
  readonly decision: string;
  readonly reason: Reason;
}

/** One operation of a program that was carried out, with the pictures before and after it. */
export interface Executed {
  readonly move: Move;
  readonly faults: readonly Served[];
  readonly seen: Seen;
  readonly before: View;
  readonly after: View;
}

/**
 * Runs a program, the kernel deciding at every fault: its operations one after the other, as they are asked for, so
 * that only the pictures around one of them are held. The machine must know all its moves.
 * @param rules a rule set of the machine
 * @param world where it runs; a new one if left out
 */
export function* execute(
  machine: AnyMachine,
  program: Program,
  rules: string,
  world: World = machine.boot(program, rules),
): Generator<Executed, void, undefined> {
  let before: View = machine.view(world);
  for (const move of program.moves) {
    const faults: Served[] = [];
    const seen = complete(machine, world, move, (trap, decision) =>
      faults.push({ trap, decision: machine.format(decision), reason: machine.why(world, trap, decision) }),
    );
    const after: View = machine.view(world);
    yield { move, faults, seen, before, after };
    before = after;
  }
}

/** A row that is new, gone or shows something else; null where there is none. Or a panel's title that does. */
export interface RowChange {
  readonly key: string;
  readonly before: readonly string[] | null;
  readonly after: readonly string[] | null;
}

/** What two pictures differ in: titles, the rows of the later one in its order, then those that are gone. */
export function rowChanges(before: View, after: View): RowChange[] {
  const old = rowsOf(before);
  const now = rowsOf(after);
  const change = (key: string): RowChange => ({
    key,
    before: old.get(key)?.cells ?? null,
    after: now.get(key)?.cells ?? null,
  });
  const titles = after.panels.flatMap((panel): RowChange[] => {
    const was = titleBefore(before, panel);
    return was === panel.title ? [] : [{ key: titleKey(panel), before: [was], after: [panel.title] }];
  });
  const rows = [...new Set([...now.keys(), ...old.keys()])]
    .map(change)
    .filter(each => each.before?.join('\n') !== each.after?.join('\n'));
  return [...titles, ...rows];
}

/** What a panel's title is kept by, among the keys of rows. */
export const titleKey = ({ id }: Panel): string => `title ${id}`;

/** The title that a panel had in an earlier picture; its own if it was not there. */
export const titleBefore = ({ panels }: View, { id, title }: Panel): string =>
  panels.find(panel => panel.id === id)?.title ?? title;

const rowsOf = (view: View): ReadonlyMap<string, Row> =>
  new Map(view.panels.flatMap(panel => panel.rows.map(row => [row.key, row] as const)));
