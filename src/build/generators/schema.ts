import { levelSchema } from '../../levels/schema.ts';

/** The JSON schema of a level file, for editors. */
export const path = 'levels/level.schema.json';

export const generate = async (): Promise<string> => `${JSON.stringify(levelSchema(), null, 2)}\n`;
