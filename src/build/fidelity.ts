import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.ts';

/**
 * `npm run fidelity`: writes docs/fidelity.md, how far the model agrees with a live kernel, from `cowhand conform`
 * on the recordings of test/conformance/data, and from `npm run mutate`.
 */
interface Conformance {
  readonly programs: number;
  readonly operations: number;
  readonly agreeing: number;
  readonly unknown: number;
  readonly either: { readonly programs: number; readonly operations: number; readonly agreeing: number };
  readonly differences: readonly { readonly file?: string; readonly [field: string]: unknown }[];
}
type Mutations = readonly { readonly name: string; readonly caughtBy: string | null }[];

/** What a program of ours prints as JSON; its exit code says whether the answer is yes. */
function said<T>(...args: readonly string[]): { readonly value: T; readonly yes: boolean } {
  const { stdout, status, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { value: JSON.parse(stdout) as T, yes: status === 0 };
}

const source = (file: string, ...args: string[]) => ['--import', 'tsx', file, ...args];
const conformed = said<Conformance>(
  ...source('src/cli.tsx', 'conform', 'test/conformance/data', '--json'),
).value;
const mutated = said<Mutations>(...source('test/mutate/run.ts', '--json')).value;

const caught = mutated.filter(({ caughtBy }) => caughtBy !== null);
const differences = conformed.differences.slice(0, 50);

writeFileSync(
  path.join(root, 'docs', 'fidelity.md'),
  `# How faithful the model is

Written by \`npm run fidelity\`. It replays recordings of a live Linux kernel on the model, and breaks one rule of the
model at a time to see whether anything notices.

## Against a live kernel

\`cowhand conform test/conformance/data\` compares after every operation: what was read, signals, which accesses
faulted, and the frame, the counts and the kind of every page ([what the recordings are](recordings.md)).

| | |
|---|---:|
| programs | ${conformed.programs} |
| operations | ${conformed.operations} |
| agree in all that was recorded | ${conformed.agreeing} |
| of these, with LRU batches not drained, where either outcome agrees | ${conformed.either.agreeing} of ${conformed.either.operations} |
| unknown to the model | ${conformed.unknown} |
| differ | ${conformed.differences.length} |

${
  differences.length === 0
    ? 'Nothing differs.'
    : differences.map(difference => `- ${JSON.stringify(difference)}`).join('\n')
}

## Against itself with one rule broken

Each mutation is the model with one step left out or one condition turned. Of ${mutated.length}, ${caught.length} are noticed; the table says by what
first.

| mutation | noticed by |
|---|---|
${mutated.map(({ name, caughtBy }) => `| ${name} | ${caughtBy ?? '**nothing**'} |`).join('\n')}
`,
);
console.log(
  `wrote docs/fidelity.md: ${conformed.agreeing} of ${conformed.operations} operations agree, ${caught.length} of ${mutated.length} mutations are noticed`,
);
