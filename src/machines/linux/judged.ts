/** What a judge asks of Linux, and a program that only runs does not: a chunk of its own (`src/build/bundle.ts`). */
export { uncoupled } from './coupling/coupling.ts';
export { mapValues, symbolize } from './coupling/symbols.ts';
export { linuxIdeal as ideal } from './ideal/ideal.ts';
export { broken } from './invariants/invariants.ts';
export { digest, key } from './key.ts';
export { races } from './races/races.ts';
export { EVIDENCE as evidence, variations } from './races/variations.ts';
export { exits, moves, scope } from './search.ts';
