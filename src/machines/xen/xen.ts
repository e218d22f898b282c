import type { Machine } from '../machine.ts';
import { uncoupled } from './coupling.ts';
import { DECISIONS, type Decision, details, formatDecision, parseDecision } from './decision.ts';
import { decide } from './fault-path.ts';
import { frameOfPage, isFull, walkGuest } from './full.ts';
import { isolation } from './ideal.ts';
import type { IdealHost } from './ideal-isolation.ts';
import { broken } from './invariants.ts';
import { digest, key } from './key.ts';
import { mutations } from './mutations.ts';
import { fields, outcome } from './predict.ts';
import { price } from './prices.ts';
import { apply, perform, routine, usual, type XenMicro } from './routines.ts';
import { ruleSets } from './rules.ts';
import { exits, moves, scope } from './search.ts';
import { boot, knows, step } from './step.ts';
import { walk } from './tlb.ts';
import { view } from './view.ts';
import { facts, why } from './why.ts';
import { type Fault, vcpuOf, type World } from './world.ts';

/** Xen with paravirtual guests: typed frames, tables that guests keep and Xen looks through, both eras. */
export const xen: Machine<World, Fault, Decision, IdealHost> = {
  system: 'xen',
  rules: Object.keys(ruleSets),
  decisions: DECISIONS,
  fields,
  ideal: isolation,
  knows,
  boot,
  step,
  trespass: world => world.trespass,
  offers: (_world, _fault, menu) => menu.map(name => parseDecision(name)),
  best: (world, fault) => decide(world, fault).decision,
  why,
  facts,
  details,
  usual,
  deputies: {
    broken: Object.keys(mutations),
    become: (world, kernel) => {
      world.rules = mutations[kernel]!;
    },
  },
  routine,
  perform: (world, micro) => perform(world, micro as XenMicro),
  apply,
  entry,
  broken,
  cost: world => world.cost(),
  price,
  eager: () => ({ frames: 0, bytesRead: 0, bytesWritten: 0 }),
  view,
  clone: world => world.clone(),
  key,
  digest,
  parse: text => parseDecision(text),
  format: formatDecision,
  uncoupled,
  // Isolation does not depend on what data frames hold, so there is nothing to be made a symbol of.
  symbolize: () => new Map(),
  mapValues: () => undefined,
  scope,
  moves,
  exits,
  outcome,
};

/** What a retry must have changed to get on: the entry with its rights, the slots, how far the call has come. */
function entry(world: World, { process, cause, mode }: Fault): string {
  const domain = world.domain(process);
  if (cause.kind === 'request') return `${cause.n} ${world.call?.index}`;
  if (cause.kind !== 'access') return `${cause.kind} ${vcpuOf(domain).ldtMapped}`;
  if (isFull(domain)) {
    const led = walkGuest(world, domain, cause.va, mode === 'user');
    if (typeof led === 'string') return led;
    const frame = frameOfPage(domain, led.page);
    return `${led.page} ${led.rw} ${frame} ${world.frames[frame ?? -1]?.owner} ${domain.shadowed.has(led.page)}`;
  }
  const found = walk(world, vcpuOf(domain), cause.va, mode === 'user');
  const at = typeof found === 'string' ? found : `${found.frame} ${found.rw} ${found.word}`;
  return `${cause.va} ${at} ${domain.slots.active !== undefined} ${domain.slots.inactive !== undefined}`;
}
