import { Findings, judge } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import type { Decision } from '../../../src/machines/xen/decision.ts';
import { xen } from '../../../src/machines/xen/xen.ts';
import type { RowOf } from './rows.ts';

/** What only the era of unhooking does. */
const UNHOOKING = ['unhook', 'flush-retry'];
/** What only fully virtualized guests ask for. */
const FULL = ['unshare', 'populate', 'unshadow'];

export interface Judged {
  readonly rule: string;
  readonly best: string;
  /** By verdict, the decisions that come to it, in the order of the menu; all others come to livelock. */
  readonly worth: Readonly<Record<string, string>>;
}

/** What each wrong acceptance of a request comes to in the end: where the shortest attack got through. */
export type Attacks = readonly (string | undefined)[];

/** Every decision of the era at the last trap of a row's program, Xen deciding up to it. */
export function judged({ id, rules: era, full, program: text }: RowOf): Judged & { attacks: Attacks } {
  const rules = era ?? '3.0.3';
  const program = parseProgram(text, id);
  const world = xen.boot(program, rules);
  const ideal = xen.ideal.boot(program, rules);
  const offers = xen.decisions
    .filter(name => rules === '3.0.2' || !UNHOOKING.includes(name))
    .filter(name => full === true || !FULL.includes(name))
    .map(name => xen.parse(name));
  let last: ReturnType<typeof judged> | undefined;
  for (const move of program.moves) {
    let result = xen.step(world, move);
    while (isTrap(result)) {
      const best: Decision = xen.best(world, result);
      if (move === program.moves.at(-1)) {
        const situation = { world: world.clone(), ideal, move, fault: result, findings: new Findings() };
        const worth: Record<string, string> = {};
        const attacks: (string | undefined)[] = [];
        for (const offer of offers) {
          const { verdict, consequence } = judge(xen, situation, offer, offers);
          if (verdict === 'breach' && result.cause.kind === 'request')
            attacks.push(consequence!.steps.at(-1)!.trespass);
          if (verdict !== 'livelock')
            worth[verdict] = worth[verdict] === undefined ? offer.do : `${worth[verdict]} ${offer.do}`;
        }
        last = { rule: xen.why(world, result, best).rule, best: best.do, worth, attacks };
      }
      xen.apply(world, result, best);
      result = xen.step(world, move);
    }
    xen.ideal.advance(ideal, move, result);
  }
  if (last === undefined) throw new Error(`${id} asks for nothing`);
  return last;
}
