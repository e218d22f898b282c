import { describe, expect, test } from 'vitest';
import { answer, begin, type Course, costSoFar, question } from '../../src/levels/course.ts';
import { answersOf, fieldsOf, formatAnswer } from '../../src/levels/form.ts';
import { parOf } from '../../src/levels/par.ts';
import { NO_COST } from '../../src/machines/machine.ts';
import { fixture, levelOf } from './files.ts';

const good = levelOf(fixture('good.yaml'));
const foretold = levelOf(fixture('foretold.yaml'));

describe('a course to decide', () => {
  test('asks at each fault, and goes on after right answers only', () => {
    const asked: string[] = [];
    let course: Course = begin(good, 1);
    for (const decision of ['zeroed', 'reuse', 'copy', 'zeroed', 'reuse', 'refuse-access']) {
      const open = question(course)!;
      const { verdict, next } = answer(course, decision);
      asked.push(`${open.move.op} ${decision} ${verdict}`);
      course = next ?? course;
    }
    expect(asked).toEqual([
      'write zeroed corruption',
      'write reuse optimal',
      'write copy wasteful',
      'write zeroed breach',
      'write reuse breach',
      'write refuse-access optimal',
    ]);
    expect(question(course)).toBeUndefined();
    // Three faults; the copy took a frame and moved 4096 bytes each way.
    expect(costSoFar(course)).toMatchObject({ faults: 3, frames: 1, bytesRead: 4096, bytesWritten: 4096 });
  });

  test('can be gone back to: answering changes nothing in it', () => {
    const course = begin(good, 0);
    const before = course.machine.key(course.world, course.ideal);
    for (const offer of question(course)!.offers) answer(course, offer);
    expect(course.machine.key(course.world, course.ideal)).toBe(before);
    expect(costSoFar(course).faults).toBe(1);
  });

  test('tells what completed on the way, the set-up first', () => {
    const told: string[] = [];
    const course = begin(good, 0, ({ process, op }) => told.push(`${process} ${op}`));
    expect(told).toEqual([
      ...['sh map', 'sh map', 'sh write', 'sh write', 'sh write', 'sh write'],
      ...['sh fork', 'child exit', 'sh prot'],
    ]);
    told.length = 0;
    answer(course, 'reuse', ({ process, op }, seen) => told.push(`${process} ${op} ${seen.kind}`));
    expect(told).toEqual(['sh write done']);
  });
});

describe('a course to predict', () => {
  test('asks before each access, and goes on after wrong answers, too', () => {
    let course = begin(foretold, 1);
    const given = [
      'fault=none,frame=same',
      'fault=fault,class=zero-page,frame=zero',
      'fault=none,frame=zero',
    ].map(text => {
      const { verdict, expected, next } = answer(course, text);
      course = next!;
      return [verdict, expected];
    });
    expect(given).toEqual([
      ['mispredicted', 'fault=fault,class=refused,code=ACCERR'],
      ['optimal', 'fault=fault,class=zero-page,frame=zero'],
      ['mispredicted', 'fault=fault,class=zeroed,frame=new'],
    ]);
    expect(question(course)).toBeUndefined();
    expect(costSoFar(course)).toEqual(parOf(foretold, 1));
  });
});

test('a form asks a field only where the fields before it allow it', () => {
  const course = begin(foretold, 0);
  const fields = fieldsOf(course.machine.fields, ['fault', 'class', 'code']);
  expect(answersOf(fields).map(one => formatAnswer(fields, one))).toEqual([
    'fault=none',
    ...['zero-page', 'zeroed', 'copy', 'reuse', 'map-cache', 'swap-in', 'spurious'].map(
      name => `fault=fault,class=${name}`,
    ),
    'fault=fault,class=refused,code=ACCERR',
    'fault=fault,class=refused,code=MAPERR',
    'fault=fault,class=refused,code=ADRERR',
  ]);
});

test('nothing has been spent before the first fault', () => {
  expect(begin(foretold, 0).spent).toEqual(NO_COST);
});
