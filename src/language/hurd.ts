import type { Argument, Draft } from './grammar.ts';
import type { Region } from './moves.ts';
import { pageName } from './names.ts';

/** The operations that only the Hurd has: what a pager, physmem and file system servers do to memory. */

interface Range {
  readonly page: number;
  readonly pages: number;
}
type Each<Verb, Args> = Verb extends string ? Args & { readonly op: Verb } : never;

export type HurdMove =
  | (Range & { readonly op: 'own'; readonly perm: string })
  | (Range & { readonly op: 'serve'; readonly perm: string; readonly served: number; readonly dead: boolean })
  | Each<'alloc' | 'soften' | 'swapout' | 'prefetch' | 'revoke', Range>
  | Each<'share' | 'copyto', Range & { readonly target: string }>
  | Each<'press' | 'memory' | 'quota' | 'extra' | 'demand', { readonly frames: number }>
  | { readonly op: 'late'; readonly page: number; readonly offset: number }
  | { readonly op: 'reuse'; readonly page: number; readonly into: number }
  | { readonly op: 'forge'; readonly target: string; readonly page: number }
  | { readonly op: 'miscall'; readonly what: string; readonly page: number };

/** What may be wrong with a call to physmem. */
export const MISTAKES = ['missing', 'weak', 'stranger', 'locked', 'misaligned'];

/** The arguments of the common table that these operations take too. */
interface Arguments {
  readonly page: (field?: string, usage?: string) => Argument;
  readonly place: Argument;
  readonly offset: Argument;
  readonly range: Argument;
  readonly mapRange: Argument;
  readonly perm: Argument;
  readonly target: Argument;
  readonly count: (field: string, usage: string, what: string, most: number) => Argument;
}

const dead: Argument = {
  usage: '[dead]',
  read: (words, draft) => {
    draft['dead'] = words.more();
    if (words.more()) words.oneOf(['dead'], 'a flag');
  },
  print: draft => (draft['dead'] === true ? ['dead'] : []),
};

const mistake: Argument = {
  usage: 'MISTAKE',
  read: (words, draft) => {
    draft['what'] = words.oneOf(MISTAKES, 'a mistake');
  },
  print: draft => [draft['what'] as string],
};

/** The rows of the table of operations. */
export const hurdRows = ({ page, place, offset, range, mapRange, perm, target, count }: Arguments) => {
  const frames = count('frames', 'N', 'a number of frames', 1024);
  return {
    own: { arguments: [mapRange, perm], meaning: "maps N pages of the pager's own (Hurd)" },
    serve: {
      arguments: [mapRange, perm, count('served', 'FIRST', 'the first byte of the file', 200), dead],
      meaning: 'maps a file that a server has; page i begins with FIRST+i; `dead`: nobody answers (Hurd)',
    },
    alloc: {
      arguments: [range],
      meaning: 'allocates unbound frames for untouched pages, in one call (Hurd)',
    },
    share: { arguments: [range, target], meaning: 'truly shares pages with task Q (Hurd)' },
    copyto: { arguments: [range, target], meaning: 'gives task Q a logical copy of pages (Hurd)' },
    soften: { arguments: [range], meaning: 'gives clean file pages back, keeping soft references (Hurd)' },
    swapout: {
      arguments: [range],
      meaning: 'evicts pages: to the swap space, or clean ones to nowhere (Hurd)',
    },
    reuse: {
      arguments: [page(), page('into', 'TO')],
      meaning: "evicts a page and fills the frame that was its own with TO's data from its file (Hurd)",
    },
    prefetch: { arguments: [range], meaning: 'has another thread begin to bring file pages in (Hurd)' },
    revoke: { arguments: [range], meaning: 'physmem takes all mappings of the pages back (Hurd)' },
    press: { arguments: [frames], meaning: 'physmem reuses N frames that only soft references hold (Hurd)' },
    memory: { arguments: [frames], meaning: 'how many page frames there are (Hurd)' },
    quota: { arguments: [frames], meaning: 'how many frames the task is guaranteed (Hurd)' },
    extra: { arguments: [frames], meaning: 'how many frames it may have beyond those (Hurd)' },
    demand: { arguments: [frames], meaning: 'physmem demands N extra frames back (Hurd)' },
    late: { arguments: [place, offset], meaning: 'loads one byte; its fault message comes late (Hurd)' },
    forge: { arguments: [target, page()], meaning: "sends Q's pager a fault message that is none (Hurd)" },
    miscall: { arguments: [mistake, page()], meaning: 'calls physmem with a mistake in the call (Hurd)' },
  } satisfies Record<HurdMove['op'], { arguments: readonly Argument[]; meaning: string }>;
};

/** A move in words, without its process; undefined for operations of all systems. */
export function describeHurd(move: { readonly op: string }, regions: readonly Region[]): string | undefined {
  const draft = move as unknown as Draft & Range;
  const range = (): string => {
    const { page, pages } = draft;
    const region = regions.find(each => each.page === page && each.pages === pages);
    if (region !== undefined) return region.name;
    return pages === 1 ? pageName(regions, page) : `${pageName(regions, page)} and ${pages - 1} more`;
  };
  const frames = (): string => `${draft['frames']} ${draft['frames'] === 1 ? 'frame' : 'frames'}`;
  switch (move.op as HurdMove['op']) {
    case 'own':
      return `maps ${range()} ${draft['perm']} for its pager`;
    case 'serve':
      return `maps ${range()} ${draft['perm']} of a file${draft['dead'] ? ' whose server is dead' : ''}`;
    case 'alloc':
      return `allocates frames for ${range()}`;
    case 'share':
      return `shares ${range()} with ${draft['target']}`;
    case 'copyto':
      return `gives ${draft['target']} a copy of ${range()}`;
    case 'soften':
      return `gives ${range()} back, softly`;
    case 'swapout':
      return `evicts ${range()}`;
    case 'reuse':
      return `puts ${pageName(regions, draft['into'] as number)} where ${pageName(regions, draft.page)} was`;
    case 'prefetch':
      return `begins to bring ${range()} in`;
    case 'revoke':
      return `loses its mappings of ${range()}`;
    case 'press':
      return `sees physmem reuse up to ${frames()}`;
    case 'memory':
      return `finds a machine of ${frames()}`;
    case 'quota':
      return `is guaranteed ${frames()}`;
    case 'extra':
      return `may have ${frames()} extra`;
    case 'demand':
      return `is asked to give ${frames()} back`;
    case 'late':
      return `loads ${pageName(regions, draft.page)}, its message comes late`;
    case 'forge':
      return `tells the pager of ${draft['target']} that ${pageName(regions, draft.page)} faulted`;
    case 'miscall':
      return MISCALLS[draft['what'] as string]?.replace('PAGE', pageName(regions, draft.page));
    default:
      return undefined;
  }
}

const MISCALLS: Readonly<Record<string, string>> = {
  missing: 'asks for an index behind PAGE that has no frame',
  weak: 'allocates behind PAGE with a weak capability',
  stranger: 'asks for PAGE with a capability that is not valid',
  locked: 'touches PAGE while a server has it locked for DMA',
  misaligned: 'asks for PAGE at an address that is not aligned',
};
