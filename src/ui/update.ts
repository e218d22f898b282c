import type { GameEvent } from '../game/types.ts';
import type { Level } from '../levels/level.ts';
import type { Prediction } from '../machines/machine.ts';
import { type Game, isRefusal, isUnderway, losesByLeaving, losesByRestart } from './game.ts';
import type { Command } from './keymap.ts';
import { answerOf, nextField } from './prediction.ts';
import { shotAfter } from './screens/film.ts';
import { currentOf, settingNamed, whyNotValue } from './settings.ts';
import {
  BEFORE,
  type Layer,
  LOOK,
  lastAnswer,
  lastStep,
  PLAY,
  pop,
  push,
  RESULT,
  replace,
  type State,
  top,
} from './state.ts';
import { fill, texts } from './texts.ts';
import { chosenExam } from './worth.ts';

/** What the player did: a named command (with the key that stands for it), a choice of the list, or a key as such. */
export type Input =
  | { readonly command: Command; readonly key: string }
  | { readonly chosen: string }
  | { readonly pressed: string };

/** How far the screen that is shown can be scrolled, and how much of it is seen at once. */
export interface Extent {
  readonly lines: number;
  readonly most: number;
}

/** The state after an input; undefined to leave the game. What was played is saved by `game`. */
export function update(state: State, input: Input, game: Game, extent: Extent): State | undefined {
  const { sure, ...rest } = state;
  const quiet = { ...rest, note: '' };
  if ('chosen' in input) return choose(quiet, input.chosen, game);
  if ('pressed' in input) return settle(quiet, input.pressed, game);
  const loss = sure === input.command ? undefined : lossBy(input.command, input.key, quiet, game);
  if (loss !== undefined) return { ...quiet, sure: input.command, note: loss };
  return input.command === 'quit' ? undefined : command(quiet, input.command, input.key, game, extent);
}

/** What a command would lose, to be asked for once more; undefined where it loses nothing. */
function lossBy(name: Command, key: string, { table }: State, game: Game): string | undefined {
  // Ctrl-C always leaves.
  if (key === 'ctrl+c' || table === undefined) return undefined;
  if (name === 'restart' && losesByRestart(table)) return fill(texts.sure.restart, { key });
  if (name === 'quit' && losesByLeaving(table, game)) return fill(texts.sure.quit, { key });
  return undefined;
}

function command(state: State, name: Command, key: string, game: Game, extent: Extent): State {
  const layer = top(state);
  const forward = key === 'right' || key === 'down' || key === 'pagedown' || key === 'space';
  switch (name) {
    case 'back':
      return back(state, game);
    case 'help':
    case 'inspect':
    case 'sharing':
      return push(state, { at: name, scroll: 0 });
    case 'why':
    case 'more':
      return push(state, { at: name, scroll: 0 });
    case 'glossary':
    case 'settings':
      return push(state, { at: name });
    case 'scroll':
    case 'page': {
      if (!('scroll' in layer)) return state;
      const by = name === 'page' ? Math.max(1, extent.lines - 1) : 1;
      const to = Math.min(layer.scroll, extent.most) + (forward ? by : -by);
      return replace(state, { ...layer, scroll: Math.max(0, Math.min(extent.most, to)) });
    }
    case 'start':
      return layer.at === 'story' ? begin(without(state), layer.level, game) : state;
    case 'time':
    case 'now':
      return inTime(state, name === 'now' ? 'now' : forward ? 1 : -1);
    case 'answer':
      return inFilm(state, forward ? 'next' : 'before');
    case 'leftPar':
      return inFilm(state, 'left');
    case 'step':
    case 'watch': {
      if (layer.at === 'film') return inFilm(state, forward ? 'on' : 'back');
      if (layer.at !== 'result') return state;
      const step = layer.step + (name === 'watch' || forward ? 1 : -1);
      // A wrong decision shows what it did at its first step, a right one what came of it.
      const first = lastStep(state) > 0 ? 0 : BEFORE;
      return replace(state, { ...layer, step: Math.max(first, Math.min(lastStep(state), step)) });
    }
    case 'takeBack':
      return pop(state);
    case 'skip':
      return pop(state);
    case 'goOn':
      return goOn(state);
    case 'hint':
      return hint(state, game);
    case 'undo':
      return played(state, { type: 'undo' }, game, texts.play.undone);
    case 'restart': {
      const variant = game.drawVariant();
      const variants = state.table?.variants ?? 1;
      const note = fill(texts.play.restarted, { variant: variant + 1, variants });
      return played(state, { type: 'restart', variant }, game, note);
    }
    default:
      return state;
  }
}

/** Esc: to the screen below, or out of a level to the map; on the form of a prediction, to the field before. */
function back(state: State, game: Game): State {
  const layer = top(state);
  if (layer.at === 'result' && lastAnswer(state)?.wentOn === true) return goOn(state);
  if (layer.at === 'play') {
    const picks = picksOf(layer);
    if (picks.length > 0) return scheduled(state, picks.slice(0, -1), game);
    const answered = Object.keys(layer.fields);
    if (answered.length > 0)
      return replace(state, {
        ...layer,
        fields: Object.fromEntries(Object.entries(layer.fields).slice(0, -1)),
      });
  }
  // A level of one's own has no map to go back to.
  const home: State = game.chart() === undefined ? state : { ...state, layers: [{ at: 'start' }] };
  return state.layers.length > 1 ? pop(state) : home;
}

/** Undo and restart: whatever was shown, the open question is shown next. */
function played(state: State, event: GameEvent, game: Game, note: string): State {
  const table = game.play(event);
  return isRefusal(table) ? { ...state, note: texts.play.noUndo } : { ...replace(state, PLAY), table, note };
}

function inFilm(state: State, way: Parameters<typeof shotAfter>[2]): State {
  const layer = top(state);
  if (layer.at !== 'film' || state.film === undefined) return state;
  return replace(state, { at: 'film', shot: shotAfter(state.film, layer.shot, way) });
}

function inTime(state: State, by: 1 | -1 | 'now'): State {
  const layer = top(state);
  const count = state.table?.moments.length ?? 0;
  if (layer.at !== 'play' || count === 0) return state;
  const { moment = count, ...rest } = layer;
  const to = by === 'now' ? count : Math.max(0, moment + by);
  return replace(state, to >= count ? rest : { ...rest, moment: to });
}

/** The first `h` opens the first hint; later ones show those that are open, where `h` opens the next. */
function hint(state: State, game: Game): State {
  const layer = top(state);
  const { opened, total } = state.table!.hints;
  const opens = opened.length === 0 || layer.at === 'hints';
  if (!opens || opened.length >= total)
    return layer.at === 'hints' ? state : push(state, { at: 'hints', scroll: 0 });
  const table = game.play({ type: 'hint' });
  if (isRefusal(table)) return { ...state, note: texts.play.noHint };
  const next = { ...state, table };
  return layer.at === 'hints' ? next : push(next, { at: 'hints', scroll: 0 });
}

function choose(state: State, chosen: string, game: Game): State | undefined {
  const layer = top(state);
  const exam = chosenExam(chosen, game);
  if (exam !== undefined) return open(state, exam, game);
  switch (layer.at) {
    case 'start':
    case 'summary':
      return fromMenu(state, chosen, game);
    case 'chapters':
      return push(state, { at: 'levels', chapter: chosen });
    case 'levels':
      return fromMap(state, layer, chosen, game);
    case 'play':
      if (state.table?.question?.fields !== undefined) return answerField(state, chosen, game);
      return state.table?.question?.depth === 'break'
        ? pick(state, chosen, game)
        : decide(state, chosen, game);
    case 'look':
      return look(state, layer.fields, chosen, game);
    case 'settings':
      return settle(replace(state, { at: 'settings', name: chosen }), undefined, game);
    case 'glossary':
      return push(replace(state, { ...layer, word: chosen }), { at: 'entry', word: chosen, scroll: 0 });
    default:
      return state;
  }
}

/** A level of the map; one that is locked opens when it is chosen twice. */
function fromMap(state: State, layer: Layer, chosen: string, game: Game): State {
  const chart = game.chart();
  const entry = chart?.chapters.flatMap(({ levels }) => levels).find(({ level }) => level.id === chosen);
  if (entry === undefined || layer.at !== 'levels') return state;
  const { lockedBy } = entry;
  if (lockedBy === undefined || layer.asked === chosen) return open(state, entry.level, game);
  const note = fill(texts.map.lockedNote, { before: lockedBy.title });
  return { ...replace(state, { ...layer, asked: chosen }), note };
}

function fromMenu(state: State, chosen: string, game: Game): State | undefined {
  switch (chosen) {
    case 'quit':
      return undefined;
    case 'chapters':
      return push({ ...state, layers: [{ at: 'start' }] }, { at: 'chapters' });
    case 'glossary':
    case 'settings':
      return push(state, { at: chosen });
    case 'help':
      return push(state, { at: 'help', scroll: 0 });
    case 'again':
      return command(state, 'restart', '', game, { lines: 1, most: 0 });
    case 'shift': {
      const next = game.shift()?.next;
      return next === undefined ? { ...state, note: texts.start.shiftNote } : open(state, next, game);
    }
    case 'review': {
      const due = game.review();
      return due === undefined ? { ...state, note: texts.start.reviewNote } : open(state, due, game);
    }
    case 'begin':
    case 'continue':
    case 'next': {
      const level = levelFor(state, chosen, game);
      const onMap: State = { ...state, layers: [{ at: 'start' }] };
      return level === undefined ? state : open(onMap, level, game, chosen === 'begin');
    }
    default:
      return state;
  }
}

function levelFor({ table }: State, chosen: string, game: Game): Level | undefined {
  if (chosen === 'continue') return game.underway();
  return table === undefined || chosen === 'begin' ? game.chart()?.next?.level : game.after(table.level.id);
}

/** Opens a level: with its story first, unless that was told already or the level is under way. */
function open(state: State, level: Level, game: Game, told = false): State {
  return told || isUnderway(game, level) ? begin(state, level, game) : push(state, { at: 'story', level });
}

/** The screens below the one that is shown. */
const without = (state: State): State => ({ ...state, layers: state.layers.slice(0, -1) });

const begin = (state: State, level: Level, game: Game): State =>
  push({ ...state, table: game.open(level).table }, PLAY);

function answerField(state: State, option: string, game: Game): State {
  const layer = top(state);
  const question = state.table?.question;
  if (layer.at !== 'play' || question === undefined) return state;
  const asked = nextField(question, layer.fields);
  if (asked === undefined) return state;
  const fields = { ...layer.fields, [asked.field.id]: option };
  return nextField(question, fields) === undefined
    ? decide(state, answerOf(question, fields), game)
    : replace(state, { ...layer, fields });
}

/** A field of what is asked in passing; the last one uncovers the result. */
function look(state: State, answered: Prediction, option: string, game: Game): State {
  const question = state.table?.aside?.question;
  const asked = question && nextField(question, answered);
  if (question === undefined || asked === undefined) return pop(state);
  const fields = { ...answered, [asked.field.id]: option };
  if (nextField(question, fields) !== undefined) return replace(state, { at: 'look', fields });
  const table = game.play({ type: 'look', answer: answerOf(question, fields) });
  return pop(isRefusal(table) ? state : { ...state, table });
}

const goOn = (state: State): State =>
  replace(state, state.table?.question === undefined ? { at: 'summary' } : PLAY);

const picksOf = (layer: Layer): readonly string[] =>
  layer.at === 'play' && layer.outlook !== undefined && layer.outlook.schedule !== ''
    ? layer.outlook.schedule.split(' ')
    : [];

/** The next step of a schedule; the one that shows a difference completes it. */
function pick(state: State, chosen: string, game: Game): State {
  if (chosen === 'none') return decide(state, chosen, game);
  const picks = picksOf(top(state));
  const next = scheduled(state, [...picks, chosen], game);
  const layer = top(next);
  if (picksOf(layer).length === picks.length) return { ...state, note: texts.play.cannot };
  return layer.at === 'play' && layer.outlook?.shows === true
    ? decide(next, layer.outlook.schedule, game)
    : next;
}

function scheduled(state: State, picks: readonly string[], game: Game): State {
  const outlook = game.outlook(picks);
  return outlook === undefined ? state : replace(state, { at: 'play', fields: {}, outlook });
}

function decide(state: State, decision: string, game: Game): State {
  const table = game.play({ type: 'decide', decision });
  const asked = state.table?.question;
  if (isRefusal(table) || asked === undefined) return state;
  const next = { ...state, table, asked };
  const answer = lastAnswer(next);
  const wrong = answer !== undefined && !answer.wentOn;
  // After a wrong one Enter leads back to the question, which is the same again.
  if (wrong) return push(replace(next, PLAY), RESULT);
  const result = replace(next, RESULT);
  return table.aside !== undefined && table.aside.answer === undefined ? push(result, LOOK) : result;
}

/** The setting that was chosen takes its next value, or the key that was pressed; asks for a key where none was. */
function settle(state: State, pressed: string | undefined, game: Game): State {
  const layer = top(state);
  const setting = layer.at === 'settings' ? settingNamed(layer.name ?? '') : undefined;
  if (setting === undefined) return state;
  const { name } = setting;
  if ('key' in setting && pressed === undefined) return replace(state, { at: 'settings', name, asks: true });
  const value = 'key' in setting ? pressed! : after(setting.values, currentOf(setting, game.preferences));
  const why = whyNotValue(setting, value, game.preferences);
  if (why !== undefined) return { ...state, note: why };
  game.set(name, value);
  const note = name === 'mode' ? texts.settings.next : '';
  return { ...replace(state, { at: 'settings', name }), note };
}

const after = (values: readonly string[], value: string): string =>
  values[(values.indexOf(value) + 1) % values.length]!;
