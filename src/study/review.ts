import { type Card, createEmptyCard, fsrs, Rating } from 'ts-fsrs';
import { testedBy } from '../levels/revealed.ts';

/** What an answer told of its author, with its time. */
export interface Evidence {
  /** ISO 8601. */
  readonly at: string;
  readonly system: string;
  readonly rule: string;
  readonly verdict: string;
  /** Was it the first answer to its question? */
  readonly first: boolean;
  /** The misconceptions of which it may come. */
  readonly shown: readonly string[];
}

/** A misconception that was shown at least once, and when it is to be looked at again. */
export interface DueCard {
  readonly misconception: string;
  readonly due: Date;
  /** How often it was shown, and how often it was resisted when it was due. */
  readonly shown: number;
  readonly resisted: number;
}

/** Without the random spread of intervals: the same evidence gives the same dates. */
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: true });

/**
 * When each misconception is due again, the longest due first. One that was shown is forgotten knowledge; a first
 * answer that is optimal, where it could have been shown, is knowledge recalled, if it was due. A wrong answer may
 * come of several misconceptions: blamed are those that have shown themselves most regularly in all that is known by
 * now, and of these those that explain most answers.
 * Source: FSRS, by ts-fsrs.
 */
export function cardsOf(evidence: readonly Evidence[]): DueCard[] {
  const cards = new Map<string, { card: Card; shown: number; resisted: number }>();
  const inTime = [...evidence].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const blamed = blameIn(evidence);
  for (const { at, system, rule, verdict, first, shown } of inTime) {
    const now = new Date(at);
    for (const id of blamed(shown)) {
      const { card, ...counts } = cards.get(id) ?? { card: createEmptyCard(now), shown: 0, resisted: 0 };
      cards.set(id, {
        ...counts,
        card: scheduler.next(card, now, Rating.Again).card,
        shown: counts.shown + 1,
      });
    }
    if (verdict !== 'optimal' || !first) continue;
    for (const id of testedBy(system, rule)) {
      const known = cards.get(id);
      if (known === undefined || known.card.due > now) continue;
      cards.set(id, {
        ...known,
        card: scheduler.next(known.card, now, Rating.Good).card,
        resisted: known.resisted + 1,
      });
    }
  }
  return [...cards]
    .map(([misconception, { card, shown, resisted }]) => ({ misconception, due: card.due, shown, resisted }))
    .sort((a, b) => a.due.getTime() - b.due.getTime());
}

function allWithMost(ids: readonly string[], of: (id: string) => number): readonly string[] {
  const most = Math.max(...ids.map(of));
  return ids.filter(id => of(id) === most);
}

/** Of the misconceptions of which an answer may come, those that it probably does come of. */
function blameIn(evidence: readonly Evidence[]): (shown: readonly string[]) => readonly string[] {
  const chances = new Map<string, number>();
  const hits = new Map<string, number>();
  const add = (to: Map<string, number>, id: string) => to.set(id, (to.get(id) ?? 0) + 1);
  for (const { system, rule, shown } of evidence.filter(({ first }) => first)) {
    for (const id of testedBy(system, rule)) add(chances, id);
    for (const id of shown) add(hits, id);
  }
  const explained = (id: string): number => hits.get(id) ?? 0;
  /** Of the answers by which it could have shown itself, how many did. */
  const share = (id: string): number => explained(id) / Math.max(1, chances.get(id) ?? 0);
  return shown => allWithMost(allWithMost(shown, share), explained);
}
