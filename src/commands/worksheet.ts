import { parseArgs } from 'node:util';
import { exercisesOf } from '../study/worksheet.ts';
import { SHEET_FORMATS, sheet } from '../study/worksheet-formats.ts';
import { pictureText } from '../ui/picture/text.ts';
import { type Io, UsageError } from './io.ts';
import { checkWish } from './practice.ts';
import { seedFrom } from './seed.ts';

/** As wide as a sheet of paper takes. */
const COLUMNS = 78;
const MOST = 500;

/**
 * `cowhand worksheet --seed N --count K [--system S] [--concepts C,...] [--format F] [--answers]`: exercises on paper.
 * @throws UsageError
 */
export async function worksheet(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      count: { type: 'string', default: '5' },
      system: { type: 'string' },
      concepts: { type: 'string', multiple: true },
      format: { type: 'string', default: 'text' },
      answers: { type: 'boolean', default: false },
    },
  });
  const format = SHEET_FORMATS.find(each => each === values.format);
  if (format === undefined)
    throw new UsageError(`there is no format '${values.format}'; expected ${SHEET_FORMATS.join(', ')}`);
  if (values.seed === undefined)
    throw new UsageError('a worksheet needs --seed N, so that it can be made again');
  const count = /^\d+$/.test(values.count) ? Number(values.count) : 0;
  if (count < 1 || count > MOST)
    throw new UsageError(`--count is '${values.count}'; expected a number from 1 to ${MOST}`);
  const focuses = (values.concepts ?? []).flatMap(list => list.split(',')).filter(id => id !== '');
  checkWish(values.system, undefined);
  for (const focus of focuses) checkWish(values.system, focus);
  const exercises = exercisesOf({ seed: seedFrom(values.seed), count, system: values.system, focuses });
  io.stdout.write(sheet(format, exercises, values.answers, view => pictureText(view, COLUMNS)));
  return 0;
}
