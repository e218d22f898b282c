import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { afterEach, expect, test, vi } from 'vitest';
import { App } from '../../../src/ui/app.tsx';
import { inLevel } from '../../../src/ui/open.ts';
import { type Input, Keyboard } from '../../../src/ui/terminal/keyboard.ts';
import { Screen } from '../../../src/ui/terminal/screen.ts';
import { gameIn, levelNamed } from '../fixtures.ts';

afterEach(() => vi.restoreAllMocks());

class Wire extends EventEmitter implements Input {
  setEncoding(): void {}
  resume(): void {}
  pause(): void {}
}

/** Every other look at the clock finds that React's slice of time is over, as on a machine with much else to do. */
function loaded(): void {
  const now = performance.now.bind(performance);
  let looks = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + 5 * ++looks + 5 * (looks % 2));
}

test('a burst of keys is taken whole and in order, however often React leaves off', async () => {
  loaded();
  const wire = new Wire();
  const screen = new Screen(Object.assign(new EventEmitter(), { columns: 80, rows: 24, write: () => true }));
  const keyboard = new Keyboard(wire, () => undefined);
  const game = gameIn();
  const frames: string[] = [];
  const draw = screen.write.bind(screen);
  screen.write = frame => {
    if (frame !== '') frames.push(frame);
    return draw(frame);
  };
  const instance = render(
    <App
      game={game}
      initial={inLevel(game, levelNamed('two-desks'))}
      env={{ LANG: 'C.UTF-8' }}
      screen={screen}
      quit={() => instance.unmount()}
      suspend={() => undefined}
    />,
    {
      stdout: screen as unknown as NodeJS.WriteStream,
      stdin: keyboard as unknown as NodeJS.ReadStream,
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  keyboard.open();
  const shown = async (text: string): Promise<void> => {
    while (frames.at(-1)?.includes(text) !== true) await new Promise(resolve => setTimeout(resolve, 5));
  };
  await shown('Enter start');
  wire.emit('data', '\r');
  await shown('PAGE FAULT');
  // Each letter opens a screen that the escape closes: one that is lost lets the next escape leave the level.
  wire.emit('data', `${'i\x1b'.repeat(40)}m`);
  await shown('Who maps what');
  // The level was never left for the menu behind it.
  expect(frames.filter(frame => frame.includes('Chapters and levels'))).toEqual([]);
  instance.unmount();
  await instance.waitUntilExit();
});
