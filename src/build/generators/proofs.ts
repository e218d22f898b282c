import { checkLevels, type LevelReport } from '../../levels/check.ts';
import { readSources } from '../../levels/compile.ts';
import { formatProblem } from '../../levels/problem.ts';
import type { Proved } from '../../levels/proved.ts';
import { levelFiles, readLevelFile } from './levels.ts';

/** What the proofs of the levels found that play needs. */
export const path = 'levels/proofs.generated.json';

/** @throws Error for a level that is not proved */
export async function generate(): Promise<string> {
  const sources = readSources(levelFiles(), readLevelFile);
  const proofs: Record<string, Proved> = {};
  for (const report of checkLevels(sources, { chapters: [], levels: [] })) {
    const problems = report.problems.map(problem => formatProblem({ file: report.file, ...problem }));
    if (problems.length > 0) throw new Error(`${report.id} is not proved:\n${problems.join('\n')}`);
    proofs[report.id] = provedOf(report);
  }
  const lines = Object.entries(proofs).map(
    ([id, proof]) => ` ${JSON.stringify(id)}: ${JSON.stringify(proof)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

function provedOf(report: LevelReport): Proved {
  const { rote, par, asks, states, sequences, winning, wasteful, wrong, deadEnds } = report;
  const counts = { states, sequences, winning, wasteful, wrong, deadEnds };
  return { passable: rote.passable, par, counts, asks };
}
