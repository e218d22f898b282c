/** The usage texts of all commands; '' is `cowhand` itself. Lines of at most 80 columns. */
export const usage = {
  '': `Cowhand: a terminal game in which you are the page fault handler.

Usage: cowhand [COMMAND] [OPTIONS]

  cowhand                       opens the game; continues where you were
  cowhand play [LEVEL|FILE]     plays a level, or a level file of your own
  cowhand levels                lists the levels and your stars
  cowhand check [FILE|DIR ...]  proves that levels can be solved and are fair
  cowhand conform FILE|DIR ...  compares the model with recordings of Linux
  cowhand coverage              what treats each mechanism of the source texts
  cowhand run PROGRAM           runs a program with the kernel deciding
  cowhand practice              generated problems without end
  cowhand exam [CHAPTER]        an exam; who passes one may skip ahead
  cowhand review                problems about what you got wrong, when due
  cowhand lab [FILE]            a sandbox: programs line by line
  cowhand replay FILE|LEVEL     watches a run, picture by picture
  cowhand worksheet --seed N    exercises on paper, for Moodle or for Anki
  cowhand draw PROGRAM|LEVEL    the picture of memory, as text or as SVG
  cowhand grade FILE ...        grades what students handed in, by replaying it
  cowhand progress              what you have played
  cowhand settings [NAME ...]   colours, glyphs, plain lines, keys
  cowhand completions SHELL     what a shell completes by itself
  cowhand doctor                what to say of a terminal in a report

  --state DIR   keep progress in DIR instead of the XDG directories
  --levels DIR  adds a pack of levels (docs/packs.md); also for play, levels,
                progress, replay and grade
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
       cowhand check --watch FILE

Proves levels by playing every sequence of decisions in every variant. Without
arguments: the levels of the game. Exit 1 if any proof fails.

  --json   {levels, coverage, ms}: the counts of each level, and its problems
           with line and column
  --watch       proves one level file, and again whenever it changes
  --jobs N      in N processes; as many as there are processors if left out
  --share I/N   of N parts of the levels the Ith, as a line of JSON each
  --problems N  proves N generated problems instead
  --seed S      the first of these; 1 if left out`,

  conform: `Usage: cowhand conform FILE|DIR ... [OPTIONS]
       cowhand conform --record PROGRAM [--swap none|file|zram]

Replays recordings of a live Linux kernel (*.json, *.jsonl) and compares, step
by step: what was read, signals, which accesses faulted, and the frame, count
and kind of every page. Exit 1 if anything differs or is unknown.

  --json            {programs, operations, agreeing, unknown, differences}
  --record PROGRAM  runs the operations of PROGRAM (one a line) on the model and
                    prints a recording
  --swap KIND       what pages are swapped out to: none, file or zram; if left
                    out what PROGRAM says, or none`,

  coverage: `Usage: cowhand coverage [OPTIONS]

Lists each mechanism that the source texts of the game name, with the number of
its levels, tests and recorded programs, found by what they contain; where none
could be recorded, why. Exit 1 if one has no level or no test.

  --tests DIR   the project's tests (test); without them only levels are found
  --json        a list of {text, id, title, levels, tests, recordings}, and
                unrecorded where it says why there are none`,

  run: `Usage: cowhand run PROGRAM [OPTIONS]
       cowhand run --seed N [OPTIONS]

Runs a program with the kernel handling its own faults, and prints each
operation, its faults with the decision and the rule, what the process saw, and
what changed. PROGRAM is a file of operations, one a line, or - for standard
input.

  --seed N           runs a program made from the number N (0 to 4294967295);
                     the same number makes the same program everywhere, for
                     ARM without the few operations that it does not have
  --system S         linux (the default), boot, xen, hurd or mach
  --rules R          the kernel's rules; the newest if left out
  --arch A           of linux: x86 (the default) or arm
  --eager-stack      of linux: fork copies the top page of each stack at once
  --guest            with --system xen: PROGRAM is one of Linux, run in a guest;
                     prints what its kernel and Xen do, and what both cost
  --plot             with --system xen: what stores to a page table cost:
                     emulated, asked for in batches, or with the table unhooked
  --cpus N           of the domain that is plotted: 1 (the default) to 4
  --json             {program, rules, operations, final, cost}: see
                     docs/language.md
  --format recorder  only prints the program, as the recorder of a live kernel
                     takes it; what that does not have is refused by its place

Exit 2 for a bad program (file, line, column and what was expected) or option.`,

  practice: `Usage: cowhand practice [OPTIONS]

Problems without end, made from a seed: each fault's right answer hangs on a bit
of history that you must find. They get harder as you get better. A problem's
name (p2-linux-3-77) says all that it is made from: cowhand play NAME plays it,
anywhere and in any later version that has its generator.

  --seed N         begins with the problem of the number N (0 to 4294967295)
  --system S       only problems of this system: linux, hurd or xen
  --concept C      only problems about a concept, or a misconception
  --difficulty D   begins with 1 (the easiest) to 5
  --names K        only prints the names of K problems
  --plain          numbered prompts and appended lines; also from a pipe
  --state DIR      keep progress in DIR`,

  exam: `Usage: cowhand exam [CHAPTER|SYSTEM] [OPTIONS]

Takes the exam of a chapter: faults drawn from a seed, without hints, and after
each right decision the question what decided it. The first answer to each
counts. Who passes the exam of a chapter first skips ahead: its levels and the
next chapter are open. Of a SYSTEM (linux if left out) it is the final exam,
over all chapters. One that was left before its end goes on.

  --seed N      the exam that the number N (0 to 4294967295) draws
  --list        lists the exams, and how they went
  --json        the same as {system, chapter, title, taken, passed, stars,
                right, of}
  --plain       numbered prompts and appended lines; exit 0 only if passed
  --state DIR   keep progress in DIR`,

  review: `Usage: cowhand review [OPTIONS]

Brings back what you got wrong: one problem for each misconception that is due,
each made anew. What is due when, FSRS says.

  --list        only lists the misconceptions, and when each is due
  --json        the same for programs
  --plain       numbered prompts and appended lines; also from a pipe
  --state DIR   where progress is kept`,

  lab: `Usage: cowhand lab [FILE] [OPTIONS]

A sandbox: type programs line by line, be the handler yourself or let the kernel
be it, go backwards and forwards, ask why and what-if, save what you did as a
program, a level or a transcript. Type help in it. Also from a pipe.

  FILE         a program to start from
  --maps FILE  starts from a /proc/PID/maps: its mappings, a few pages of each,
               files as anonymous memory
  --system S   the kernel (linux)`,

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

  worksheet: `Usage: cowhand worksheet --seed N [OPTIONS]

Exercises made from a seed, with a key whose explanations come from the judge.

  --seed N          the same number makes the same sheet everywhere
  --count K         so many exercises (5)
  --system S        only of this system
  --concepts LIST   about these concepts or misconceptions, in turn
  --format F        text (the default), md, json, gift (Moodle) or anki
  --answers         with the key; GIFT and Anki always have it`,

  draw: `Usage: cowhand draw PROGRAM|LEVEL [OPTIONS]

Prints the picture of memory after so many steps, the kernel deciding. PROGRAM
is a file of operations, or - for standard input.

  --at STEP     after so many operations; of a level, all of its set-up, and of
                a program, all of it, if left out
  --variant N   of a level: the variant (1)
  --system S    of a program: the kernel (linux)
  --svg FILE    writes an SVG instead, for slides and sheets
  --force       writes it over a file that is there already`,

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

Your stars by level, how far you have mastered each chapter and concept, what is
due for review, and where all of it is kept. export writes all that you played
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
