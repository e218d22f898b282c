import { type Accesses, ANON, FILLED, type State } from './states.ts';

/** Pages that get_user_pages comes for: the kernel looks them up itself, and asks the handler where they do not serve. */

const BY_REFERENCES: Accesses = {
  'pin for a moment, to read': page => `dwrite ${page}`,
  'pin for long, to read': page => `rpin 0 ${page} 1`,
  'pin for long, to write': page => `iopin 0 ${page} 1`,
  'forced write of a debugger': page => `memw p0 ${page} 0 1 9`,
};

const wanted = (name: string, program: string, header = ''): State => ({
  name: `get_user_pages: ${name}`,
  program,
  header,
  rights: ['rw-', 'r--'],
  accesses: BY_REFERENCES,
});

export const GUP_STATES: readonly State[] = [
  wanted('none', ANON),
  wanted('zero page', `${ANON}\np0 read 0`),
  wanted('anonymous, shared with the child', `${FILLED}\np0 fork p1`),
  wanted('anonymous, sole (child gone)', `${FILLED}\np0 fork p1\np1 exit`),
  wanted('private file, page of the file mapped', 'p0 map 0 1 rw- priv 0 0\np0 read 0', 'file 0 1 ext4'),
  wanted('swapped out, shared with the child', `${FILLED}\np0 madv 0 1 pageout\np0 fork p1`, 'swap file'),
];
