import { expect, test } from 'vitest';
import { library } from '../../../src/levels/library.ts';
import { levelHeader } from '../../../src/ui/screens/header.ts';
import { tablesOf, textOf } from '../fixtures.ts';

test('the header counts what has trapped by its name: a hypercall is no fault', () => {
  const seen = new Set<string>();
  for (const level of library.levels.filter(({ depth }) => depth === 'decide'))
    for (const table of tablesOf(level, 0)) {
      if (table.question?.trap === undefined) continue;
      const { n, trap } = table.question;
      const name = trap.event ?? 'fault';
      expect(textOf(levelHeader(table, 100))).toContain(`   ${name} ${n}  `);
      seen.add(name);
    }
  expect([...seen].sort()).toEqual(['check', 'fault', 'hypercall', 'message', 'request']);
});
