/** A command as its usage text tells it: what the man page and the completions are made from. */
export interface Manual {
  /** '' for `cowhand` itself. */
  readonly name: string;
  /** The lines after 'Usage:', as in 'cowhand run PROGRAM [OPTIONS]'. */
  readonly synopsis: readonly string[];
  /** Paragraphs, each on one line. */
  readonly about: readonly string[];
  /** Lists of names with what they mean: options, settings. */
  readonly options: readonly Option[];
}

export interface Option {
  /** '--json', '--state DIR', or a name without dashes. */
  readonly name: string;
  readonly text: string;
}

/** Parts of a usage text that stand on a line of their own: two blanks, a name, two blanks or more, a text. */
const OPTION = /^ {2}(\S+(?: \S+)*) {2,}(\S.*)$/;
const CONTINUED = /^ {4,}(\S.*)$/;

/** Reads a usage text: 'Usage:' lines, paragraphs, and lists of options in any order. */
export function manualOf(name: string, usage: string): Manual {
  const synopsis: string[] = [];
  const about: string[] = [];
  const options: Option[] = [];
  for (const block of usage.split('\n\n')) {
    const lines = block.split('\n');
    if (lines[0]!.startsWith('Usage: '))
      synopsis.push(...lines.map(line => line.replace('Usage: ', '').trim()));
    else if (OPTION.test(lines[0]!))
      for (const line of lines) {
        const option = OPTION.exec(line);
        const more = CONTINUED.exec(line);
        const last = options.at(-1);
        if (option !== null) options.push({ name: option[1]!, text: option[2]! });
        else if (more !== null && last !== undefined)
          options[options.length - 1] = { ...last, text: `${last.text} ${more[1]}` };
      }
    else about.push(lines.join(' '));
  }
  return { name, synopsis, about, options };
}

/** The dashed names among the options: ['--json', '--state']. */
export const flagsOf = ({ options }: Manual): string[] =>
  options.flatMap(({ name }) => name.match(/--[a-z][a-z-]*/g) ?? []);

/** All commands of a table of usage texts, `cowhand` itself first. */
export const manualsOf = (usage: Readonly<Record<string, string>>): Manual[] =>
  Object.entries(usage).map(([name, text]) => manualOf(name, text));

const quoted = (text: string): string =>
  text
    .replace(/[\\]/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/, '\\&$1');

/** The man page, in the macros of man(7). */
export function manPage(usage: Readonly<Record<string, string>>, version: string): string {
  const [game, ...commands] = manualsOf(usage);
  const lines = [
    `.TH COWHAND 6 "" "cowhand ${version}" "Games"`,
    '.SH NAME',
    'cowhand \\- a game in which you are the page fault handler',
    '.SH SYNOPSIS',
    '.B cowhand',
    '.RI [ COMMAND ]\\ [ OPTIONS ]',
    '.SH DESCRIPTION',
    ...game!.about.map(quoted),
    '.SH COMMANDS',
    ...commands.flatMap(command => [
      ...command.synopsis.flatMap((line, i) => [i === 0 ? '.SS' : '.br', quoted(line)]),
      ...command.about.flatMap(text => ['.PP', quoted(text)]),
      ...command.options.flatMap(optionLines),
    ]),
    '.SH OPTIONS',
    ...game!.options.filter(({ name }) => name.startsWith('-')).flatMap(optionLines),
    '.SH FILES',
    ...[
      {
        name: '$XDG_STATE_HOME/cowhand/journal.ndjson',
        text: 'What you decided; usually in ~/.local/state.',
      },
      { name: '$XDG_CONFIG_HOME/cowhand/settings.json', text: 'Your settings; usually in ~/.config.' },
    ].flatMap(optionLines),
  ];
  return `${lines.join('\n')}\n`;
}

const optionLines = ({ name, text }: Option): string[] => ['.TP', `.B ${quoted(name)}`, quoted(text)];
