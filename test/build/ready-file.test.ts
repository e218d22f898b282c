import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fileOf, type Ready, readyFile } from '../../src/build/ready-file.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-ready-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is read of a file with these bytes: undefined for a chunk that is not given. */
function readOf(bytes: Uint8Array, names: readonly string[]): (Ready | undefined)[] {
  const file = path.join(folder, 'file');
  writeFileSync(file, bytes);
  const descriptor = openSync(file, 'r');
  try {
    const ready = readyFile(descriptor, { compared: true });
    return names.map(name => {
      const chunk = ready?.chunk(name);
      return chunk && { code: Buffer.from(chunk.code), text: Buffer.from(chunk.text) };
    });
  } finally {
    closeSync(descriptor);
  }
}

const bytes = fc.uint8Array({ maxLength: 60 }).map(each => Buffer.from(each));
const chunks = fc
  .dictionary(fc.string({ maxLength: 8 }), fc.record({ code: bytes, text: bytes }), { maxKeys: 6 })
  .map(each => new Map(Object.entries(each)));

test('what was written is read, and nothing else is there', () => {
  fc.assert(
    fc.property(chunks, fc.string(), (written, other) => {
      const names = [...written.keys()];
      expect(readOf(fileOf(written), names)).toEqual([...written.values()]);
      if (!written.has(other)) expect(readOf(fileOf(written), [other])).toEqual([undefined]);
    }),
  );
});

test('a chunk is read as it was written, or not at all: with any byte flipped, and cut anywhere', () => {
  fc.assert(
    fc.property(chunks, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, flip) => {
      const whole = fileOf(written);
      const place = at % whole.length;
      const flipped = Buffer.from(whole);
      flipped[place]! ^= flip;
      const values = [...written.values()];
      const read = readOf(flipped, [...written.keys()]);
      for (const chunks of [read, readOf(whole.subarray(0, place), [...written.keys()])])
        for (const [i, chunk] of chunks.entries()) expect([undefined, values[i]]).toContainEqual(chunk);
      if (written.size > 0) expect(read).toContain(undefined);
    }),
  );
});
