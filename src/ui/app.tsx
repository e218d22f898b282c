import { useInput } from 'ink';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Game } from './game.ts';
import { commandOf, footer, keyName } from './keymap.ts';
import { line } from './lines.ts';
import { areaOf, type Page } from './page.ts';
import { pageOf } from './screens/pages.ts';
import { roomToRead } from './screens/reading.ts';
import { type State, sceneOf, works } from './state.ts';
import { type Sized, useWindowSize } from './terminal/size.ts';
import { fill, texts } from './texts.ts';
import { litUp, ThemeContext, themeFor } from './theme.ts';
import { type Input, update } from './update.ts';
import { PageView } from './widgets/page-view.tsx';

/** The game on a screen: keys become named commands, commands change the state, the state is drawn. */
export function App(props: {
  readonly game: Game;
  readonly initial: State;
  readonly screen: Sized;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly quit: () => void;
  readonly suspend: () => void;
}) {
  const { game, initial, screen, env, quit, suspend } = props;
  const { preferences } = game;
  const { keymap } = preferences;
  const theme = useMemo(() => themeFor(env, preferences), [env, preferences]);
  const { columns, rows } = useWindowSize(screen);
  const area = useMemo(() => areaOf(columns, rows), [columns, rows]);
  const latest = useRef(initial);
  const [state, setState] = useState(initial);
  const page = useMemo(() => pageOf(state, game, area, keymap), [state, game, area, keymap]);

  const lit = useLit(page, preferences.motion !== 'never');

  const apply = (input: Input): void => {
    const next = update(latest.current, input, game, { lines: roomToRead(area), most: page.most ?? 0 });
    if (next === undefined) {
      quit();
      return;
    }
    latest.current = next;
    setState(next);
  };

  useInput((input, flags) => {
    const key = keyName(input, flags);
    // A key means what it meant on the screen: a list that heard it first may have changed the state since.
    const command = commandOf(sceneOf(state), key, works(state), keymap);
    if (sceneOf(state) === 'newKey' && key.length === 1) apply({ pressed: key });
    else if (command === 'suspend') suspend();
    else if (command !== undefined) apply({ command, key });
  });
  const note = state.note || (game.trouble && fill(texts.plain.trouble, { trouble: game.trouble }));
  return (
    <ThemeContext value={lit ? litUp(theme) : theme}>
      <PageView
        page={page}
        area={area}
        columns={columns}
        footer={(choices, turns) =>
          footer(
            sceneOf(state),
            area.columns,
            command => (command === 'turn' ? turns : works(state)(command)),
            choices,
            keymap,
          )
        }
        note={note === undefined || note === '' ? undefined : line(` ${note}`, 'strong')}
        onChoose={chosen => apply({ chosen })}
      />
    </ThemeContext>
  );
}

/** How long what changed is lit up, in milliseconds. */
const LIT = 400;

/** True for a moment after a page came up on which something changed. */
function useLit(page: Page, motion: boolean): boolean {
  const [lit, setLit] = useState(false);
  useEffect(() => {
    const changes = page.above.some(spans => spans.some(({ role }) => role === 'changed'));
    setLit(motion && changes);
    if (!motion || !changes) return;
    const timer = setTimeout(() => setLit(false), LIT);
    return () => clearTimeout(timer);
  }, [page, motion]);
  return lit;
}
