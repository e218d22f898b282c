import ui from '../../assets/ui.json' with { type: 'json' };
import { fill } from '../game/template.ts';
import { general } from '../game/texts.ts';
import type { Table } from '../game/types.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Trap } from '../machines/machine.ts';

export { fill };

/** What the screens say besides the words of the game itself. */
export const texts = ui;

/** 'PAGE FAULT', or what else somebody is asked about. */
export const eventOf = ({ event }: Trap): string =>
  event === undefined ? ui.play.fault : ui.play.events[event];

/** '✗ CORRUPTION': never by colour alone. */
export const verdictWord = (verdict: Verdict): string =>
  `${ui.verdicts[verdict]} ${general.verdicts[verdict].toUpperCase()}`;

/** What the stars of a finished level mean; of an exam, whether its mark was reached. */
export function starWords({ summary, exam }: Table): string {
  if (exam === undefined) return ui.summary.starWords[summary?.stars ?? 0]!;
  const { right, of, wrong, mistakes } = exam;
  return fill(wrong <= mistakes ? ui.summary.passed : ui.summary.failed, { right, of, mark: of - mistakes });
}
