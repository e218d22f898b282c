import { library } from '../../src/levels/library.ts';
import { openStore } from '../../src/progress/store.ts';

/**
 * A process of its own that plays: `node --import tsx writer.ts FOLDER NAME COUNT` saves COUNT decisions, named
 * NAME-0, NAME-1 ..., in a run of its own, and prints a line for each once it is saved.
 */
const [folder, name, count] = process.argv.slice(2) as [string, string, string];
const store = openStore({ places: { state: folder, config: folder }, clock: () => new Date() });
const attempt = store.begin(library.levels[0]!, 0);
for (let i = 0; i < Number(count); i++) {
  attempt.play({ type: 'decide', decision: `${name}-${i}` });
  if (store.trouble) throw store.trouble;
  process.stdout.write(`${i}\n`);
}
