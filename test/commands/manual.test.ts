import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { completions } from '../../src/commands/completions.ts';
import { usage } from '../../src/commands/help.ts';
import { realIo } from '../../src/commands/io.ts';
import { flagsOf, manPage, manualOf, manualsOf } from '../../src/commands/manual.ts';

async function completionsFor(shell: string): Promise<string> {
  let stdout = '';
  const write = (text: string) => (stdout += text);
  await completions([shell], { ...realIo(), stdout: { write } as unknown as NodeJS.WriteStream });
  return stdout;
}

/** What bash offers for a line whose last word is being typed. */
function offered(script: string, ...words: string[]): string[] {
  const typed = `COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
  const out = execFileSync('bash', [
    '-c',
    `${script}\n${typed}\n_cowhand\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);
  return out.toString().split('\n').filter(Boolean);
}

test('a usage text is read whole: every word of it is somewhere in its manual', () => {
  for (const [name, text] of Object.entries(usage)) {
    const { synopsis, about, options } = manualOf(name, text);
    const words = (all: string) => all.replaceAll('Usage:', '').match(/\S+/g)!.sort();
    const read = [...synopsis, ...about, ...options.flatMap(option => [option.name, option.text])].join(' ');
    expect(words(read)).toEqual(words(text));
  }
});

test('the man page names every command and every option', () => {
  const page = manPage(usage, '1.2.3').replaceAll('\\-', '-');
  for (const manual of manualsOf(usage).filter(({ name }) => name !== '')) {
    expect(page).toContain(`cowhand ${manual.name}`);
    for (const flag of flagsOf(manual)) expect(page).toContain(flag);
  }
  // A line that begins with a dot is a request, and there are only these.
  const requests = new Set(page.match(/^\.\S+/gm));
  expect([...requests].sort()).toEqual(['.B', '.PP', '.RI', '.SH', '.SS', '.TH', '.TP', '.br'].sort());
});

describe('completions', () => {
  test('bash completes commands, their options and levels', async () => {
    const script = await completionsFor('bash');
    expect(offered(script, 'cowhand', 'lev')).toEqual(['levels']);
    expect(offered(script, 'cowhand', 'levels', '--j')).toEqual(['--json']);
    expect(offered(script, 'cowhand', 'play', 'first-r')).toEqual(['first-ring']);
    expect(offered(script, 'cowhand', 'levels', 'first-r')).toEqual([]);
  });

  test('zsh and fish have the same commands', async () => {
    for (const shell of ['zsh', 'fish']) {
      const script = await completionsFor(shell);
      for (const name of Object.keys(usage)) expect(script).toContain(name);
    }
  });

  test('another shell is refused', async () => {
    await expect(completionsFor('tcsh')).rejects.toThrow('expected bash, zsh, fish');
  });
});
