import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { openStore } from '../../src/progress/store.ts';

/** A fresh folder, removed when the test ends. */
export function freshFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-progress-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const clock = () => new Date('2026-11-20T10:11:12.345Z');
export const placesIn = (folder: string) => ({ state: folder, config: folder });
export const storeIn = (folder: string) => openStore({ places: placesIn(folder), clock });
export const journalIn = (folder: string): string => path.join(folder, 'journal.ndjson');
export const settingsIn = (folder: string): string => path.join(folder, 'settings.json');

export const [level, other] = library.levels.slice(0, 2) as [
  (typeof library.levels)[number],
  (typeof library.levels)[number],
];
