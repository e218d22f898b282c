import * as z from 'zod/mini';
import { SETTINGS } from '../language/moves.ts';
import { DEPTHS } from './level.ts';

/** Most commands check one file: compiling a check of their own for it takes longer than the check. */
z.config({ jitless: true });

const slug = () =>
  z.string().check(
    z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
      error: 'expected a slug: lower-case words joined by hyphens',
    }),
  );
const ids = () => z.array(z.string());
const line = () => z.string().check(z.minLength(1, { error: 'expected some text' }));

/** `child=gone`, or a list of such of which all must hold. */
const when = z.union([z.string(), z.array(z.string())], {
  error: 'expected NAME=VALUE or a list of such',
});

function describe<T extends z.ZodMiniType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}

function setting(name: keyof typeof SETTINGS, about: string) {
  const options = SETTINGS[name].join(', ');
  return describe(z.optional(z.string()), `${about} ${options} (the first if left out), or $name.`);
}

const step = z
  .catchall(
    z.object({ when: z.optional(when) }),
    z.string({ error: 'expected an operation, such as `write heap+0 7`' }),
  )
  .check(context => {
    const processes = Object.keys(context.value).filter(key => key !== 'when');
    if (processes.length !== 1)
      context.issues.push({
        code: 'custom',
        input: context.value,
        message: `expected one process with its operation, got ${processes.length === 0 ? 'none' : processes.join(', ')}`,
      });
  })
  .register(z.globalRegistry, {
    minProperties: 1,
    maxProperties: 2,
    description:
      'An operation of a process, such as `sh: write heap+0 7`; `when` limits it to some variants.',
  });

/** More would take too long to prove, and nobody would play them. */
const steps = (...more: z.core.$ZodCheck<unknown[]>[]) =>
  z.array(step).check(z.maxLength(100, { error: 'expected at most 100 steps' }), ...more);

/** Settings of the machine: an option each, or `$name` for the variant's. */
const settings = {
  arch: setting('arch', 'The processor.'),
  overcommit: setting('overcommit', 'How much may be promised (vm.overcommit_memory).'),
  smap: setting('smap', 'Whether the kernel reaches user memory only where it says so first (CR4.SMAP).'),
  smep: setting('smep', 'Whether user memory stops the kernel when it jumps there (CR4.SMEP).'),
  stack: setting('stack', 'Whether fork copies the top page of each stack at once.'),
  wp: setting('wp', "Whether read-only entries hold for the kernel's own stores."),
};

/** A level file as it is written, before anything in it is looked up. */
export const levelFile = z.strictObject({
  id: describe(
    slug(),
    'The name of the file; never changed and never used again, for progress is kept by it.',
  ),
  title: line(),
  system: describe(z.string(), 'The system: linux, boot, xen, hurd, mach or kernels.'),
  rules: describe(z.optional(z.string()), 'The rule set of the kernel; the newest if left out.'),
  ...settings,
  horizon: describe(
    z.optional(z.literal('script')),
    'Costs count to the end of the script; only for a system that has prices.',
  ),
  chapter: describe(z.string(), 'A chapter of chapters.yaml.'),
  depth: z.enum(DEPTHS),
  teaches: describe(ids(), 'Concepts of assets/SYSTEM/concepts.json that this level introduces.'),
  uses: describe(ids(), 'Concepts that earlier levels have taught.'),
  treats: describe(ids(), 'Misconceptions of assets/SYSTEM/misconceptions.json.'),
  story: describe(line(), 'At most three sentences.'),
  setup: describe(steps(), 'What happened before, the kernel deciding.'),
  script: describe(
    steps(z.minLength(1, { error: 'expected at least one step' })),
    'What happens while the player decides.',
  ),
  variants: describe(
    z.optional(
      z.record(
        z.string().check(z.regex(/^[a-z][a-z0-9]*$/)),
        z
          .array(z.union([z.string(), z.number()], { error: 'expected a text' }))
          .check(z.minLength(1, { error: 'expected at least one value' })),
        {
          error: issue =>
            issue.code === 'invalid_key' ? 'expected a name of lower-case letters and digits' : undefined,
        },
      ),
    ),
    'Names and their values; the variants are all combinations. `$name` in an operation stands for the value.',
  ),
  menu: describe(
    ids().check(z.minLength(1, { error: 'expected at least one entry' })),
    'decide, detail: the decisions on offer. predict: the fields asked. order: the micro-steps. break: the kernels.',
  ),
  asks: describe(
    z.optional(ids()),
    'detail: the fields of a decision that are asked. break: `decisions`, to be let pass or stopped, instead of a schedule.',
  ),
  evidence: describe(
    z.optional(ids()),
    'Facts of which it is asked after a right decision whether they decided it.',
  ),
  hints: describe(
    z
      .array(line())
      .check(
        z.minLength(1, { error: 'expected at least one hint' }),
        z.maxLength(2, { error: 'expected at most two hints: the third is computed' }),
      ),
    'Where to look; which rule. The third hint is computed.',
  ),
});
export type LevelFile = z.infer<typeof levelFile>;

const chapter = z.strictObject({ id: slug(), title: line(), about: line(), levels: z.array(slug()) });
/** levels/SYSTEM/chapters.yaml: the order of play. */
export const chaptersFile = z.array(chapter);
export type ChaptersFile = z.infer<typeof chaptersFile>;
