import hurdConcepts from '../../assets/hurd/concepts.json' with { type: 'json' };
import hurdGlossary from '../../assets/hurd/glossary.json' with { type: 'json' };
import hurdMisconceptions from '../../assets/hurd/misconceptions.json' with { type: 'json' };
import linuxConcepts from '../../assets/linux/concepts.json' with { type: 'json' };
import linuxGlossary from '../../assets/linux/glossary.json' with { type: 'json' };
import linuxMisconceptions from '../../assets/linux/misconceptions.json' with { type: 'json' };
import xenConcepts from '../../assets/xen/concepts.json' with { type: 'json' };
import xenGlossary from '../../assets/xen/glossary.json' with { type: 'json' };
import xenMisconceptions from '../../assets/xen/misconceptions.json' with { type: 'json' };

/** An idea that levels teach and use. */
export interface Concept {
  readonly title: string;
  readonly text: string;
}

/** Something that learners wrongly believe. */
export interface Misconception {
  readonly title: string;
  /** What is true instead, and why. */
  readonly answer: string;
  /** The decisions by which it shows itself, each where one rule decides: 'wp-copy reuse'. */
  readonly reveals: readonly string[];
}

interface Word {
  readonly title: string;
  /** The concept that it belongs to, where it is not named after it. */
  readonly concept?: string;
  /** Misconceptions that the entry answers. */
  readonly refutes?: readonly string[];
}

type Named<T> = Readonly<Record<string, T>>;

/** What a system teaches, by id or word. Each file is read when it is asked for. */
interface Catalogue {
  readonly concepts: Named<Concept>;
  readonly misconceptions: Named<Misconception>;
  readonly glossary: Named<Word>;
}

const linux: Catalogue = {
  get concepts() {
    return linuxConcepts;
  },
  get misconceptions() {
    return linuxMisconceptions;
  },
  get glossary() {
    return linuxGlossary;
  },
};
const xen: Catalogue = {
  get concepts() {
    return xenConcepts;
  },
  get misconceptions() {
    return xenMisconceptions;
  },
  get glossary() {
    return xenGlossary;
  },
};
const hurd: Catalogue = {
  get concepts() {
    return hurdConcepts;
  },
  get misconceptions() {
    return hurdMisconceptions;
  },
  get glossary() {
    return hurdGlossary;
  },
};

const all: readonly Catalogue[] = [linux, xen, hurd];

/** By the systems of `src/machines/registry.ts`: whose ideas their levels are about. */
const catalogues: Named<readonly Catalogue[]> = {
  linux: [linux],
  boot: [linux],
  xen: [xen],
  hurd: [hurd],
  mach: [hurd],
  kernels: [linux, hurd],
};

function whole<T>(system: string | undefined, part: (catalogue: Catalogue) => Named<T>): Named<T> {
  const [only, ...more] = (system === undefined ? all : (catalogues[system] ?? [])).map(part);
  return more.length === 0 ? (only ?? {}) : Object.assign({}, only, ...more);
}

/** The concepts by id that levels of a system are about; left out, those of all systems. */
export const conceptsOf = (system?: string): Named<Concept> => whole(system, ({ concepts }) => concepts);

/** The misconceptions by id that answers in a system may come of; left out, those of all systems. */
export const misconceptionsOf = (system?: string): Named<Misconception> =>
  whole(system, ({ misconceptions }) => misconceptions);

/** The misconception of this id, whatever its system. */
export const misconceptionOf = (id: string): Misconception | undefined =>
  all.map(({ misconceptions }) => misconceptions).find(each => Object.hasOwn(each, id))?.[id];

/**
 * The words of a system's glossary that belong to one of its concepts, each with the concept: 'zero page' to
 * 'zero-page' by its name, 'mapcount' to 'refcount-mapcount' because the entry says so. None where several systems
 * come together, which have introduced their words before.
 */
export function conceptWords(system: string): ReadonlyMap<string, string> {
  const [own, ...others] = catalogues[system] ?? [];
  if (own === undefined || others.length > 0) return new Map();
  return new Map(
    Object.entries(own.glossary)
      .map(
        ([word, { concept }]) => [word, concept ?? word.toLowerCase().replace(/[^a-z0-9]+/g, '-')] as const,
      )
      .filter(([, concept]) => Object.hasOwn(own.concepts, concept)),
  );
}

/** The words whose entries answer a misconception. */
export const wordsAgainst = (misconception: string): readonly string[] =>
  all.flatMap(({ glossary }) =>
    Object.entries(glossary).flatMap(([word, { refutes = [] }]) =>
      refutes.includes(misconception) ? [word] : [],
    ),
  );
