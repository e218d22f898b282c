import { styledCharsFromTokens, tokenize } from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import Output from '../../../node_modules/ink/build/output.js';
import { compose, type Operation } from '../../../src/ui/terminal/compose.ts';

const WIDTH = 24;
const HEIGHT = 6;

/** The cells of a frame with their styles; nothing where a line is empty. */
const cells = (frame: string) =>
  frame
    .split('\n')
    .map(line =>
      styledCharsFromTokens(tokenize(line)).map(({ value, styles }) => [
        value,
        styles.map(({ code }) => code),
      ]),
    );

function ofInk(operations: readonly Operation[]): string {
  const output = new Output({ width: WIDTH, height: HEIGHT });
  for (const operation of operations)
    if (operation.type === 'write')
      output.write(operation.x, operation.y, operation.text, { transformers: [...operation.transformers] });
    else if (operation.type === 'clip') output.clip(operation.clip as Parameters<typeof output.clip>[0]);
    else output.unclip();
  return output.get().output;
}

const word = fc.stringMatching(/^[a-z ▸★│.0-9]{0,7}$/);
const styled = fc
  .tuple(word, fc.constantFrom('', '1', '7', '38;2;59;142;234'))
  .map(([text, code]) =>
    code === '' || text === ''
      ? text
      : `\x1b[${code}m${text}\x1b[${code === '1' ? 22 : code === '7' ? 27 : 39}m`,
  );
const text = fc.array(fc.array(styled, { maxLength: 3 }), { minLength: 1, maxLength: 3 });
const write = fc
  .record({ x: fc.nat(WIDTH), y: fc.integer({ min: -1, max: HEIGHT }), text })
  .map(({ x, y, text }): Operation => {
    const lines = text.map(spans => spans.join('')).join('\n');
    return { type: 'write', x, y, text: lines, transformers: [line => line.replaceAll('a', 'o')] };
  });
const side = fc.nat(WIDTH);
const clip = fc
  .record({ x1: side, x2: side, y1: fc.nat(HEIGHT), y2: fc.nat(HEIGHT) })
  .map((clip): Operation => ({ type: 'clip', clip }));
const operations = fc.array(
  fc.oneof({ weight: 5, arbitrary: write }, clip, fc.constant<Operation>({ type: 'unclip' })),
  {
    maxLength: 6,
  },
);

test('a frame of whole lines is the frame that Ink makes cell by cell', () => {
  let composed = 0;
  fc.assert(
    fc.property(operations, drawn => {
      const frame = compose(drawn, HEIGHT);
      if (frame === undefined) return;
      composed++;
      expect(cells(frame)).toEqual(cells(ofInk(drawn)));
    }),
    { numRuns: 200 },
  );
  expect(composed).toBeGreaterThan(50);
});

test('what stands over something else, or is cut at a side, is left to Ink', () => {
  const at = (x: number, text: string): Operation => ({ type: 'write', x, y: 0, text, transformers: [] });
  expect(compose([at(0, 'abc'), at(3, 'd')], 1)).toBe('abcd');
  expect(compose([at(0, 'abc'), at(2, 'd')], 1)).toBeUndefined();
  expect(compose([{ type: 'clip', clip: { x1: 0, x2: 2 } }, at(0, 'abc')], 1)).toBeUndefined();
});
