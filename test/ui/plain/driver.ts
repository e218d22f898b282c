import { PassThrough } from 'node:stream';
import type { Level } from '../../../src/levels/level.ts';
import { type PlainStreams, playPlain } from '../../../src/ui/plain/plain.ts';
import { OwnGame } from '../../../src/ui/session.ts';
import { texts } from '../../../src/ui/texts.ts';

/** More lines than anybody needs who tries every choice of every question. */
const MOST = 400;

/**
 * Somebody who plays a level in plain lines to its end and knows nothing: of every question they type 1, then 2, and
 * so on until it goes on.
 * @param variant from 0
 * @returns all that was printed
 * @throws where the level does not come to its end
 */
export async function playedInLines(level: Level, variant: number): Promise<string> {
  const stdin = new PassThrough();
  let printed = '';
  let lines = 0;
  let question = '';
  let tried = 0;
  const type = (line: string): void => {
    if (lines++ > MOST) stdin.end();
    else stdin.write(`${line}\n`);
  };
  const answer = (): void => {
    if (printed.endsWith(texts.plain.end)) {
      type('q');
      return;
    }
    const asked =
      printed
        .match(/^(?:.*\. )?(?:Page fault|Access) \d+\./gm)
        ?.at(-1)
        ?.match(/\w+ \d+\.$/)?.[0] ?? '';
    if (asked !== question) tried = 0;
    question = asked;
    type(printed.endsWith(texts.plain.answer) ? '1' : String(++tried));
  };
  const write = (text: string): boolean => {
    printed += text;
    if ([texts.plain.decision, texts.plain.answer, texts.plain.end].some(prompt => text.endsWith(prompt)))
      setImmediate(answer);
    return true;
  };
  const streams = { stdin, stdout: { write }, env: { LANG: 'C.UTF-8' } } as unknown as PlainStreams;
  const code = await playPlain(new OwnGame({ seed: () => 0, variant }), level, streams);
  if (code !== 0) throw new Error(`${level.id} does not come to its end:\n${printed.slice(-3000)}`);
  return printed;
}
