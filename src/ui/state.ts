import type { Film } from '../game/film.ts';
import type { Outlook, Question, Table } from '../game/types.ts';
import type { Level } from '../levels/level.ts';
import type { Prediction } from '../machines/machine.ts';
import type { Command, Scene } from './keymap.ts';

/** One screen, and where the player is on it. Screens lie on each other; Esc takes the upper one away. */
export type Layer =
  | { readonly at: 'start' | 'chapters' | 'summary' }
  | {
      readonly at: 'story';
      /** Begins when its story was read. */
      readonly level: Level;
    }
  | {
      readonly at: 'glossary';
      /** Looked up last. */
      readonly word?: string;
    }
  | {
      readonly at: 'levels';
      readonly chapter: string;
      /** The locked level that was chosen a moment ago: chosen once more it opens. */
      readonly asked?: string;
    }
  | {
      readonly at: 'play';
      /** Looking back: an index of the moments. */
      readonly moment?: number;
      /** Of a prediction: the fields answered so far. */
      readonly fields: Prediction;
      /** Of a schedule: what it has come to so far. */
      readonly outlook?: Outlook;
    }
  | {
      /** What is asked in passing before the result shows. */
      readonly at: 'look';
      readonly fields: Prediction;
    }
  | {
      readonly at: 'result';
      /** Of a wrong decision: 0 is the decision, n its nth step; of a right one 0 is what came of it. Or BEFORE. */
      readonly step: number;
    }
  | {
      readonly at: 'film';
      /** An index of its pictures. */
      readonly shot: number;
    }
  | { readonly at: 'inspect' | 'sharing' | 'hints' | 'help' | 'why' | 'more'; readonly scroll: number }
  | {
      readonly at: 'settings';
      /** Chosen last. */
      readonly name?: string;
      /** Its key is to be pressed next. */
      readonly asks?: boolean;
    }
  | { readonly at: 'entry'; readonly word: string; readonly scroll: number };

export interface State {
  /** The last is shown. */
  readonly layers: readonly Layer[];
  /** The level that is being played. */
  readonly table?: Table;
  /** The run that is watched, and what it is called. */
  readonly film?: Film & { readonly title: string };
  /** The question that the last answer was given to. */
  readonly asked?: Question;
  /** A command that would lose something, and was asked for a moment ago: asked for once more it is carried out. */
  readonly sure?: Command;
  /** One line about what just happened; gone with the next key. */
  readonly note: string;
}

export const PLAY: Layer = { at: 'play', fields: {} };
export const LOOK: Layer = { at: 'look', fields: {} };
export const RESULT: Layer = { at: 'result', step: 0 };

export const top = (state: State): Layer => state.layers.at(-1)!;

export const push = (state: State, layer: Layer): State => ({ ...state, layers: [...state.layers, layer] });
export const pop = (state: State): State =>
  state.layers.length > 1 ? { ...state, layers: state.layers.slice(0, -1) } : state;
export const replace = (state: State, layer: Layer): State =>
  push({ ...state, layers: state.layers.slice(0, -1) }, layer);

/** The answer that the result screen shows. */
export const lastAnswer = ({ table }: State) => table?.answers.at(-1);

/** The steps of the consequence that is shown; 0 where the answer was right. */
export const lastStep = (state: State): number => lastAnswer(state)?.text.steps.length ?? 0;

/** A form is filled in, a schedule put together, or a choice made. */
const sceneOfQuestion = (question: Question | undefined): Scene =>
  question?.fields !== undefined ? 'predict' : question?.depth === 'break' ? 'schedule' : 'play';

/** The step of a result at which the picture is seen as it was before the answer. */
export const BEFORE = -1;

/** Which keys apply. */
export function sceneOf(state: State): Scene {
  const layer = top(state);
  switch (layer.at) {
    case 'play':
      if (layer.moment !== undefined) return 'past';
      return sceneOfQuestion(state.table?.question);
    case 'result':
      return lastStep(state) > 0 ? 'wrong' : 'right';
    case 'settings':
      return layer.asks === true ? 'newKey' : 'settings';
    default:
      return layer.at;
  }
}

/** Does the command do anything now? The footer shows only what does. */
export function works(state: State): (command: Command) => boolean {
  const { table } = state;
  const layer = top(state);
  // Any letter may be the key that is asked for.
  if (sceneOf(state) === 'newKey') return command => command === 'back';
  return command => {
    switch (command) {
      case 'undo':
        return layer.at === 'result' ? lastAnswer(state)?.verdict === 'wasteful' : (table?.canUndo ?? false);
      case 'hint':
        return (
          table !== undefined &&
          table.exam === undefined &&
          (table.hints.opened.length < table.hints.total || layer.at === 'play')
        );
      case 'time':
        return (table?.moments.length ?? 0) > 0;
      case 'watch':
        return layer.at === 'result' && layer.step < lastStep(state);
      case 'takeBack':
        return layer.at === 'result' && layer.step >= lastStep(state) && !lastAnswer(state)!.wentOn;
      case 'goOn':
        return (
          layer.at === 'result' &&
          (lastStep(state) === 0 || (layer.step >= lastStep(state) && lastAnswer(state)!.wentOn))
        );
      case 'leftPar':
        return state.film?.left !== undefined;
      case 'restart':
        return table !== undefined && table.exam === undefined;
      case 'help':
        return layer.at !== 'help';
      case 'settings':
        return layer.at !== 'settings';
      case 'glossary':
        return layer.at !== 'glossary' && layer.at !== 'entry';
      default:
        return true;
    }
  };
}
