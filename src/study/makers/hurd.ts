import words from '../../../assets/hurd/practice.json' with { type: 'json' };
import type { Case, Line, Maker, Scene } from '../case.ts';

/** Pages of a task of the Hurd, as its own pager knows them. */

const mapped = ({ me, region, pages }: Scene): Line => ({
  process: me,
  text: `map ${region} ${pages} rw- anon`,
});
const served = ({ me, region, pages }: Scene): Line => ({
  process: me,
  text: `serve ${region} ${pages} r-- 60`,
});
const filled = ({ me, page, bytes }: Scene): Line => ({ process: me, text: `write ${page} ${bytes[0]}` });
const revoked = ({ me, page }: Scene): Line => ({ process: me, text: `revoke ${page}` });
const store = ({ me, page, bytes }: Scene): Line => ({ process: me, text: `write ${page} ${bytes[2]}` });
const load = ({ me, page }: Scene): Line => ({ process: me, text: `read ${page}` });
const inWay = (when: 'one' | 'other', ...lines: readonly Line[]): Line[] =>
  lines.map(line => ({ ...line, when }));
const rights = ({ me, region }: Scene): Line[] => [
  ...inWay('one', { process: me, text: `prot ${region} r--` }),
  ...inWay('other', { process: me, text: `prot ${region} rw-` }),
];

const cases: readonly Case[] = [
  {
    id: 'touched',
    concepts: ['lease', 'pager'],
    rules: ['lease-gone', 'first-touch'],
    lines: scene => ({
      before: [],
      after: [mapped(scene), ...inWay('one', filled(scene), revoked(scene))],
      ask: scene.draws.below(2) === 0 ? store(scene) : load(scene),
    }),
  },
  {
    id: 'book',
    concepts: ['stores', 'lease'],
    rules: ['lease-gone', 'in-file'],
    lines: scene => ({
      before: [],
      after: [served(scene), ...inWay('one', load(scene), revoked(scene))],
      ask: load(scene),
    }),
  },
  {
    id: 'sealed',
    concepts: ['two-databases', 'ask-rights'],
    rules: ['no-right', 'first-touch'],
    hidden: true,
    lines: scene => ({ before: [], after: [mapped(scene), ...rights(scene)], ask: store(scene) }),
  },
  {
    id: 'sealed-after-use',
    concepts: ['ask-rights', 'lease'],
    rules: ['no-right', 'lease-gone'],
    hidden: true,
    lines: scene => ({
      before: [],
      after: [mapped(scene), filled(scene), ...rights(scene), revoked(scene)],
      ask: store(scene),
    }),
  },
  {
    id: 'torn-down',
    concepts: ['two-databases', 'pager'],
    rules: ['no-map', 'first-touch'],
    lines: scene => ({
      before: [],
      after: [mapped(scene), ...inWay('one', { process: scene.me, text: `unmap ${scene.region}` })],
      ask: load(scene),
    }),
  },
];

const menu = ['ask-read', 'ask-write', 'alloc', 'fill', 'reply', 'forward', 'drop', 'segv', 'bus'];

export const hurd: Maker = {
  system: 'hurd',
  rules: 'pager',
  pools: [{ menu, cases }],
  exams: { pager: { menu, cases: cases.map(each => ({ ...each, alone: true })) } },
  ...(words as unknown as Pick<Maker, 'processes' | 'regions' | 'stories' | 'hints'>),
};
