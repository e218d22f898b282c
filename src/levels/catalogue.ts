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

/** Of each system: the words of its glossary, and the concepts of which some are the names. */
const vocabularies = {
  linux: [linuxGlossary, linuxConcepts],
  xen: [xenGlossary, xenConcepts],
  hurd: [hurdGlossary, hurdConcepts],
};

/** The words of a system's glossary that are the names of its concepts, by concept: 'zero-page' is 'zero page'. */
export const conceptWords: Readonly<Record<string, ReadonlyMap<string, string>>> = Object.fromEntries(
  Object.entries(vocabularies).map(([system, [glossary, own]]) => [
    system,
    new Map(
      Object.keys(glossary!)
        .map((word): [string, string] => [word.toLowerCase().replace(/[^a-z0-9]+/g, '-'), word])
        .filter(([id]) => Object.hasOwn(own!, id)),
    ),
  ]),
);
