import { fileURLToPath } from 'node:url';

/** The folder of the project, as an absolute path that ends in a separator. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
