import { ZERO_PFN } from './hardware/frames.ts';

/** Keys of view rows and the names that the screen uses. */
export const entryRow = (process: string, page: number): string => `entry ${process} ${page}`;
export const frameRow = (pfn: number): string => `frame ${pfn}`;
export const slotRow = (slot: number): string => `slot ${slot}`;
export const vmaRow = (process: string, start: number): string => `vma ${process} ${start}`;
export const processRow = (process: string): string => `process ${process}`;

export const slotName = (slot: number): string => `s${slot}`;
export const frameName = (pfn: number): string => `f${pfn}`;
/** In a sentence: 'f3' or 'the zero page'. */
export const frameInWords = (pfn: number): string => (pfn === ZERO_PFN ? 'the zero page' : frameName(pfn));
