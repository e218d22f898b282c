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

/** All concepts and misconceptions of all systems, by id. */
export const concepts: Readonly<Record<string, Concept>> = {
  ...linuxConcepts,
  ...xenConcepts,
  ...hurdConcepts,
};
export const misconceptions: Readonly<Record<string, Misconception>> = {
  ...linuxMisconceptions,
  ...xenMisconceptions,
  ...hurdMisconceptions,
};

interface Word {
  readonly title: string;
  /** The concept that it belongs to, where it is not named after it. */
  readonly concept?: string;
  /** Misconceptions that the entry answers. */
  readonly refutes?: readonly string[];
}
type Glossary = Readonly<Record<string, Word>>;

/** Of each system: the words of its glossary, and its concepts. */
const vocabularies: Readonly<Record<string, readonly [Glossary, Readonly<Record<string, Concept>>]>> = {
  linux: [linuxGlossary, linuxConcepts],
  xen: [xenGlossary, xenConcepts],
  hurd: [hurdGlossary, hurdConcepts],
};

/**
 * The words of a system's glossary that belong to one of its concepts, each with the concept: 'zero page' to
 * 'zero-page' by its name, 'mapcount' to 'refcount-mapcount' because the entry says so.
 */
export function conceptWords(system: string): ReadonlyMap<string, string> {
  const [glossary, own] = vocabularies[system] ?? [{}, {}];
  return new Map(
    Object.entries(glossary)
      .map(
        ([word, { concept }]) => [word, concept ?? word.toLowerCase().replace(/[^a-z0-9]+/g, '-')] as const,
      )
      .filter(([, concept]) => Object.hasOwn(own, concept)),
  );
}

/** The words whose entries answer a misconception. */
export const wordsAgainst = (misconception: string): readonly string[] =>
  Object.values(vocabularies).flatMap(([glossary]) =>
    Object.entries(glossary).flatMap(([word, { refutes = [] }]) =>
      refutes.includes(misconception) ? [word] : [],
    ),
  );
