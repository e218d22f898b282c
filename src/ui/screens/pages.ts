import type { Game } from '../game.ts';
import { bindings, type Keymap } from '../keymap.ts';
import { BLANK } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { compare } from '../picture/compare.ts';
import { UNMARKED } from '../picture/rows.ts';
import { BEFORE, lastAnswer, lastStep, type State, top } from '../state.ts';
import { filmPage } from './film.ts';
import { chaptersPage, levelsPage, startPage } from './map.ts';
import { lookPage, playPage } from './play.ts';
import {
  entryPage,
  glossaryPage,
  helpPage,
  hintsPage,
  inspectPage,
  morePage,
  sharingPage,
  whyPage,
} from './reading.ts';
import { rightPage, wrongPage } from './result.ts';
import { newKeyPage, settingsPage } from './settings.ts';
import { storyPage } from './story.ts';
import { summaryPage } from './summary.ts';

const EMPTY: Page = { above: [BLANK], below: [] };

/** The page of what is shown, for a room of that size. */
export function pageOf(state: State, game: Game, area: Area, keymap: Keymap = bindings): Page {
  const layer = top(state);
  const { table, asked } = state;
  const answer = lastAnswer(state);
  switch (layer.at) {
    case 'start':
      return startPage(game, area);
    case 'chapters':
      return chaptersPage(game, area);
    case 'levels':
      return levelsPage(game, layer.chapter, area);
    case 'story':
      return storyPage(layer.level, area);
    case 'help':
      return helpPage(keymap, layer.scroll, area);
    case 'settings':
      return layer.asks === true && layer.name !== undefined
        ? newKeyPage(layer.name, area)
        : settingsPage(game.preferences, layer.name, area);
    case 'glossary':
      return glossaryPage(layer.word, area);
    case 'entry':
      return entryPage(layer.word, layer.scroll, area);
    case 'film':
      return state.film === undefined ? EMPTY : filmPage(state.film, state.film.title, layer.shot, area);
  }
  if (table === undefined) return EMPTY;
  switch (layer.at) {
    case 'play':
      return playPage(table, layer, area);
    case 'look':
      return lookPage(table, layer.fields, area);
    case 'hints':
      return hintsPage(table, layer.scroll, area);
    case 'summary':
      return summaryPage(table, game, area);
    case 'sharing': {
      const { view, marking } = pictureOf(state);
      return sharingPage(view, marking, layer.scroll, area);
    }
    case 'inspect': {
      const { view, marking } = pictureOf(state);
      return inspectPage(table, view, marking, layer.scroll, area);
    }
  }
  if (answer === undefined || asked === undefined) return EMPTY;
  if (layer.at === 'why') return whyPage(table, answer, layer.scroll, area);
  if (layer.at === 'more') return morePage(answer, layer.scroll, area);
  if (layer.at !== 'result') return EMPTY;
  return lastStep(state) > 0
    ? wrongPage(table, asked, answer, layer.step, area)
    : rightPage(table, asked, answer, layer.step, area);
}

/** The picture that was on the screen when the player asked to inspect it. */
function pictureOf(state: State) {
  const below = state.layers.at(-2);
  const table = state.table!;
  const answer = lastAnswer(state);
  if (below?.at === 'play' && below.moment === undefined && (below.outlook ?? table.outlook) !== undefined)
    return { view: (below.outlook ?? table.outlook)!.view, marking: UNMARKED };
  if (below?.at === 'look' && table.aside !== undefined) return { view: table.aside.view, marking: UNMARKED };
  if (below?.at === 'play' && below.moment !== undefined)
    return { view: table.moments[below.moment]?.view ?? table.view, marking: UNMARKED };
  if (below?.at !== 'result' || answer === undefined) return { view: table.view, marking: UNMARKED };
  if (below.step === BEFORE) return { view: answer.before, marking: UNMARKED };
  const consequence = answer.judgement?.consequence;
  const views = consequence && [consequence.decided, ...consequence.steps.map(step => step.view)];
  const view = views?.[below.step] ?? answer.after;
  const before = below.step > 0 ? (views?.[below.step - 1] ?? answer.before) : answer.before;
  const broken = new Set(consequence?.broken.flatMap(({ rows }) => rows));
  return { view, marking: { changes: compare(before, view), broken } };
}
