import { readFileSync, writeFileSync } from 'node:fs';
import { mutations } from '../../src/machines/linux/mutations.ts';
import { levelAgainst, type Witness } from './levels.ts';

/** Which level noticed each broken Linux last: there it is looked for first. */
const TABLE = new URL('witnesses.json', import.meta.url);

export const witnesses = JSON.parse(readFileSync(TABLE, 'utf8')) as Readonly<Record<string, Witness>>;

/** Broken kernels that no player can be shown, whatever the level, each with its reason. */
export const UNSEEN: Readonly<Record<string, string>> = {
  'a sole owner keeps its swap slot':
    'a page may stay in the swap cache: no process is shown anything else, and no count is wrong; only swap space is used up',
};

/**
 * Finds for each broken Linux a level that notices it, prints them and keeps them.
 * @returns 0 if there is one for each that can be seen, and none for those that are said not to be
 */
export function mutateInLevels(json: boolean): number {
  const names = Object.keys(mutations);
  const width = Math.max(...names.map(name => name.length));
  const found = names.map(name => {
    const witness = levelAgainst(name, witnesses[name]);
    const unseen = UNSEEN[name];
    if (!json)
      console.log(
        `${name.padEnd(width)}  ${witness === undefined ? (unseen ?? 'SURVIVED') : `${witness.level}: ${witness.verdict}`}`,
      );
    return { name, witness, unseen };
  });
  const table = Object.fromEntries(found.flatMap(({ name, witness }) => (witness ? [[name, witness]] : [])));
  writeFileSync(TABLE, `${JSON.stringify(table, null, 2)}\n`);
  const survived = found.filter(({ witness, unseen }) => witness === undefined && unseen === undefined);
  const seen = found.filter(({ witness, unseen }) => witness !== undefined && unseen !== undefined);
  const argued = found.filter(({ witness, unseen }) => witness === undefined && unseen !== undefined);
  if (json) console.log(JSON.stringify(found, null, 2));
  else
    console.log(
      `${found.length} mutations: ${Object.keys(table).length} noticed by a level, ${argued.length} that cannot be seen, ${survived.length} survived`,
    );
  for (const { name } of seen) console.error(`'${name}' is said not to be seen, but a level notices it`);
  return survived.length + seen.length > 0 ? 1 : 0;
}
