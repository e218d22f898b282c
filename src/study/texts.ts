import study from '../../assets/study.json' with { type: 'json' };
import { fill } from '../game/template.ts';
import type { Failure } from '../game/transcript.ts';

export { fill } from '../game/template.ts';

/** What is said of studying: practice, review, worksheets, grades. */
export const texts = study;

/** Why a transcript does not replay, exactly. */
export const failureText = ({ why, step, found, expected }: Failure): string =>
  fill(texts.replay.failures[why], { step, found, expected });
