import type { Region } from '../../../language/moves.ts';
import { COUNTS, type Cost, type Trap } from '../../machine.ts';
import type { Content } from '../content.ts';

/** Map entries with their objects, as GNU Mach keeps them, page by page. Source: vm/vm_map.h, vm/vm_object.h. */
export interface MapEntry {
  readonly perm: string;
  readonly object: number;
  /** The page of the object. */
  readonly offset: number;
  /** A write has to make a shadow object first: the symmetric copy of fork. */
  readonly needsCopy: boolean;
}

export interface VmObject {
  readonly id: number;
  /** Resident pages: contents by page of the object. */
  readonly pages: Map<number, Content>;
  /** Where pages are looked for that are not here. */
  shadow: number | undefined;
  /** Who must be given the old page before one is written here: the asymmetric copy of a file's object. */
  copy: number | undefined;
  /** The first byte of the file that a user-space pager has behind it. */
  readonly file: number | undefined;
  /** Copied by way of copy objects: files, and what was copied from them so (the strategy 'delay'). */
  readonly delayed: boolean;
}

export interface Task {
  readonly name: string;
  alive: boolean;
  readonly map: Map<number, MapEntry>;
  /** What the MMU has: pages with 'r' or 'rw'. */
  readonly pmap: Map<
    number,
    { readonly object: number; readonly offset: number; readonly writable: boolean }
  >;
}

export interface MachFault extends Trap {
  readonly write: boolean;
}

export class World {
  readonly regions: readonly Region[];
  tasks: Task[] = [];
  objects = new Map<number, VmObject>();
  nextObject = 1;
  nextSymbol = 1000;
  signal: { readonly process: string; readonly code: string; readonly address: number } | undefined;
  counts = Object.fromEntries(COUNTS.map(count => [count, 0])) as Record<keyof Cost, number>;
  eager = { frames: 0, bytesRead: 0, bytesWritten: 0 };

  constructor(regions: readonly Region[]) {
    this.regions = regions;
  }

  clone(): World {
    const copy = new World(this.regions);
    copy.tasks = this.tasks.map(task => ({ ...task, map: new Map(task.map), pmap: new Map(task.pmap) }));
    for (const [id, object] of this.objects)
      copy.objects.set(id, { ...object, pages: new Map(object.pages) });
    copy.nextObject = this.nextObject;
    copy.nextSymbol = this.nextSymbol;
    copy.signal = this.signal;
    copy.counts = { ...this.counts };
    copy.eager = { ...this.eager };
    return copy;
  }

  addTask(name: string): Task {
    const task: Task = { name, alive: true, map: new Map(), pmap: new Map() };
    this.tasks.push(task);
    return task;
  }

  task(name: string): Task {
    const task = this.tasks.find(each => each.name === name && each.alive);
    if (task === undefined) throw new RangeError(`no task ${name}`);
    return task;
  }

  newObject(shadow?: number, file?: number, delayed = file !== undefined): VmObject {
    const object: VmObject = {
      id: this.nextObject++,
      pages: new Map(),
      shadow,
      copy: undefined,
      file,
      delayed,
    };
    this.objects.set(object.id, object);
    return object;
  }
}
