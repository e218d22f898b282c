import type { Move } from '../../language/moves.ts';
import { addressText, frameOf, requestText, WORDS, wordText, type XenMove } from '../../language/xen.ts';
import { type Facts, type Reason, withFacts } from '../machine.ts';
import type { Decision } from './decision.ts';
import { decide, RULES } from './fault-path.ts';
import { frameOfPage, isFull, walkGuest } from './full.ts';
import { walk } from './tlb.ts';
import { isPresent } from './word.ts';
import { type Asked, type Domain, type Fault, vcpuOf, type World } from './world.ts';

/** Why it is to be decided as Xen decides it, and the facts that the words name. */
export function why(world: World, fault: Fault, decision: Decision): Reason {
  const { rule } = decide(world, fault);
  return {
    rule,
    function: RULES[rule],
    facts: withFacts(factsOf(world, fault), {
      access: fault.access,
      errorCode: fault.errorCode,
      decision: decision.do,
    }),
  };
}

/** The facts of the state that a move meets, whether it asks for anything or not. */
export function facts(world: World, move: Move): Facts {
  const domain = world.domains.find(({ name }) => name === move.process);
  if (domain === undefined) return {};
  const { va, index } = move as { va?: number; index?: number } & XenMove;
  return va === undefined ? frameFacts(world, domain, -1, 0) : accessFacts(world, domain, va, index ?? 0);
}

function factsOf(world: World, { process, cause, mode }: Fault): Facts {
  const domain = world.domain(process);
  switch (cause.kind) {
    case 'access':
      return withFacts(accessFacts(world, domain, cause.va, cause.index), {
        page: addressText(cause.va),
        mode,
      });
    case 'request':
      return withFacts(requestFacts(world, domain, cause.request), { mode });
    default:
      return withFacts(frameFacts(world, domain, vcpuOf(domain).ldt, 0), { mode });
  }
}

function accessFacts(world: World, domain: Domain, va: number, index: number): Facts {
  if (isFull(domain)) return pageFacts(world, domain, va, index);
  const found = walk(world, vcpuOf(domain), va, false);
  const at = typeof found === 'string' ? -1 : found.frame;
  const word = typeof found === 'string' ? 0 : found.word;
  return withFacts(frameFacts(world, domain, at, word), {
    place: addressText(va, index),
    rights: rightsOf(found),
  });
}

function pageFacts(world: World, domain: Domain, va: number, index: number): Facts {
  const found = walkGuest(world, domain, va, false);
  const page = typeof found === 'string' ? undefined : found.page;
  const mfn = page === undefined ? undefined : frameOfPage(domain, page);
  return withFacts(frameFacts(world, domain, mfn ?? -1, typeof found === 'string' ? 0 : found.word), {
    place: addressText(va, index),
    rights: typeof found === 'string' ? 'none' : found.rw ? 'rw' : 'r-',
    page: page === undefined ? 'no page' : `f${page}`,
    wp: domain.wp ? 'set' : 'clear',
  });
}

const rightsOf = (found: ReturnType<typeof walk>): string =>
  typeof found === 'string' ? 'none' : found.rw ? 'rw' : 'r-';

function requestFacts(world: World, domain: Domain, asked: Asked): Facts {
  switch (asked.kind) {
    case 'set': {
      const live = world.frames[asked.frame]?.words[asked.index] ?? 0;
      return withFacts(frameFacts(world, domain, namedBy(asked.word, live), live), {
        place: requestText(asked),
        page: `f${asked.frame}[${asked.index}]`,
        rights: wordText(asked.word).replace(/^f\d+:/, ''),
      });
    }
    case 'vamap': {
      const live = wordAt(world, domain, asked.va);
      return withFacts(frameFacts(world, domain, namedBy(asked.word, live), live), {
        place: `${addressText(asked.va)} = ${wordText(asked.word)}`,
        page: addressText(asked.va),
        rights: wordText(asked.word).replace(/^f\d+:/, ''),
      });
    }
    case 'exchange': {
      const at = asked.va + Math.floor(asked.skip / WORDS);
      return withFacts(accessFacts(world, domain, at, asked.skip % WORDS), {
        place: addressText(at, asked.skip % WORDS),
      });
    }
    case 'gntmap':
    case 'gntunmap':
      return withFacts(frameFacts(world, domain, asked.mfn, wordAt(world, domain, asked.va)), {
        place: addressText(asked.va),
        page: addressText(asked.va),
        rights: asked.rw ? 'rw' : 'r-',
        offer: offerText(world, asked.mfn),
      });
    case 'm2p':
      return withFacts(frameFacts(world, domain, asked.frame, 0), { place: requestText(asked) });
    case 'iret':
      return withFacts(frameFacts(world, domain, -1, 0), { place: 'iret' });
    default:
      return withFacts(frameFacts(world, domain, asked.mfn, 0), { place: `f${asked.mfn}` });
  }
}

/** The entry that the guest's tables have at an address; 0 where they lead to none. */
function wordAt(world: World, domain: Domain, va: number): number {
  const found = walk(world, vcpuOf(domain), va, false);
  return typeof found === 'string' ? 0 : found.word;
}

/** The frame that a request is about: the one that the new entry names, else the old one; -1 for none. */
const namedBy = (word: number, live: number): number =>
  isPresent(word) ? frameOf(word) : isPresent(live) ? frameOf(live) : -1;

/** To whom a frame is offered, and how. */
function offerText(world: World, mfn: number): string {
  const lender = world.domains.find(({ name }) => name === world.frames[mfn]?.owner);
  const offer = lender?.grants.get(mfn);
  return offer === undefined ? 'to nobody' : `to ${offer.to}, ${offer.rw ? 'rw' : 'r-'}`;
}

function frameFacts(world: World, domain: Domain, mfn: number, word: number): Facts {
  const frame = world.frames[mfn];
  return {
    process: domain.name,
    place: '',
    frame: frame === undefined ? 'no frame' : `f${mfn}`,
    owner: frame?.owner ?? 'nobody',
    type: frame === undefined || frame.type === 'none' ? 'no type' : frame.type,
    uses: frame?.tc ?? 0,
    refs: frame?.tot ?? 0,
    maps: frame?.tc ?? 0,
    exclusive: frame?.pinned ?? false,
    entryKind: frame === undefined ? 'none' : frame.owner === domain.name ? frame.type : frame.owner,
    entry: isPresent(word) ? wordText(word) : 'none',
    rights: 'none',
    assist: domain.assist ? 'on' : 'off',
    mode: 'kernel',
  };
}
