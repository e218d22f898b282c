import type { Machine } from '../machine.ts';
import { eagerCost } from './calls/fork.ts';
import { costOf } from './counts.ts';
import { DECISIONS, type Decision, details, formatDecision, parseDecision } from './fault/decision.ts';
import { entry } from './fault/entry.ts';
import type { Fault } from './fault/fault.ts';
import { doUserAddrFault } from './fault/fault-path.ts';
import { fields, outcome } from './fault/predict.ts';
import { apply, type LinuxMicro, perform, routine } from './fault/routines.ts';
import { facts, why } from './fault/why.ts';
import type { IdealMemory } from './ideal/ideal.ts';
import * as judged from './judged.ts';
import { knownHoles } from './known-holes.ts';
import { ruleSets } from './rules.ts';
import { boot, knows, step } from './step.ts';
import { view } from './view/view.ts';
import type { World } from './world.ts';

/** Linux on x86-64, or on ARM: anonymous memory and stacks, fork, exec and exit, copies by the kernel. */
export const linux: Machine<World, Fault, Decision, IdealMemory> = {
  system: 'linux',
  rules: Object.keys(ruleSets),
  decisions: DECISIONS,
  fields,
  get ideal() {
    return judged.ideal;
  },
  settings: ['arch', 'wp', 'stack', 'smap', 'smep', 'overcommit'],
  knows,
  boot,
  step,
  sound: ({ rules, wp, setup }) =>
    wp !== 'off' && setup.smep && knownHoles.every(hole => hole.rules !== rules.name),
  trespass: world => world.trespass,
  offers: (_world, _fault, menu) => menu.map(name => parseDecision(name)),
  best: doUserAddrFault,
  why,
  facts,
  routine,
  perform: (world, micro) => perform(world, micro as LinuxMicro),
  apply,
  entry,
  broken: world => judged.broken(world),
  cost: ({ counts }) => costOf(counts),
  eager: eagerCost,
  view,
  clone: world => world.clone(),
  key: (world, ideal) => judged.key(world, ideal),
  digest: world => judged.digest(world),
  parse: text => parseDecision(text),
  format: formatDecision,
  uncoupled: (world, ideal) => judged.uncoupled(world, ideal),
  symbolize: (world, ideal) => judged.symbolize(world, ideal),
  mapValues: (world, ideal, to) => judged.mapValues(world, ideal, to),
  scope: (world, ideal) => judged.scope(world, ideal),
  moves: (world, scope) => judged.moves(world, scope),
  exits: world => judged.exits(world),
  details,
  get evidence() {
    return judged.evidence;
  },
  variations: (world, fault, move) => judged.variations(world, fault, move),
  get races() {
    return judged.races;
  },
  outcome,
};
