import { type Access, type Move, type Program, type Seen, SYMBOL, sameSeen } from '../language/moves.ts';
import {
  type AnyMachine,
  addCosts,
  type Choice,
  type Cost,
  costBetween,
  isTrap,
  type Machine,
  type Panel,
  type Row,
  type Scope,
  type Trap,
  type View,
} from './machine.ts';

/** One of the systems that run a program side by side. */
export interface Part {
  readonly name: string;
  /** As it is shown: 'Linux 6.x'. */
  readonly title: string;
  readonly machine: AnyMachine;
  readonly rules: string;
}

/** A fault of one of the parts. */
class Fault implements Trap {
  readonly kind = 'trap';
  readonly handler: string;
  readonly part: number;
  readonly inner: Trap;
  private readonly title: string;
  declare readonly event?: NonNullable<Trap['event']>;

  constructor(part: number, { name, title }: Part, inner: Trap) {
    this.handler = `${name} ${inner.handler ?? 'kernel'}`;
    this.part = part;
    this.inner = inner;
    this.title = title;
    if (inner.event !== undefined) this.event = inner.event;
  }

  get process(): string {
    return this.inner.process;
  }

  get access(): Access {
    return this.inner.access;
  }

  get page(): number {
    return this.inner.page;
  }

  get offset(): number {
    return this.inner.offset;
  }

  get address(): number {
    return this.inner.address;
  }

  get errorCode(): number {
    return this.inner.errorCode;
  }

  get registers(): Trap['registers'] {
    return [['on', this.title], ...this.inner.registers];
  }
}

interface Decision extends Choice {
  readonly inner: Choice;
}

/** An operation that somebody had to decide about: the worlds before and after it, and who decided in each. */
interface Compared {
  readonly before: readonly PartWorld[];
  readonly after: readonly PartWorld[];
  readonly deciders: readonly (readonly string[])[];
}

// biome-ignore lint/suspicious/noExplicitAny: the worlds of the parts are opaque here
type PartWorld = any;

interface World {
  readonly worlds: PartWorld[];
  /** The worlds before the operation that is under way; never changed. */
  before: readonly PartWorld[] | undefined;
  /** Which part carries out the operation now; what it showed in those before. */
  at: number;
  results: (Seen | undefined)[];
  /** The part of which somebody decided otherwise than its own reference. */
  suspect: number;
  deciders: string[][];
  last: Compared | undefined;
  /** The part that is shown where nothing is asked: the one that decided last. All of them before that. */
  shown: number | undefined;
  /** The part of which a decision is tried: what the others do for the same move is not its cost. */
  tried: number | undefined;
  trespass: string | undefined;
}

/** Symbols of different parts are this far apart. */
const APART = 100_000;

/**
 * Several systems as one machine: they carry out the same operations one after the other, each on a world of
 * its own, and each asks for its own decisions. An operation that a part does not know passes it by.
 */
export function together(
  system: string,
  parts: readonly Part[],
): Machine<World, Fault, Decision, readonly unknown[]> {
  const machineAt = (part: number): AnyMachine => parts[part]!.machine;
  const each = <T>(of: (machine: AnyMachine, part: number) => T): T[] =>
    parts.map(({ machine }, part) => of(machine, part));
  const clones = (world: World): PartWorld[] => each((machine, part) => machine.clone(world.worlds[part]));
  const costs = (world: World): Cost[] => each((machine, part) => machine.cost(world.worlds[part]));
  const named = (part: number, name: string): string => `${parts[part]!.name}:${name}`;

  function step(world: World, move: Move): Seen | Fault {
    if (world.before === undefined) {
      world.deciders = parts.map(() => []);
      world.results = [];
      world.before = clones(world);
      world.trespass = undefined;
    }
    for (; world.at < parts.length; world.at++) {
      const { machine } = parts[world.at]!;
      if (!machine.knows(move)) {
        world.results.push(undefined);
        continue;
      }
      const result: Seen | Trap = machine.step(world.worlds[world.at], move);
      if (isTrap(result)) return new Fault(world.at, parts[world.at]!, result);
      world.trespass ??= machine.trespass(world.worlds[world.at]);
      world.results.push(result);
    }
    const { before, deciders } = world;
    if (deciders.some(names => names.length > 0)) world.last = { before, after: clones(world), deciders };
    world.at = 0;
    world.before = undefined;
    return odd(world.results, world.suspect) ?? { kind: 'done' };
  }

  /** Who decided the last operation in each system, and what it took. */
  function compare(world: World): Panel {
    const { last } = world;
    const rows = (last === undefined ? [] : parts).map(({ name, title, machine }, part) => {
      const cost = costBetween(machine.cost(last!.before[part]), machine.cost(last!.after[part]));
      return row(`compare ${name}`, [
        title,
        [...new Set(last!.deciders[part])].join(', ') || 'nobody',
        String(cost.faults),
        String(cost.messages),
        String(cost.frames),
        String(Math.min(cost.bytesRead, cost.bytesWritten)),
      ]);
    });
    const columns = ['kernel', 'decided by', 'traps', 'messages', 'frames', 'copied'];
    return Object.freeze({ id: 'compare', rank: 0, title: 'the same in each', columns, rows });
  }

  function view(world: World, fault?: Fault): View {
    const only = fault?.part ?? world.shown;
    const shown = only === undefined ? each((_, part) => part) : [only];
    const panels = shown.flatMap(part => {
      const { panels } = machineAt(part).view(world.worlds[part], fault?.inner) as View;
      const kept = only === undefined ? panels.filter(({ rank }) => rank === 0) : panels;
      return kept.map(panel => ({
        ...panel,
        id: named(part, panel.id),
        rank: panel.rank + (fault === undefined && part > 0 ? 1 : 0),
        title: `${parts[part]!.title}: ${panel.title}`,
        rows: panel.rows.map(each => ({ ...each, key: named(part, each.key) })),
      }));
    });
    return Object.freeze({
      panels: fault === undefined ? [...panels, { ...compare(world), rank: 3 }] : panels,
    });
  }

  return {
    system,
    rules: ['together'],
    decisions: parts.flatMap(({ name, machine }) => machine.decisions.map(decision => `${name}:${decision}`)),
    fields: [],
    ideal: {
      boot: (program: Program) => each(machine => machine.ideal.boot(program)),
      clone: ideals => each((machine, part) => machine.ideal.clone(ideals[part])),
      expect(ideals, move) {
        const part = parts.findIndex(({ machine }) => machine.knows(move));
        return machineAt(part).ideal.expect(ideals[part], move);
      },
      advance(ideals, move, seen) {
        each((machine, part) => machine.knows(move) && machine.ideal.advance(ideals[part], move, seen));
      },
    },
    knows: move => parts.some(({ machine }) => machine.knows(move)),
    boot: program => ({
      worlds: parts.map(({ machine, rules }) => machine.boot(program, rules)),
      before: undefined,
      at: 0,
      results: [],
      suspect: -1,
      deciders: parts.map(() => []),
      last: undefined,
      shown: undefined,
      tried: undefined,
      trespass: undefined,
    }),
    step,
    trespass: ({ trespass }) => trespass,
    offers: (world, { part, inner }, menu) => {
      const own = menu.flatMap(name => (name.startsWith(named(part, '')) ? [bare(name)] : []));
      return machineAt(part)
        .offers(world.worlds[part], inner, own)
        .map(choice => wrap(part, choice));
    },
    best: (world, { part, inner }) => wrap(part, machineAt(part).best(world.worlds[part], inner)),
    why(world, { part, inner }, decision) {
      const reason = machineAt(part).why(world.worlds[part], inner, decision.inner);
      return { ...reason, rule: named(part, reason.rule) };
    },
    facts: (world, move) => machineAt(0).facts(world.worlds[0], move),
    routine: (world, { part, inner }, decision) =>
      machineAt(part)
        .routine(world.worlds[part], inner, decision.inner)
        .map(micro => ({ ...micro, part })),
    perform: (world, micro) => {
      const { part, ...inner } = micro as unknown as { part: number; step: string };
      machineAt(part).perform(world.worlds[part], inner);
    },
    apply(world, { part, inner, handler }, decision) {
      const machine = machineAt(part);
      const best = machine.format(machine.best(world.worlds[part], inner));
      if (machine.format(decision.inner) !== best) world.suspect = part;
      world.shown = part;
      world.deciders[part]!.push(handler.replace(`${parts[part]!.name} `, ''));
      machine.apply(world.worlds[part], inner, decision.inner);
    },
    entry: (world, { part, inner }) => machineAt(part).entry(world.worlds[part], inner),
    broken: world =>
      each((machine, part) =>
        machine.broken(world.worlds[part]).map(violation => ({
          ...violation,
          rows: violation.rows.map(key => named(part, key)),
        })),
      ).flat(),
    cost: world => (world.tried === undefined ? costs(world).reduce(addCosts) : costs(world)[world.tried]!),
    eager: world =>
      each((machine, part) => machine.eager(world.worlds[part])).reduce((a, b) => ({
        frames: a.frames + b.frames,
        bytesRead: a.bytesRead + b.bytesRead,
        bytesWritten: a.bytesWritten + b.bytesWritten,
      })),
    view,
    compare,
    clone: world => ({
      worlds: clones(world),
      before: world.before,
      at: world.at,
      results: world.results.slice(),
      suspect: world.suspect,
      deciders: world.deciders.map(names => names.slice()),
      last: world.last,
      shown: world.shown,
      tried: world.tried,
      trespass: world.trespass,
    }),
    key: (world, ideals) =>
      `${world.at} ${each((machine, part) => machine.key(world.worlds[part], ideals[part])).join(' | ')}`,
    digest: world => each((machine, part) => machine.digest(world.worlds[part])).join(''),
    parse(text) {
      const part = parts.findIndex(({ name }) => text.trim().startsWith(`${name}:`));
      if (part < 0) return wrap(0, machineAt(0).parse(text));
      return wrap(part, machineAt(part).parse(bare(text.trim())));
    },
    format: decision => decision.do,
    uncoupled(world, ideals) {
      for (const [part, { machine }] of parts.entries()) {
        const found = machine.uncoupled(world.worlds[part], ideals[part]);
        if (found !== undefined) return { ...found, rows: found.rows.map(key => named(part, key)) };
      }
      return undefined;
    },
    symbolize(world, ideals) {
      const legend = new Map<number, number>();
      // Those that are done already are ahead of the ideal: they do it once more, with symbols.
      for (let part = 0; part < world.at; part++)
        world.worlds[part] = machineAt(part).clone(world.before![part]);
      world.tried = world.at;
      world.at = 0;
      world.results = [];
      for (const [part, { machine }] of parts.entries()) {
        const apart = (value: number): number => (value >= SYMBOL ? value + part * APART : value);
        for (const [symbol, byte] of machine.symbolize(world.worlds[part], ideals[part]))
          legend.set(apart(symbol), byte);
        machine.mapValues(world.worlds[part], ideals[part], apart);
      }
      return legend;
    },
    mapValues(world, ideals, value) {
      each((machine, part) => machine.mapValues(world.worlds[part], ideals[part], value));
    },
    scope: (world, { part, inner }) =>
      ({ ...machineAt(part).scope(world.worlds[part], inner), part }) as Scope,
    moves: (world, scope) => {
      const { part } = scope as Scope & { part: number };
      return machineAt(part).moves(world.worlds[part], scope);
    },
    exits: world => machineAt(0).exits(world.worlds[0]),
    outcome: (world, move, ideals) => machineAt(0).outcome(world.worlds[0], move, ideals?.[0]),
  };

  function wrap(part: number, inner: Choice): Decision {
    return { do: named(part, machineAt(part).format(inner)), inner };
  }
}

/** The name without its part's. */
const bare = (name: string): string => name.slice(name.indexOf(':') + 1);

/** What all parts showed; where they differ, what the one under suspicion did. */
function odd(results: readonly (Seen | undefined)[], suspect: number): Seen | undefined {
  const suspected = results[suspect];
  const shown = results.filter(result => result !== undefined);
  if (suspected !== undefined && shown.some(result => !sameSeen(result, suspected))) return suspected;
  return shown[0];
}

const row = (key: string, cells: string[]): Row =>
  Object.freeze({ key, role: 'compare', indent: 0, cells: Object.freeze(cells), marks: [] });
