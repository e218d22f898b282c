/** The usage texts of all commands; '' is `cowhand` itself. Lines of at most 80 columns. */
export const usage = {
  '': `Cowhand: a terminal game in which you are the page fault handler.

Usage: cowhand [COMMAND] [OPTIONS]

  cowhand                       opens the game; continues where you were
  cowhand play [LEVEL|FILE]     plays a level, or a level file of your own
  cowhand levels                lists the levels and your stars
  cowhand check [FILE|DIR ...]  proves that levels can be solved and are fair
  cowhand conform FILE|DIR ...  compares the model with recordings of Linux
  cowhand run PROGRAM           runs a program with the kernel deciding
  cowhand replay FILE|LEVEL     watches a run, picture by picture
  cowhand grade FILE ...        grades what students handed in, by replaying it
  cowhand progress              what you have played
  cowhand settings [NAME ...]   colours, glyphs, plain lines, keys
  cowhand completions SHELL     what a shell completes by itself
  cowhand doctor                what to say of a terminal in a report

  --state DIR   keep progress in DIR instead of the XDG directories
  --help        help on cowhand or on one command
  --version     the version

Exit codes: 0 yes; 1 the answer is no; 2 bad usage or input; 70 our own fault.`,

  play: `Usage: cowhand play [LEVEL|FILE.yaml] [OPTIONS]

Opens the game, or one level of it, or a level file of your own (whose stars are
not kept).

  --plain          numbered prompts and appended lines; also from a pipe
  --variant N      plays variant N (from 1) instead of one drawn by chance
  --seed N         plays the variant that the number N (0 to 4294967295) draws
  --state DIR      keep progress in DIR
  --decide D       answers the next question without a terminal; give it again
                   for each question
  --offers         prints the forms that --decide takes for the next question
  --json           with --decide: prints the transcript

With --decide: exit 0 if the level is finished, 1 if a question stays open, 2 if
an answer is not on offer.`,

  levels: `Usage: cowhand levels [OPTIONS]

Lists the levels in the order of play, with your stars.

  --json        a list of {id, title, system, chapter, depth, teaches,
                misconceptions, variants, stars}
  --state DIR   where progress is kept`,

  check: `Usage: cowhand check [FILE|DIR ...] [OPTIONS]

Proves levels by playing every sequence of decisions in every variant. Without
arguments: the levels of the game. Exit 1 if any proof fails.

  --json   {levels, coverage, ms}: the counts of each level, and its problems
           with line and column`,

  conform: `Usage: cowhand conform FILE|DIR ... [OPTIONS]
       cowhand conform --record PROGRAM [--swap none|file|zram]

Replays recordings of a live Linux kernel (*.json, *.jsonl) and compares, step
by step: what was read, signals, which accesses faulted, and the frame, count
and kind of every page. Exit 1 if anything differs or is unknown.

  --json            {programs, operations, agreeing, unknown, differences}
  --record PROGRAM  runs the operations of PROGRAM (one a line) on the model and
                    prints a recording
  --swap KIND       the swap that the recording claims: none (the default), file
                    or zram`,

  run: `Usage: cowhand run PROGRAM [OPTIONS]
       cowhand run --seed N [OPTIONS]

Runs a program with the kernel handling its own faults, and prints each
operation, its faults with the decision and the rule, what the process saw, and
what changed. PROGRAM is a file of operations, one a line, or - for standard
input.

  --seed N           runs a program made from the number N (0 to 4294967295);
                     the same number makes the same program everywhere
  --system S         linux (the default), xen, hurd or mach
  --rules R          the kernel's rules; the newest if left out
  --guest            with --system xen: PROGRAM is one of Linux, which runs in a guest;
                     prints what its kernel and Xen do, and what both cost
  --plot             with --system xen: what stores to a page table cost emulated,
                     asked for in batches, or with the table unhooked
  --cpus N           of the domain that is plotted: 1 (the default) to 4
  --json             {program, rules, operations, final}
  --format recorder  only prints the program, as the recorder takes it`,

  replay: `Usage: cowhand replay FILE.json|LEVEL [OPTIONS]

Watches a run: of a transcript, as cowhand play LEVEL --decide D --json prints
it, or the last one of a level that was played here. Arrows go through the
pictures and the answers, b goes to where the run left the par.

  --text         prints the run as lines; so does a pipe
  --json         prints the transcript
  --run N        of a file with several transcripts: the Nth (from 1)
  --level FILE   the level file that the transcript is of, if it is your own
  --state DIR    where progress is kept

Exit 1 if it does not replay, with the step and the reason.`,

  grade: `Usage: cowhand grade FILE ... [OPTIONS]

Plays again what students handed in: transcripts (*.json, from cowhand play
--json or cowhand replay --json) and journals (*.ndjson, from the directory that
cowhand progress names). Only what the decisions come to counts; what a file
claims is compared, and what differs is said.

  --require LIST   chapters and levels that count, with commas; all if left out
  --min N          passes with N stars or more (0)
  --format F       text (the default), json, jsonl, csv or gradescope
  --jobs N         so many processes; as many as there are CPUs if left out

Exit 0 if every file passes, 1 if one does not. A file that cannot be read does
not pass, and does not stop the others.`,

  progress: `Usage: cowhand progress [OPTIONS]
       cowhand progress export [FILE]
       cowhand progress import FILE
       cowhand progress reset [--yes|--undo]

Your stars by level, and where they are kept. export writes all that you played
to a file; import joins such a file to what is there, and never lowers a record;
reset puts all progress aside, after asking.

  --json        the same for programs
  --yes         reset without asking
  --undo        brings back what the last reset put aside
  --state DIR   where progress is kept`,

  settings: `Usage: cowhand settings [NAME [VALUE]] [OPTIONS]

Shows your settings, or changes one.

  colour   auto (follows NO_COLOR) or never
  theme    auto (follows COLORFGBG), dark, light or contrast
  glyphs   auto (follows the locale), unicode or ascii
  mode     auto (follows ACCESSIBLE) or plain: numbered prompts, appended lines
  motion   auto or never: whether what changed lights up for a moment
  key.NAME  the letter of a command, as in: cowhand settings key.hint x

  --json        the same for programs
  --state DIR   where settings are kept`,

  completions: `Usage: cowhand completions bash|zsh|fish

Prints what a shell needs to complete commands, options and levels. For bash, in
~/.bashrc: source <(cowhand completions bash)`,

  doctor: `Usage: cowhand doctor [OPTIONS]

Reports versions, the terminal, paths and permissions, for a report. Exit 1 if
something keeps you from playing or from saving.

  --json        a list of {about, found, wrong}
  --state DIR   where progress is kept`,
} as const;

export type Command = Exclude<keyof typeof usage, ''>;
