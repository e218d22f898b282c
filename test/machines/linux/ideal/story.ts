import { type Seen, sameSeen } from '../../../../src/language/moves.ts';
import { parseProgram } from '../../../../src/language/parse.ts';
import { type IdealMemory, linuxIdeal } from '../../../../src/machines/linux/ideal/ideal.ts';

/**
 * What may be shown at the end of a story. Each line is an operation; `=> 5` after it says which of the
 * results that it may have was seen, by any part of its text; without that, it may have only one.
 */
export function told(story: string): { allowed: string[]; ideal: IdealMemory } {
  const lines = story
    .trim()
    .split('\n')
    .map(line => line.split('=>'));
  const program = parseProgram(lines.map(([operation]) => operation).join('\n'), 'story');
  const told = lines.filter(([operation]) => !operation!.trim().startsWith('file')).map(([, seen]) => seen);
  const ideal = linuxIdeal.boot(program);
  let allowed: readonly Seen[] = [];
  program.moves.forEach((move, i) => {
    allowed = linuxIdeal.expect(ideal, move);
    const wanted = told[i]?.trim();
    if (i === program.moves.length - 1) return;
    const fits = wanted === undefined ? allowed : allowed.filter(seen => inWords(seen) === wanted);
    if (fits.length !== 1)
      throw new Error(
        `${move.op} may show ${allowed.map(inWords).join(' or ')}, not just ${wanted ?? 'one'}`,
      );
    linuxIdeal.advance(ideal, move, allowed.find(seen => sameSeen(seen, fits[0]!))!);
  });
  return { allowed: allowed.map(inWords), ideal };
}

/** The results that the last operation of a story may have, in words: 'done', '5', '16 bytes', 'EFAULT'. */
export const allowedAfter = (story: string): string[] => told(story).allowed;

function inWords(seen: Seen): string {
  switch (seen.kind) {
    case 'done':
      return 'done';
    case 'value':
      return seen.bytes.join(' ');
    case 'count':
      return [`${seen.count} bytes`, ...(seen.bytes.length > 0 ? [seen.bytes.join(' ')] : [])].join(': ');
    case 'error':
      return seen.errno;
    case 'signal':
      return `SIG${seen.signal} ${seen.code}`;
    default:
      return seen.kind;
  }
}
