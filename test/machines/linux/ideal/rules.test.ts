import { describe, expect, test } from 'vitest';
import { allowedAfter } from './story.ts';

/** Which calls are refused, with which errno, and what they have done by then. All asked of Linux 6.18.44. */

/** Two pages, a hole, one page that must not be written. */
const HOLED = 'p0 map 0 2 rw- anon\np0 map 3 1 r-- anon\np0 write 0 5\np0 write 1 6\n';
const FILES = 'file 0 2 ext4\nfile 1 2 tmpfs\n';

describe('what comes of it', () => {
  test.each([
    ['mprotect stops at a hole', `${HOLED}p0 prot 1 3 r--`, 'ENOMEM'],
    ['and has changed what lies before', `${HOLED}p0 prot 1 3 r-- => ENOMEM\np0 write 1 7`, 'SIGSEGV ACCERR'],
    [
      'but nothing where it starts in a hole',
      `${HOLED}p0 prot 2 2 rw- => ENOMEM\np0 write 3 7`,
      'SIGSEGV ACCERR',
    ],
    ['madvise goes on behind a hole', `${HOLED}p0 madv 0 4 dontneed => ENOMEM\np0 read 1`, '0'],
    ['and stops at the first area that refuses', `${HOLED}p0 mlock 1 1\np0 madv 0 2 dontneed`, 'EINVAL'],
    [
      'mlock stops at a hole, locked before it',
      `${HOLED}p0 mlock 1 2 => ENOMEM\np0 madv 1 1 dontneed`,
      'EINVAL',
    ],
    ['mlock of what cannot be touched fails', 'p0 map 0 1 --- anon\np0 mlock 0 1', 'ENOMEM'],
    ['but locks it', 'p0 map 0 1 --- anon\np0 mlock 0 1 => ENOMEM\np0 madv 0 1 free', 'EINVAL'],
    ['munlock lets it be dropped', `${HOLED}p0 mlock 0 1\np0 munlock 0 1\np0 madv 0 1 dontneed`, 'done'],
    ['fork forgets locks', `${HOLED}p0 mlock 0 1\np0 fork p1\np1 madv 0 1 dontneed`, 'done'],
    ['populating needs the right', `${HOLED}p0 madv 3 1 populate_write`, 'EINVAL'],
    ['and no hole', `${HOLED}p0 madv 1 3 populate_read`, 'ENOMEM'],
    ['and something to bring in', `${FILES}p0 map 0 3 r-- shared 0 0\np0 madv 0 3 populate_read`, 'EFAULT'],
    ['MADV_FREE is for private memory', `${FILES}p0 map 0 1 rw- priv 0 0\np0 madv 0 1 free`, 'EINVAL'],
    ['MADV_WIPEONFORK likewise', `${FILES}p0 map 0 1 rw- priv 0 0\np0 madv 0 1 wipeonfork`, 'EINVAL'],
    ['it gives the child zeros', `${HOLED}p0 madv 0 1 wipeonfork\np0 fork p1\np1 read 0`, '0'],
    [
      'MADV_DONTFORK gives it nothing',
      `${HOLED}p0 madv 0 1 dontfork\np0 fork p1\np1 read 0`,
      'SIGSEGV MAPERR',
    ],
    [
      'MADV_REMOVE makes a hole for all',
      `${FILES}p0 map 0 1 r-- shared 0 0\np0 madv 0 1 remove\np0 fread 0 0`,
      '4096 bytes: 0 0',
    ],
    ['but not from a private mapping', `${FILES}p0 map 0 1 rw- priv 0 0\np0 madv 0 1 remove`, 'EACCES'],
    ['nor without an object', `${HOLED}p0 madv 0 1 remove`, 'EINVAL'],
    ['nor if it is locked', `${FILES}p0 map 0 1 r-- shared 0 0\np0 mlock 0 1\np0 madv 0 1 remove`, 'EINVAL'],
    ['a stack of a file there is not', `${FILES}p0 map 0 1 rw- priv 0 0 gd`, 'EINVAL'],
  ])('%s', (_, story, result) => {
    expect(allowedAfter(story)).toEqual([result]);
  });
});

describe('a guard', () => {
  const GUARD = `${HOLED}p0 madv 0 1 guard\n`;

  test.each([
    ['refuses as if nothing were mapped', 'read 0', 'SIGSEGV MAPERR'],
    ['jumps too', 'fetch 0', 'SIGSEGV MAPERR'],
    ['but rights come first', 'prot 0 1 ---\np0 read 0', 'SIGSEGV ACCERR'],
    ['refuses copies by the kernel', 'rsys pipe 0 0 16 5', 'EFAULT'],
    ['and access by force', 'memw p0 0 0 1 5', 'EIO'],
    ['and references', 'vpin 0 0 1', 'EFAULT'],
    ['stays when the page is dropped', 'madv 0 1 dontneed\np0 read 0', 'SIGSEGV MAPERR'],
    ['is inherited', 'fork p1\np1 read 0', 'SIGSEGV MAPERR'],
    ['moves with its page', 'mremap 0 1 8 1\np0 read 8', 'SIGSEGV MAPERR'],
    ['removed, leaves zeros', 'madv 0 1 unguard\np0 read 0', '0'],
    ['cannot stand in a locked area', 'mlock 1 1\np0 madv 1 1 guard', 'EINVAL'],
  ])('%s', (_, rest, result) => {
    expect(allowedAfter(`${GUARD}p0 ${rest}`)).toEqual([result]);
  });

  test('stays when the file is cut short', () => {
    const guarded = `${FILES}p0 map 0 1 rw- priv 0 0\np0 madv 0 1 guard\np0 ftrunc 0 0\np0 ftrunc 0 2\n`;
    expect(allowedAfter(`${guarded}p0 read 0`)).toEqual(['SIGSEGV MAPERR']);
  });
});

describe('mremap', () => {
  test.each([
    ['needs something there', 'mremap 2 1 8 1', 'EFAULT'],
    ['goes nowhere near itself', 'mremap 0 2 1 2', 'EINVAL'],
    ['moves several areas and holes, if their size stays', 'mremap 0 4 8 4\np0 read 9', '6'],
    [
      'changes nothing where a hole goes',
      'map 10 1 rw- anon\np0 write 10 8\np0 mremap 0 4 8 4\np0 read 10',
      '8',
    ],
    ['takes all away with it', 'mremap 0 4 8 4\np0 read 0', 'SIGSEGV MAPERR'],
    ['else one area', 'mremap 0 4 8 5', 'EFAULT'],
    ['makes the rest go', 'mremap 0 4 8 2\np0 read 3', 'SIGSEGV MAPERR'],
    ['adds zeros', 'mremap 0 2 8 3\np0 read 10', '0'],
    ['in its place needs room', 'mremap 0 2 0 4', 'ENOMEM'],
    ['of which there may be enough', 'mremap 0 2 0 3\np0 read 2', '0'],
    ['and the end of the area', 'mremap 0 1 0 2', 'ENOMEM'],
    ['makes smaller in place', 'mremap 0 2 0 1\np0 read 1', 'SIGSEGV MAPERR'],
    ['may leave the old mapping, empty', 'mremap 0 2 8 2 keep\np0 read 0', '0'],
    ['only at the same size', 'mremap 0 2 8 1 keep', 'EINVAL'],
    ['and not locked', 'mlock 0 1\np0 mremap 0 1 8 1 keep\np0 madv 0 1 dontneed', 'done'],
    ['while the new one is', 'mlock 0 1\np0 mremap 0 1 8 1 keep\np0 madv 8 1 dontneed', 'EINVAL'],
  ])('%s', (_, rest, result) => {
    expect(allowedAfter(`${HOLED}p0 ${rest}`)).toEqual([result]);
  });

  test('a shared object does not become larger with its mapping', () => {
    const grown = 'p0 map 0 1 rw- sanon\np0 mremap 0 1 8 2\n';
    expect(allowedAfter(`${grown}p0 write 8 1`)).toEqual(['done']);
    expect(allowedAfter(`${grown}p0 write 9 1`)).toEqual(['SIGBUS ADRERR']);
  });
});

describe('behind the end of a file', () => {
  const BEYOND = `${FILES}p0 map 0 3 rw- shared 0 0\np0 map 8 1 rw- anon\np0 write 8 7\n`;

  test.each([
    ['every access is refused', 'read 2', 'SIGBUS ADRERR'],
    ['before a jump is, for want of the right', 'fetch 2', 'SIGBUS ADRERR'],
    ['copies by the kernel have no signal', 'rsys zero 2 0 16 0', 'EFAULT'],
    ['and end where the file does', 'rsys zero 1 4090 16 0', '6 bytes'],
    ['nothing is read', 'rsys file:0:8192 8 0 16 0', '0 bytes'],
    ['a write makes the file larger', 'wsys file:0:8192 8 0 16\np0 read 2', '7'],
    ['even one that copies nothing', 'wsys file:0:9000 20 0 16 => EFAULT\np0 fread 0 2', '808 bytes: 0 0'],
    ['but none of no length', 'wsys file:0:9000 20 0 0\np0 fread 0 2', '0 bytes'],
    ['a page may come into being while it is written from', 'wsys file:0:8192 1 0 8192\np0 read 2', '177'],
    ['even if it is the one that makes it so', 'wsys file:0:9000 2 0 1\np0 fread 0 2', '809 bytes: 0 0'],
    ['a hole of no length is refused', 'punch 0 0 0', 'EINVAL'],
  ])('%s', (_, rest, result) => {
    expect(allowedAfter(`${BEYOND}p0 ${rest}`)).toEqual([result]);
  });
});

describe('what is counted of a copy that ends early', () => {
  test.each([
    ['whole pieces from a pipe', 'rsys pipe 1 0 8192 7', '4096 bytes'],
    ['or none', 'rsys pipe 1 4090 12 7', 'EFAULT'],
    ['though they were stored', 'rsys pipe 1 4090 12 7 => EFAULT\np0 read 1 4095', '7'],
    ['all bytes from /dev/zero', 'rsys zero 1 4090 12 0', '6 bytes'],
    ['whole pieces into a pipe', 'wsys pipe 1 4090 12', 'EFAULT'],
    ['all pages of another process', 'pvw p0 1 0 8192 7', '4096 bytes'],
    ['by force too', 'memw p0 3 0 8192 7', '4096 bytes'],
    ['without force none that must not be written', 'pvw p0 3 0 16 7', 'EFAULT'],
  ])('%s', (_, rest, result) => {
    expect(allowedAfter(`${HOLED}p0 ${rest}`)).toEqual([result]);
  });

  test('a short copy within a page goes by eight bytes, and may read what it has just stored', () => {
    const self = `${FILES}p0 map 0 1 rw- shared 1 0\np0 write 0 9\n`;
    expect(allowedAfter(`${self}p0 rsys file:1:0 0 1 8 0\np0 read8 0 0`)).toEqual([
      '9 9 144 144 144 144 144 144',
    ]);
    expect(allowedAfter(`${self}p0 rsys file:1:0 0 1 16 0\np0 read 0 9`)).toEqual(['144']);
    expect(allowedAfter(`${self}p0 rsys file:1:0 0 8 16 0\np0 read 0 16`)).toEqual(['9']);
  });

  test('a private copy takes its bytes from the file, and leaves that alone', () => {
    const copied = `${FILES}p0 map 0 1 rw- priv 1 0\np0 fwrite 1 1 7\np0 rsys file:1:4096 0 0 8 0\n`;
    expect(allowedAfter(`${copied}p0 read8 0 1`)).toEqual(['7 7 7 7 7 7 7 144']);
    expect(allowedAfter(`${copied}p0 fread 1 0`)).toEqual(['4096 bytes: 144 144']);
    expect(allowedAfter(`${FILES}p0 map 0 1 rw- priv 1 0\np0 rsys file:1:0 0 1 8 0\np0 fread 1 0`)).toEqual([
      '4096 bytes: 144 144',
    ]);
  });
});

test('a private page of a file in a fixed buffer is its own from then on', () => {
  const pinned = `${FILES}p0 map 0 1 rw- priv 0 0\np0 iopin 0 0 1\np0 fwrite 0 0 9\n`;
  expect(allowedAfter(`${pinned}p0 read 0`)).toEqual(['176']);
  expect(allowedAfter(`${pinned}p0 ioread 0 0`)).toEqual(['16 bytes: 176']);
});
