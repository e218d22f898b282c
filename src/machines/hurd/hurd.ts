import type { Machine } from '../machine.ts';
import { mapValues, symbolize, uncoupled } from './coupling.ts';
import {
  COPIES,
  DECISIONS,
  type Decision,
  FREES,
  formatDecision,
  MAPS,
  PAGER,
  parseDecision,
  REUSES,
} from './decision.ts';
import { hurdIdeal, type IdealMemory } from './ideal.ts';
import { broken } from './invariants.ts';
import { digest, key } from './key.ts';
import { fields, outcome } from './predict.ts';
import { best } from './reference.ts';
import { apply, type HurdMicro, perform, routine } from './routines.ts';
import { ruleSets } from './rules.ts';
import { exits, moves, scope } from './search.ts';
import { boot, knows, step } from './step.ts';
import { view } from './view.ts';
import { facts, why } from './why.ts';
import type { HurdFault, World } from './world.ts';

/** The Hurd on L4: pagers in the tasks themselves, physmem that owns all frames, and a kernel that decides nothing. */
export const hurd: Machine<World, HurdFault, Decision, IdealMemory> = {
  system: 'hurd',
  rules: Object.keys(ruleSets),
  decisions: DECISIONS,
  fields,
  ideal: hurdIdeal,
  knows,
  boot,
  step,
  trespass: world => world.trespass,
  offers: (_world, fault, menu) =>
    menu.filter(name => answers(fault).includes(name)).map(name => parseDecision(name)),
  best,
  why,
  facts,
  routine,
  perform: (world, micro) => perform(world, micro as HurdMicro),
  apply,
  entry,
  broken,
  cost: world => world.cost(),
  eager: world => world.eager,
  view,
  clone: world => world.clone(),
  key,
  digest,
  parse: parseDecision,
  format: formatDecision,
  uncoupled,
  symbolize,
  mapValues,
  scope,
  moves,
  exits,
  outcome,
};

/** What may be said to a message: a pager cannot answer for physmem, nor is a request to copy answered by freeing. */
function answers({ handler, about }: HurdFault): readonly string[] {
  if (handler === 'pager') return PAGER;
  const denials = MAPS.filter(name => name.startsWith('deny'));
  switch (about) {
    case 'copy':
      return [...COPIES, ...denials];
    case 'free':
      return [...FREES, ...denials];
    case 'reuse':
      return [...REUSES, ...denials];
    default:
      return MAPS;
  }
}

/** What the message is about: mapping, data, what was refused, and how much the task has. */
function entry(world: World, fault: HurdFault): string {
  const { process, page, refused, request, about } = fault;
  const { data } = world.tasks.find(({ name }) => name === process)!;
  const mapping = world.physmem.mmu.at(process, page);
  const held = world.entryAt(fault);
  const base = held && world.physmem.pfnAt(held, held.start);
  let resident = 0;
  for (const { kind } of data.values()) if (kind === 'resident') resident++;
  const before = `${page} ${mapping?.rights} ${mapping?.pfn} ${data.get(page)?.kind} ${base}`;
  return `${before} ${refused} ${request?.wanted} ${about} ${data.size} ${resident} ${world.answered}`;
}
