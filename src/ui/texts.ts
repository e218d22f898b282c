import ui from '../../assets/ui.json' with { type: 'json' };
import { general } from '../game/texts.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Trap } from '../machines/machine.ts';

export { fill } from '../game/template.ts';

/** What the screens say besides the words of the game itself. */
export const texts = ui;

/** 'PAGE FAULT', or what else somebody is asked about. */
export const eventOf = ({ event }: Trap): string =>
  event === undefined ? ui.play.fault : ui.play.events[event];

/** '✗ CORRUPTION': never by colour alone. */
export const verdictWord = (verdict: Verdict): string =>
  `${ui.verdicts[verdict]} ${general.verdicts[verdict].toUpperCase()}`;
