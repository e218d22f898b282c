import { unwatchFile, watchFile } from 'node:fs';

/** How often a file is looked at, in milliseconds. Editors replace files: only their times tell. */
const EVERY = 200;

/** Does it now, and again whenever the file has changed, for as long as the program runs. */
export async function onEachChange(file: string, action: () => Promise<unknown>): Promise<never> {
  for (;;) {
    const changed = nextChange(file);
    await action();
    await changed;
  }
}

/** Watched from before the action on, so that no change is missed. */
const nextChange = (file: string): Promise<void> =>
  new Promise(resolve => {
    const listener = (): void => {
      unwatchFile(file, listener);
      resolve();
    };
    watchFile(file, { interval: EVERY }, listener);
  });
