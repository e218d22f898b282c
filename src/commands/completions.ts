import { parseArgs } from 'node:util';
import { library } from '../levels/library.ts';
import { usage } from './help.ts';
import { type Io, UsageError } from './io.ts';
import { flagsOf, type Manual, manualsOf } from './manual.ts';

const SHELLS = { bash, zsh, fish } as const;

/**
 * `cowhand completions bash|zsh|fish`: prints what the shell needs to complete commands, options and levels.
 * @throws UsageError for another shell
 */
export async function completions(args: string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [shell = ''] = positionals;
  if (positionals.length !== 1 || !Object.hasOwn(SHELLS, shell))
    throw new UsageError(`completions takes one shell; expected ${Object.keys(SHELLS).join(', ')}`);
  io.stdout.write(SHELLS[shell as keyof typeof SHELLS](manualsOf(usage)));
  return 0;
}

/** Commands that take a level: those whose synopsis says so. */
const takesLevel = ({ synopsis }: Manual): boolean => synopsis.some(line => line.includes('LEVEL'));
const levels = (): string => library.levels.map(({ id }) => id).join(' ');
const namesOf = (manuals: readonly Manual[]): string =>
  manuals.flatMap(({ name }) => (name === '' ? [] : name)).join(' ');

function bash(manuals: readonly Manual[]): string {
  const cases = manuals
    .filter(({ name }) => name !== '')
    .map(each => {
      const words = [...flagsOf(each), '--help', ...(takesLevel(each) ? [levels()] : [])];
      return `    ${each.name}) words="${words.join(' ')}" ;;`;
    });
  return `# Completion for bash: source <(cowhand completions bash)
_cowhand() {
  local word=\${COMP_WORDS[COMP_CWORD]} words="${namesOf(manuals)} --help --version --state"
  if [ "$COMP_CWORD" -gt 1 ]; then case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _cowhand cowhand
`;
}

function zsh(manuals: readonly Manual[]): string {
  return `# Completion for zsh: source <(cowhand completions zsh)
autoload -U +X bashcompinit && bashcompinit
${bash(manuals).split('\n').slice(1).join('\n')}`;
}

function fish(manuals: readonly Manual[]): string {
  const commands = manuals.filter(({ name }) => name !== '');
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(each => {
    const when = `-n '__fish_seen_subcommand_from ${each.name}'`;
    return [
      `complete -c cowhand -n __fish_use_subcommand -a ${each.name} -d ${quote(each.about[0] ?? '')}`,
      ...each.options
        .filter(({ name }) => name.startsWith('--'))
        .map(
          ({ name, text }) =>
            `complete -c cowhand ${when} -l ${name.split(' ')[0]!.slice(2)} -d ${quote(text)}`,
        ),
      ...(takesLevel(each) ? [`complete -c cowhand ${when} -a '${levels()}'`] : []),
    ];
  });
  return `# Completion for fish: cowhand completions fish | source\n${lines.join('\n')}\n`;
}
