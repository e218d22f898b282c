import { sameSeen } from '../language/moves.ts';
import { type AnyMachine, type Choice, isTrap, type Variation } from '../machines/machine.ts';
import { optimalOffers, type Situation } from './judge.ts';
import { complete } from './run.ts';
import { Findings, tryDecision } from './trial.ts';

/**
 * Which facts decided a fault: a fact does if, where it alone is different, other decisions are right or
 * optimal, or nothing traps at all.
 */
export function evidenceOf(
  machine: AnyMachine,
  situation: Situation,
  offers: readonly Choice[],
): ReadonlyMap<string, boolean> {
  const { world, fault, move } = situation;
  const variations: readonly Variation[] = machine.variations?.(world, fault, move) ?? [];
  const before = worthOf(machine, situation, offers);
  const decides = new Map<string, boolean>();
  for (const variation of variations) {
    const changed = vary(machine, situation, variation);
    const differs = changed === undefined || worthOf(machine, changed, offers) !== before;
    decides.set(variation.fact, differs || decides.get(variation.fact) === true);
  }
  return decides;
}

/** Which decisions are right, and which of them optimal. */
function worthOf(machine: AnyMachine, situation: Situation, offers: readonly Choice[]): string {
  const names = (some: readonly Choice[]) => some.map(offer => machine.format(offer)).join();
  const right = offers.filter(offer => tryDecision(machine, situation, offer).right);
  return `${names(right)} ${names(optimalOffers(machine, situation, offers))}`;
}

/** The situation in the other world; undefined where nothing traps there. */
function vary(
  machine: AnyMachine,
  situation: Situation,
  { moves, access, values }: Variation,
): Situation | undefined {
  const world = machine.clone(situation.world);
  const ideal = machine.ideal.clone(situation.ideal);
  for (const move of moves) {
    const expected = machine.ideal.expect(ideal, move);
    const seen = complete(machine, world, move);
    machine.ideal.advance(ideal, move, expected.find(each => sameSeen(each, seen)) ?? expected[0]!);
  }
  if (values === true)
    machine.mapValues(world, ideal, (value: number) => (value === 0 ? 0 : 255 - (value % 255)));
  const move = access ?? situation.move;
  const result = machine.step(world, move);
  return isTrap(result) ? { world, ideal, move, fault: result, findings: new Findings() } : undefined;
}
