import { decisions } from '../fault/decision.ts';
import { type Operation, programOf, type Recording } from './format.ts';
import { type Handler, record } from './record.ts';

/**
 * Runs the program of a recording on the machine, the kernel deciding; up to the first operation that the
 * machine does not know.
 *
 * Where the recorder did not drain the per-CPU batches of the LRU, one of them may hold a reference to a
 * frame, and its only owner then copies instead of reusing it. The machine has no batches: in such a
 * recording it follows the kernel's choice between the two.
 * @param file what messages call the file that the recording stands in
 * @param rules a rule set, or a mutation of one; by default what `record` takes
 */
export function replay(recording: Recording, file: string, rules?: string): Operation[] {
  const { ops, drained } = recording;
  const followed: Handler = (index, best) =>
    best.do === 'reuse' && ops[index]!.out?.some(([, label]) => label === 'copied') ? decisions.copy : best;
  return record(programOf(recording, file), drained ? undefined : followed, rules);
}
