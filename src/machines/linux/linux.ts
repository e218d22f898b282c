import type { Machine } from '../machine.ts';
import { eagerCost } from './calls/fork.ts';
import { uncoupled } from './coupling/coupling.ts';
import { mapValues, symbolize } from './coupling/symbols.ts';
import { DECISIONS, type Decision, details, formatDecision, parseDecision } from './fault/decision.ts';
import { entry } from './fault/entry.ts';
import { doUserAddrFault } from './fault/fault-path.ts';
import { fields, outcome } from './fault/predict.ts';
import { apply, type LinuxMicro, perform, routine } from './fault/routines.ts';
import { facts, why } from './fault/why.ts';
import { type IdealMemory, linuxIdeal } from './ideal/ideal.ts';
import { broken } from './invariants/invariants.ts';
import { digest, key } from './key.ts';
import { knownHoles } from './known-holes.ts';
import { races } from './races/races.ts';
import { EVIDENCE, variations } from './races/variations.ts';
import { ruleSets } from './rules.ts';
import { exits, moves, scope } from './search.ts';
import { boot, knows, step } from './step.ts';
import { view } from './view/view.ts';
import type { Fault, World } from './world.ts';

/** Linux on x86-64, or on ARM: anonymous memory and stacks, fork, exec and exit, copies by the kernel. */
export const linux: Machine<World, Fault, Decision, IdealMemory> = {
  system: 'linux',
  rules: Object.keys(ruleSets),
  decisions: DECISIONS,
  fields,
  ideal: linuxIdeal,
  settings: ['arch', 'wp', 'stack', 'smap', 'smep', 'overcommit'],
  knows,
  boot,
  step,
  sound: ({ rules, wp, smep }) => wp !== 'off' && smep && knownHoles.every(hole => hole.rules !== rules.name),
  trespass: world => world.trespass,
  offers: (_world, _fault, menu) => menu.map(name => parseDecision(name)),
  best: doUserAddrFault,
  why,
  facts,
  routine,
  perform: (world, micro) => perform(world, micro as LinuxMicro),
  apply,
  entry,
  broken,
  cost: world => world.cost(),
  eager: eagerCost,
  view,
  clone: world => world.clone(),
  key,
  digest,
  parse: text => parseDecision(text),
  format: formatDecision,
  uncoupled,
  symbolize,
  mapValues,
  scope,
  moves,
  exits,
  details,
  evidence: EVIDENCE,
  variations,
  races,
  outcome,
};
