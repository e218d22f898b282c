import type { Maker } from '../case.ts';
import { hurd } from './hurd.ts';
import { linux } from './linux.ts';

/** What problems are made of, by system. */
export const makers: Readonly<Record<string, Maker>> = { linux, hurd };
