import * as z from 'zod/mini';
import { levelFile } from '../../levels/schema.ts';

/** The JSON schema of a level file, for editors. */
export const path = 'levels/level.schema.json';

export const generate = async (): Promise<string> => {
  const schema = { ...z.toJSONSchema(levelFile, { io: 'input' }), title: 'A level of Cowhand' };
  return `${JSON.stringify(schema, null, 2)}\n`;
};
