import type { Field, Prediction } from '../machines/machine.ts';

/** Is this field asked, given the answers to the fields before it? One that was not asked asks for nothing. */
const isAsked = (field: Field, answered: Prediction): boolean =>
  Object.entries(field.when ?? {}).every(
    ([id, options]) => answered[id] === undefined || options.includes(answered[id]),
  );

/** The fields of a predict question that a level's menu asks, in the form's order. */
export const fieldsOf = (fields: readonly Field[], menu: readonly string[]): readonly Field[] =>
  fields.filter(field => menu.includes(field.id));

/** Fields that say whether others are asked which a level's menu asks without them. */
export const unaskedReasons = (fields: readonly Field[], menu: readonly string[]): readonly string[] =>
  fields
    .map(({ id }) => id)
    .filter(id => !menu.includes(id) && fieldsOf(fields, menu).some(({ when }) => id in (when ?? {})));

/** Every answer that the form allows. */
export function answersOf(fields: readonly Field[]): readonly Prediction[] {
  let answers: Prediction[] = [{}];
  for (const field of fields)
    answers = answers.flatMap(answer =>
      isAsked(field, answer) ? field.options.map(option => ({ ...answer, [field.id]: option })) : [answer],
    );
  return answers;
}

/** What of an outcome the form asks for, which is one of its answers. */
export function askedOf(fields: readonly Field[], outcome: Prediction): Prediction {
  const truth: Record<string, string> = {};
  for (const field of fields) {
    const value = outcome[field.id];
    if (value !== undefined && isAsked(field, truth)) truth[field.id] = value;
  }
  return truth;
}

/** `a=b,c=d` as a record, whatever fields there are. */
export const parseAnswer = (text: string): Prediction =>
  Object.fromEntries(
    text
      .split(',')
      .map(pair => pair.trim().split('='))
      .flatMap(([id, option]) => (id && option ? [[id, option]] : [])),
  );

/** `fault=fault,class=copy,frame=new`, in the form's order. */
export const formatAnswer = (fields: readonly Field[], answer: Prediction): string =>
  fields
    .filter(({ id }) => answer[id] !== undefined)
    .map(({ id }) => `${id}=${answer[id]}`)
    .join(',');
