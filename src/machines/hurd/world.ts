import type { Access, Region } from '../../language/moves.ts';
import { CowMap } from '../cow-map.ts';
import { type Cost, copyCost, NO_COST, type Trap } from '../machine.ts';
import { type Content, ZEROS } from './content.ts';
import type { Entry } from './frames.ts';
import { Physmem } from './physmem.ts';
import type { RuleSet } from './rules.ts';
import { READ, RUN, WRITE } from './space.ts';

/** How many tasks may live at once, and the frames that each is guaranteed unless a program says otherwise. */
export const MOST_TASKS = 8;
export const GUARANTEED = 32;
/** The container in which file system servers keep what they have read: soft references only. */
export const CACHE = 'fs';

/** What the pager's database says should be at a page. Rights as 'rw-'. */
export interface Logical {
  readonly perm: string;
  /** Whose data it is; anonymous where absent. */
  readonly file?: { readonly id: string; readonly page: number };
  /** The file system server does not answer any more. */
  readonly dead: boolean;
  /** The pager's own code and data, which the final pager pages. */
  readonly own: boolean;
  /** Truly shared with other tasks. */
  readonly shared: boolean;
}

/** Where the data of a page is; a page without any was never touched, or is still in its file. */
export type PageState =
  | { readonly kind: 'resident'; readonly index: number; readonly dirty: boolean }
  | { readonly kind: 'swapped'; readonly slot: number }
  | { readonly kind: 'soft'; readonly index: number }
  | { readonly kind: 'transit'; readonly index: number };

/** A task with the database of its pager. What the MMU has is in no database. */
export interface Task {
  readonly name: string;
  alive: boolean;
  guaranteed: number;
  /** Frames beyond those, which may be demanded back. */
  extra: number;
  readonly logical: CowMap<number, Logical>;
  readonly data: CowMap<number, PageState>;
}

/** What a request to physmem is about. */
export type About = 'map' | 'copy' | 'free' | 'reuse' | 'call';
export interface Request {
  readonly about: About;
  readonly task: string;
  readonly page: number;
  readonly pages: number;
  readonly index: number;
  /** Rights asked for, of `map`. */
  readonly wanted: number;
  /** Of `copy`: who gets it, and whether truly shared. */
  readonly to?: string;
  readonly shared?: boolean;
  /** Of `reuse`: the page whose data was there; `page` is the one whose data comes. */
  readonly from?: number;
  /** Of `call`: what is wrong with it. */
  readonly what?: string;
}

/** A message that somebody has to answer: to a pager, or to physmem. */
export interface HurdFault extends Trap {
  readonly handler: 'pager' | 'physmem';
  readonly about: 'fault' | 'late' | 'forged' | 'demand' | About;
  readonly wanted: number;
  readonly request?: Request;
  /** What physmem said to the pager's last call about this page. */
  readonly refused?: string | undefined;
  /** Of a demand: how many frames. */
  readonly frames?: number;
}

/** Does a thread wait for the answer? */
export const isFault = ({ about }: HurdFault): boolean => about === 'fault' || about === 'late';

/** What one micro-step leaves to the next. */
export interface Handler {
  entry: number;
  base: number;
  frame: number;
  failed: boolean;
}

export interface Signal {
  readonly process: string;
  readonly signal: 'SEGV' | 'BUS';
  readonly code: string;
  readonly address: number;
}

export class World {
  rules: RuleSet;
  readonly regions: readonly Region[];
  readonly physmem: Physmem;
  readonly tasks: Task[];
  readonly files: CowMap<string, Content>;
  /** By which entry the cache has a page of a file, if it still has it. */
  readonly cached: CowMap<string, number>;
  request: Request | undefined;
  refused: { readonly task: string; readonly page: number; readonly errno: string } | undefined;
  signal: Signal | undefined;
  /** A thread that nobody will ever answer. */
  asleep: string | undefined;
  /** A message that came although nothing lacked, or a demand, has been answered. */
  answered: boolean;
  /** The index in the receiver's container that a copy, or new data, is for. */
  copyIndex: number | undefined;
  /** How few frames a task must have when physmem's demand runs out. */
  demanded: number | undefined;
  trespass: string | undefined;
  /** A task got a frame that others are guaranteed. */
  overdrawn: string | undefined;
  readonly handler: Handler;
  readonly counts: Record<keyof Cost, number>;
  /** What copying all bytes at once would have cost. */
  eager: { readonly frames: number; readonly bytesRead: number; readonly bytesWritten: number };
  nextSymbol: number;

  constructor(rules: RuleSet, regions: readonly Region[], from?: World) {
    this.rules = rules;
    this.regions = regions;
    this.physmem = from?.physmem.clone() ?? new Physmem(rules.mechanics, MOST_TASKS * GUARANTEED);
    this.tasks = from?.tasks.map(cloneTask) ?? [];
    this.files = from?.files.clone() ?? new CowMap();
    this.cached = from?.cached.clone() ?? new CowMap();
    this.request = from?.request;
    this.refused = from?.refused;
    this.signal = from?.signal;
    this.asleep = from?.asleep;
    this.answered = from?.answered ?? false;
    this.copyIndex = from?.copyIndex;
    this.demanded = from?.demanded;
    this.trespass = from?.trespass;
    this.overdrawn = from?.overdrawn;
    this.handler = cloneHandler(from?.handler ?? NO_HANDLER);
    this.counts = copyCost(from?.counts ?? NO_COST);
    this.eager = from?.eager ?? { frames: 0, bytesRead: 0, bytesWritten: 0 };
    this.nextSymbol = from?.nextSymbol ?? 1000;
  }

  clone(): World {
    return new World(this.rules, this.regions, this);
  }

  addTask(name: string): Task {
    const task: Task = {
      name,
      alive: true,
      guaranteed: GUARANTEED,
      extra: 0,
      logical: new CowMap(),
      data: new CowMap(),
    };
    this.tasks.push(task);
    return task;
  }

  task(name: string): Task {
    const task = this.tasks.find(each => each.name === name && each.alive);
    if (task === undefined) throw new RangeError(`no task ${name}`);
    return task;
  }

  cost(): Cost {
    return copyCost(this.counts);
  }

  /** The file's own content of a page. */
  fileAt(file: { readonly id: string; readonly page: number }): Content {
    return this.files.get(fileKey(file)) ?? ZEROS;
  }

  entryOf(task: Task, page: number): Entry | undefined {
    const state = task.data.get(page);
    return state === undefined || state.kind === 'swapped'
      ? undefined
      : this.physmem.entryAt(task.name, state.index);
  }

  /** What a message is about: of a frame that is reused, what its index names. */
  entryAt({ process, page, request }: HurdFault): Entry | undefined {
    const task = this.tasks.find(({ name }) => name === (request?.task ?? process));
    if (request?.about === 'reuse') return this.physmem.entryAt(request.task, request.index);
    return task && this.entryOf(task, page);
  }

  /** What a page would show now if a correct fault brought it; undefined where nothing is mapped. */
  contentAt(task: Task, page: number): Content | undefined {
    const logical = task.logical.get(page);
    if (logical === undefined) return undefined;
    const state = task.data.get(page);
    const fresh = logical.file === undefined ? ZEROS : this.fileAt(logical.file);
    if (state === undefined || state.kind === 'transit') return fresh;
    if (state.kind === 'swapped') return this.physmem.slot(state.slot)?.content ?? fresh;
    const entry = this.physmem.entryAt(task.name, state.index);
    if (entry === undefined) return fresh;
    const pfn = this.physmem.pfnAt(entry, state.index);
    return pfn < 0 ? ZEROS : this.physmem.contentOf(pfn);
  }

  /** Frames that a task may have. */
  limitOf(task: Task): number {
    return task.guaranteed + task.extra;
  }

  /** Would so many more frames be too many? A task with nothing to give up is let have one more. */
  isOver(task: Task, more: number): boolean {
    return this.physmem.allocated(task.name) + more > this.limitOf(task);
  }
}

const NO_HANDLER: Handler = { entry: 0, base: 0, frame: 0, failed: false };
const cloneHandler = ({ entry, base, frame, failed }: Handler): Handler => ({ entry, base, frame, failed });

/** As all that is copied with a world: field by field, which is faster than to spread it. */
const cloneTask = (task: Task): Task => ({
  name: task.name,
  alive: task.alive,
  guaranteed: task.guaranteed,
  extra: task.extra,
  logical: task.logical.clone(),
  data: task.data.clone(),
});

export const fileKey = ({ id, page }: { readonly id: string; readonly page: number }): string =>
  `${id} ${page}`;

const BITS: Readonly<Record<Access, number>> = { read: READ, write: WRITE, fetch: RUN };
export const bitOf = (access: Access): number => BITS[access];

/** The rights with which an access goes through: what may be written may be read. */
export const rightsFor = (access: Access): number =>
  access === 'write' ? READ | WRITE : access === 'fetch' ? READ | RUN : READ;

export const allows = (perm: string, access: Access): boolean =>
  perm.includes({ read: 'r', write: 'w', fetch: 'x' }[access]);
