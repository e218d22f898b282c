import type { FormField, Question } from '../game/types.ts';
import type { Prediction } from '../machines/machine.ts';

/** `fault=fault,class=copy` as a record. */
export const parsePrediction = (text: string): Prediction =>
  Object.fromEntries(
    text
      .split(',')
      .map(pair => pair.split('='))
      .flatMap(([id, option]) => (id && option ? [[id, option]] : [])),
  );

/**
 * The next field of the form to ask, with the options that some answer on offer has; undefined when the
 * answers so far are a whole answer.
 */
export function nextField(
  question: Question,
  answered: Prediction,
): { readonly field: FormField; readonly options: readonly string[] } | undefined {
  const open = question.offers
    .map(({ id }) => parsePrediction(id))
    .filter(offer => Object.entries(answered).every(([id, option]) => offer[id] === option));
  for (const field of question.fields ?? []) {
    if (answered[field.id] !== undefined) continue;
    const options = field.options.filter(option => open.some(offer => offer[field.id] === option));
    if (options.length > 0) return { field, options };
  }
  return undefined;
}

/** The offer that is made of these answers. */
export function answerOf(question: Question, answered: Prediction): string {
  const same = ({ id }: { id: string }) => {
    const offer = parsePrediction(id);
    const ids = new Set([...Object.keys(offer), ...Object.keys(answered)]);
    return [...ids].every(field => offer[field] === answered[field]);
  };
  return question.offers.find(same)?.id ?? '';
}
