/** Keys of the rows of a view, so that invariants and the picture name the same things. */
export const taskRow = (task: string): string => `task ${task}`;
export const pageRow = (task: string, page: number): string => `page ${task} ${page}`;
export const frameRow = (frame: number): string => `frame ${frame}`;
export const entryRow = (entry: number): string => `entry ${entry}`;
export const mappingRow = (task: string, page: number): string => `mapping ${task} ${page}`;
