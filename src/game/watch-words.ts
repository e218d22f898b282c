import { isRight, type Judgement } from '../judge/verdict.ts';
import { PASS } from '../levels/watch.ts';
import type { View } from '../machines/machine.ts';
import { stepTexts } from './steps.ts';
import { fill } from './template.ts';
import { general } from './texts.ts';
import type { AnswerText } from './types.ts';
import { decisionLabel, decisionText, didText, type Scene } from './words.ts';

/** The words of a broken kernel that is watched. */

const texts = general.watch;

/** A choice of the menu: a decision, or what to do about the kernel's. */
export function watchLabel(system: string, decided: string | undefined, offer: string): string {
  if (decided === undefined) return decisionLabel(system, offer);
  return offer === PASS ? fill(texts.pass, { decision: decisionLabel(system, decided) }) : texts.stop;
}

/** What is said once a decision of the kernel was let pass or stopped. */
export function watchText(scene: Scene, judged: Judgement, before: View): AnswerText {
  const { verdict, stopped } = judged;
  const text = decisionText(scene, judged, before);
  const did = didText(scene.system, stopped ?? judged);
  if (stopped !== undefined)
    return { ...text, headline: fill(texts.caught, { did, shows: showsOf(scene, stopped) }), waste: '' };
  if (verdict === 'mispredicted') return { ...text, headline: fill(texts.alarm, { did }), waste: '' };
  return { ...text, headline: fill(isRight(verdict) ? texts.passed : texts.missed, { did }), waste: '' };
}

/** The end of the shortest consequence: 'sh loads heap+0: sees 9, should see 7'. */
function showsOf({ system, regions }: Scene, { verdict, consequence }: Judgement): string {
  const last = consequence && stepTexts(system, regions, verdict, consequence).at(-1);
  if (last === undefined) return '';
  return `${last.who} ${last.operation}${last.shows === '' ? '' : `: ${last.shows}`}`;
}
