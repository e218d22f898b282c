import { describe, expect, test } from 'vitest';
import { allowedAfter } from './story.ts';

/** What the interface leaves open, and no more than that. Each story ends with the operation in question. */

const PAGE = 'p0 map 0 1 rw- anon\np0 write 0 5\n';

describe('after MADV_FREE a page', () => {
  test('holds its bytes or zeros', () => {
    expect(allowedAfter(`${PAGE}p0 madv 0 1 free\np0 read 0`)).toEqual(['5', '0']);
  });

  test('once seen as zeros stays zeros, seen as it was may still become zeros', () => {
    expect(allowedAfter(`${PAGE}p0 madv 0 1 free\np0 read 0 => 0\np0 read 0`)).toEqual(['0']);
    expect(allowedAfter(`${PAGE}p0 madv 0 1 free\np0 read 0 => 5\np0 read 0`)).toEqual(['5', '0']);
  });

  test('after the next write is one or the other, and that for good', () => {
    const written = `${PAGE}p0 madv 0 1 free\np0 write 0 9 1\n`;
    expect(allowedAfter(`${written}p0 read 0`)).toEqual(['5', '0']);
    expect(allowedAfter(`${written}p0 read 0 1`)).toEqual(['9']);
    expect(allowedAfter(`${written}p0 read 0 => 5\np0 read 0`)).toEqual(['5']);
  });

  test('is whole: no half of it becomes zeros', () => {
    const free = `${PAGE}p0 write 0 6 7\np0 madv 0 1 free\np0 read8 0 0`;
    expect(allowedAfter(free)).toEqual(['5 0 0 0 0 0 0 6', '0 0 0 0 0 0 0 0']);
  });

  test('is its own in a child: each may fade by itself', () => {
    const forked = `${PAGE}p0 madv 0 1 free\np0 fork p1\n`;
    expect(allowedAfter(`${forked}p1 read 0 => 0\np0 read 0`)).toEqual(['5', '0']);
    expect(allowedAfter(`${forked}p1 write 0 7\np0 read 0`)).toEqual(['5', '0']);
  });

  test('is as it was if nothing was in it, and keeps what an object holds', () => {
    expect(allowedAfter('p0 map 0 1 rw- anon\np0 madv 0 1 free\np0 read 0')).toEqual(['0']);
    expect(allowedAfter('p0 map 0 1 rw- sanon\np0 madv 0 1 free')).toEqual(['EINVAL']);
  });
});

describe('a private page of a file that nobody wrote to', () => {
  const FILE = 'file 0 2 ext4\np0 map 0 1 rw- priv 0 0\n';

  test('shows what the file holds, or has held since it was mapped', () => {
    expect(allowedAfter(`${FILE}p0 fwrite 0 0 9\np0 read 0`)).toEqual(['9', '176']);
    expect(allowedAfter(`file 0 1 ext4\np0 fwrite 0 0 9\np0 map 0 1 r-- priv 0 0\np0 read 0`)).toEqual(['9']);
  });

  test('never goes back to what it no longer showed', () => {
    expect(allowedAfter(`${FILE}p0 fwrite 0 0 9\np0 read 0 => 9\np0 read 0`)).toEqual(['9']);
    expect(allowedAfter(`${FILE}p0 fwrite 0 0 9\np0 read 0 => 176\np0 read 0`)).toEqual(['9', '176']);
  });

  test('once written to stays as it was then', () => {
    expect(allowedAfter(`${FILE}p0 write 0 5 1\np0 fwrite 0 0 9\np0 read 0`)).toEqual(['176']);
    expect(allowedAfter(`${FILE}p0 madv 0 1 populate_write\np0 fwrite 0 0 9\np0 read 0`)).toEqual(['176']);
  });

  test('shows the file again after MADV_DONTNEED', () => {
    expect(allowedAfter(`${FILE}p0 fwrite 0 0 9\np0 madv 0 1 dontneed\np0 read 0`)).toEqual(['9']);
    expect(allowedAfter(`${FILE}p0 write 0 5\np0 madv 0 1 dontneed\np0 read 0`)).toEqual(['176']);
  });

  test('sees stores through a shared mapping of it the same way', () => {
    expect(allowedAfter(`${FILE}p0 map 1 1 rw- shared 0 0\np0 write 1 9\np0 read 0`)).toEqual(['9', '176']);
    expect(allowedAfter(`${FILE}p0 map 1 1 rw- shared 0 0\np0 write 1 9\np0 read 1`)).toEqual(['9']);
  });

  test('keeps its bytes over a hole, but not over a truncation', () => {
    expect(allowedAfter(`${FILE}p0 write 0 5\np0 punch 0 0 1\np0 read 0`)).toEqual(['5']);
    expect(allowedAfter(`${FILE}p0 punch 0 0 1\np0 read 0`)).toEqual(['0', '176']);
    expect(allowedAfter(`${FILE}p0 write 0 5\np0 ftrunc 0 0\np0 read 0`)).toEqual(['SIGBUS ADRERR']);
    expect(allowedAfter(`${FILE}p0 write 0 5\np0 ftrunc 0 0\np0 ftrunc 0 1\np0 read 0`)).toEqual(['0']);
  });
});

test('bytes behind the end of a file last until the page is written back; a larger file has them or zeros', () => {
  const tail = 'file 0 1 ext4\np0 map 0 3 rw- shared 0 0\np0 wsys file:0:4096 0 0 16\np0 write 1 9 100\n';
  expect(allowedAfter(`${tail}p0 read 1 100`)).toEqual(['9', '0']);
  expect(allowedAfter(`${tail}p0 read 1 15`)).toEqual(['176']);
  expect(allowedAfter(`${tail}p0 fsync 0\np0 read 1 100 => 0\np0 read 1 100`)).toEqual(['0']);
  expect(allowedAfter(`${tail}p0 ftrunc 0 2\np0 read 1 100`)).toEqual(['9', '0']);
  expect(allowedAfter(`${tail}p0 ftrunc 0 2\np0 read 1 100 => 9\np0 read 1 100`)).toEqual(['9']);
  expect(allowedAfter(`${tail}p0 fread 0 1`)).toEqual(['16 bytes: 176 176']);
  expect(allowedAfter(`${tail}p0 read 2`)).toEqual(['SIGBUS ADRERR']);
});

describe('a page in a pipe', () => {
  test('shows what it has held since, never what it held before', () => {
    expect(allowedAfter(`${PAGE}p0 write 0 6\np0 vpin 0 0 1\np0 vread 0`)).toEqual(['4096 bytes: 6']);
    expect(allowedAfter(`${PAGE}p0 vpin 0 0 1\np0 write 0 6\np0 vread 0`)).toEqual([
      '4096 bytes: 6',
      '4096 bytes: 5',
    ]);
  });

  test("never shows a relative's store", () => {
    const forked = `${PAGE}p0 fork p1\n`;
    expect(allowedAfter(`${forked}p1 vpin 0 0 1\np1 unmap 0 1\np0 write 0 9\np1 vread 0`)).toEqual([
      '4096 bytes: 5',
    ]);
    expect(allowedAfter(`${PAGE}p0 vpin 0 0 1\np0 fork p1\np1 write 0 9\np0 vread 0`)).toEqual([
      '4096 bytes: 5',
    ]);
  });

  test('is not followed once it is unmapped, dropped or replaced, but when it moves', () => {
    for (const gone of ['unmap 0 1\np0 map 0 1 rw- anon', 'madv 0 1 dontneed', 'map 0 1 rw- anon'])
      expect(allowedAfter(`${PAGE}p0 vpin 0 0 1\np0 ${gone}\np0 write 0 9\np0 vread 0`)).toEqual([
        '4096 bytes: 5',
      ]);
    expect(allowedAfter(`${PAGE}p0 vpin 0 0 1\np0 mremap 0 1 8 1\np0 write 8 9\np0 vread 0`)).toHaveLength(2);
  });

  test('follows a file that its process has mapped', () => {
    const spliced = 'file 0 1 ext4\np0 map 0 1 rw- priv 0 0\np0 vpin 0 0 1\n';
    expect(allowedAfter(`${spliced}p0 fwrite 0 0 33\np0 vread 0`).sort()).toEqual([
      '4096 bytes: 176',
      '4096 bytes: 33',
    ]);
    expect(allowedAfter(`${spliced}p0 ftrunc 0 0\np0 ftrunc 0 1\np0 fwrite 0 0 33\np0 vread 0`)).toEqual([
      '4096 bytes: 176',
    ]);
  });

  test('goes to whoever reads first, and there is room for 16', () => {
    expect(allowedAfter(`${PAGE}p0 vpin 0 0 1\np0 fork p1\np1 vread 0\np0 vread 0`)).toEqual(['0 bytes']);
    const many = 'p0 map 0 20 rw- anon\np0 vpin 0 0 20';
    expect(allowedAfter(many)).toEqual(['65536 bytes']);
    expect(allowedAfter(`${many}\np0 vpin 0 0 1`)).toEqual(['EAGAIN']);
  });
});

describe('a fixed buffer', () => {
  test('is the page of its process, for good', () => {
    const pinned = `${PAGE}p0 iopin 0 0 1\n`;
    expect(allowedAfter(`${pinned}p0 write 0 6\np0 ioread 0 0`)).toEqual(['16 bytes: 6']);
    expect(allowedAfter(`${pinned}p0 iowrite 0 0 7\np0 read 0`)).toEqual(['7']);
    expect(allowedAfter(`${pinned}p0 fork p1\np0 write 0 6\np0 ioread 0 0`)).toEqual(['16 bytes: 6']);
    expect(allowedAfter(`${pinned}p0 fork p1\np0 iowrite 0 0 7\np1 read 0`)).toEqual(['5']);
    expect(allowedAfter(`${pinned}p0 fork p1\np1 iowrite 0 0 7\np0 read 0`)).toEqual(['7']);
  });

  test('outlasts the mapping, apart from what is mapped there next', () => {
    const gone = `${PAGE}p0 iopin 0 0 1\np0 iopin 1 0 1\np0 unmap 0 1\np0 map 0 1 rw- anon\np0 write 0 7\n`;
    expect(allowedAfter(`${gone}p0 ioread 0 0`)).toEqual(['16 bytes: 5']);
    expect(allowedAfter(`${gone}p0 iowrite 0 0 9\np0 ioread 1 0`)).toEqual(['16 bytes: 9']);
    expect(allowedAfter(`${gone}p0 iowrite 0 0 9\np0 read 0`)).toEqual(['7']);
  });

  test('ends with its registration, or with its process', () => {
    expect(allowedAfter(`${PAGE}p0 iopin 0 0 1\np0 iounpin 0\np0 ioread 0 0`)).toEqual(['EBADF']);
    expect(allowedAfter(`${PAGE}p0 iopin 0 0 1\np0 execve\np0 ioread 0 0`)).toEqual(['EBADF']);
  });

  test('needs the right to write, and a file system that need not be told', () => {
    expect(allowedAfter(`${PAGE}p0 prot 0 1 r--\np0 iopin 0 0 1`)).toEqual(['EFAULT']);
    for (const [fs, result] of [
      ['ext4', 'EFAULT'],
      ['tmpfs', 'done'],
    ])
      expect(allowedAfter(`file 0 1 ${fs}\np0 map 0 1 rw- shared 0 0\np0 iopin 0 0 1`)).toEqual([result]);
  });
});

describe('a fixed buffer that is only read', () => {
  test('is the page of its process all the same, before anything was written there', () => {
    const page = 'p0 map 0 1 r-- anon\np0 rpin 0 0 1\n';
    expect(allowedAfter(`${page}p0 prot 0 1 rw-\np0 write 0 6\np0 ioread 0 0`)).toEqual(['16 bytes: 6']);
    const file = 'file 0 1 ext4\np0 map 0 1 rw- priv 0 0\np0 rpin 0 0 1\n';
    expect(allowedAfter(`${file}p0 fwrite 0 0 9\np0 ioread 0 0`)).toEqual(['16 bytes: 176']);
    expect(allowedAfter(`${file}p0 write 0 6\np0 ioread 0 0`)).toEqual(['16 bytes: 6']);
    const shared = 'file 0 1 ext4\np0 map 0 1 rw- shared 0 0\np0 rpin 0 0 1\n';
    expect(allowedAfter(`${shared}p0 fwrite 0 0 9\np0 ioread 0 0`)).toEqual(['16 bytes: 9']);
  });

  test('cannot be stored to, and needs a page that may be read', () => {
    expect(allowedAfter(`${PAGE}p0 rpin 0 0 1\np0 iowrite 0 0 7`)).toEqual(['EFAULT']);
    expect(allowedAfter('p0 map 0 1 --- anon\np0 rpin 0 0 1')).toEqual(['EFAULT']);
    expect(allowedAfter('p0 map 0 1 -w- anon\np0 write 0 5\np0 rpin 0 0 1')).toEqual(['done', 'EFAULT']);
  });
});

test('whether a page may be referenced that must not be read depends on whether it is there', () => {
  expect(allowedAfter('p0 map 0 1 -w- anon\np0 write 0 5\np0 vpin 0 0 1')).toEqual(['4096 bytes', 'EFAULT']);
  expect(allowedAfter('p0 map 0 1 --x anon\np0 dwrite 0')).toEqual(['4096 bytes', 'EFAULT']);
  expect(allowedAfter('p0 map 0 1 --- anon\np0 vpin 0 0 1')).toEqual(['EFAULT']);
});

describe('neighbours with everything in common', () => {
  const two = 'p0 map 0 1 rw- anon\np0 map 1 1 rw- anon\n';

  test('may be one area or two: a call that needs one may be refused', () => {
    expect(allowedAfter(`${two}p0 mremap 0 2 8 3`)).toEqual(['done', 'EFAULT']);
    expect(allowedAfter('p0 map 0 2 rw- anon\np0 mremap 0 2 8 3')).toEqual(['done']);
    expect(allowedAfter(`${two}p0 prot 1 1 r--\np0 mremap 0 2 8 3`)).toEqual(['EFAULT']);
    expect(allowedAfter(`${two}p0 madv 0 1 dontfork\np0 mremap 0 2 8 3`)).toEqual(['EFAULT']);
  });

  test('of a stack count for its limit together or apart', () => {
    const stack = 'p0 map 8 1 rw- anon gd\np0 map 9 1 rw- anon gd\np0 rlimstack 2\np0 write 7 5';
    expect(allowedAfter(stack)).toEqual(['done', 'SIGSEGV MAPERR']);
    expect(allowedAfter(stack.replace('rlimstack 2', 'rlimstack 3'))).toEqual(['done']);
    expect(allowedAfter(stack.replace('rlimstack 2', 'rlimstack 1'))).toEqual(['SIGSEGV MAPERR']);
  });
});

test('what shows nowhere: swapping, cold pages, equal pages made one, CPUs', () => {
  for (const quiet of [
    'p0 madv 0 1 pageout',
    'p0 madv 0 1 cold',
    'k ksm',
    'p0 cpu 0',
    'p0 madv 0 1 mergeable',
  ])
    expect(allowedAfter(`${PAGE}${quiet}\np0 read 0`)).toEqual(['5']);
});
