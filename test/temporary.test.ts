import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

test('what a test puts into the temporary folder lies in one that goes with the run', () => {
  expect(path.basename(os.tmpdir())).toMatch(/^cowhand-tests-/);
});
