import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Vitest's global set-up of all tests: what they, and what they start, put into the temporary folder lies in one of
 * the run's own, and goes with it.
 */
export default function setUp(): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-tests-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
