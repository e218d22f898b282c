import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GameEvent } from '../../src/game/types.ts';
import { openStore, StoreError } from '../../src/progress/store.ts';
import { clock, freshFolder, journalIn, level, other, placesIn, settingsIn, storeIn } from './folder.ts';
import { gameEvents } from './journals.ts';

const copy: GameEvent = { type: 'decide', decision: 'copy' };
const hint: GameEvent = { type: 'hint' };
const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe('what was saved', () => {
  test('is there when the store is opened again', () => {
    const folder = freshFolder();
    const store = storeIn(folder);
    const attempt = store.begin(level, 0);
    attempt.play(hint);
    attempt.play(copy);
    store.begin(other, 2).play(copy, { variant: 2, stars: 3 });

    const { progress, notices } = storeIn(folder);
    expect(notices).toEqual([]);
    expect(progress.levels).toEqual(store.progress.levels);
    expect(progress.levels.get(other.id)?.best).toEqual(new Map([[2, 3]]));
    expect(progress.open).toEqual(store.progress.open);
    expect(progress.open).toMatchObject([{ level: level.id, variant: 0, events: [hint, copy] }]);
  });

  test('is only ever added to', () => {
    const folder = freshFolder();
    fc.assert(
      fc.property(fc.array(gameEvents, { maxLength: 4 }), fc.boolean(), (events, finishes) => {
        const before = existsSync(journalIn(folder)) ? readFileSync(journalIn(folder)) : Buffer.alloc(0);
        const attempt = storeIn(folder).begin(level, 0);
        for (const event of events) attempt.play(event, finishes ? { variant: 0, stars: 1 } : undefined);
        const after = readFileSync(journalIn(folder));
        expect(after.subarray(0, before.length).equals(before)).toBe(true);
        expect(after.length).toBeGreaterThan(before.length);
      }),
      { numRuns: 30 },
    );
  });

  test('is for its owner only', () => {
    const folder = path.join(freshFolder(), 'made', 'anew');
    const store = storeIn(folder);
    store.begin(level, 0);
    expect(modeOf(journalIn(folder))).toBe(0o600);
    expect(modeOf(folder)).toBe(0o700);
  });

  test('opening alone makes no file and no directory', () => {
    const folder = path.join(freshFolder(), 'none');
    expect(storeIn(folder).progress.levels.size).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  test('of levels that are not in this version stays and counts', () => {
    const folder = freshFolder();
    storeIn(folder)
      .begin({ ...level, id: 'gone-since' }, 0)
      .play(copy, { variant: 0, stars: 2 });
    expect(storeIn(folder).progress.levels.get('gone-since')?.best.get(0)).toBe(2);
  });
});

describe('a run that was left', () => {
  test('goes on in the middle, by two who opened it at once as well', () => {
    const folder = freshFolder();
    storeIn(folder).begin(level, 0).play(copy);
    const [one, two] = [storeIn(folder), storeIn(folder)];
    const first = one.resume(one.progress.open[0]!);
    const second = two.resume(two.progress.open[0]!);
    first.play(hint);
    second.play(copy);
    first.play(hint);
    expect(storeIn(folder).progress.open).toMatchObject([{ events: [copy, copy] }]);
    second.play(copy, { variant: 0, stars: 1 });
    expect(storeIn(folder).progress.open).toEqual([]);
    expect(storeIn(folder).progress.levels.get(level.id)?.attempts).toBe(1);
  });

  test('looking at it saves nothing', () => {
    const folder = freshFolder();
    storeIn(folder).begin(level, 0).play(copy);
    const before = readFileSync(journalIn(folder), 'utf8');
    const store = storeIn(folder);
    store.resume(store.progress.open[0]!);
    expect(readFileSync(journalIn(folder), 'utf8')).toBe(before);
  });

  test('once dropped it is not offered again, and its lines stay', () => {
    const folder = freshFolder();
    const store = storeIn(folder);
    store.begin(level, 0).play(copy);
    const before = readFileSync(journalIn(folder), 'utf8');
    store.drop(store.progress.open[0]!);
    expect(store.progress.open).toEqual([]);
    expect(storeIn(folder).progress.open).toEqual([]);
    expect(readFileSync(journalIn(folder), 'utf8').startsWith(before)).toBe(true);
  });
});

describe('a damaged journal', () => {
  /** Three finished levels, one line each that counts. */
  function threeFinished(): string {
    const folder = freshFolder();
    for (const id of ['one', 'two', 'three'])
      storeIn(folder)
        .begin({ ...level, id }, 0)
        .finish({ variant: 0, stars: 3 });
    return folder;
  }
  const finished = (folder: string) => [...storeIn(folder).progress.levels.keys()];

  test('a torn last line is ignored and kept, and the next starts on a line of its own', () => {
    const folder = threeFinished();
    const torn = '{"v":1,"at":"2026-11-20T10:11:12.345Z","type":"fini';
    appendFileSync(journalIn(folder), torn);
    const store = storeIn(folder);
    expect(store.notices).toEqual([
      `${journalIn(folder)} ends in the middle of line 7: what came last was not saved. The rest counts.`,
    ]);
    store.begin({ ...level, id: 'four' }, 0);
    expect(finished(folder)).toEqual(['one', 'two', 'three', 'four']);
    expect(readFileSync(journalIn(folder), 'utf8').split('\n')[6]).toBe(torn);
  });

  test('cut at any byte it reads, and what is saved afterwards is there', () => {
    const source = readFileSync(journalIn(threeFinished()));
    const folder = freshFolder();
    fc.assert(
      fc.property(fc.nat({ max: source.length }), cut => {
        writeFileSync(journalIn(folder), source.subarray(0, cut));
        const before = storeIn(folder).progress.levels;
        storeIn(folder).begin(level, 0).finish({ variant: 1, stars: 2 });
        const { levels } = storeIn(folder).progress;
        expect(levels.get(level.id)?.best.get(1)).toBe(2);
        for (const [id, record] of before) expect(levels.get(id)).toEqual(record);
        expect(readFileSync(journalIn(folder)).subarray(0, cut).equals(source.subarray(0, cut))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('a damaged line in the middle is named, skipped and kept', () => {
    const folder = threeFinished();
    const lines = readFileSync(journalIn(folder), 'utf8').split('\n');
    lines[2] = lines[2]!.slice(5);
    lines[3] = 'what is this?';
    writeFileSync(journalIn(folder), lines.join('\n'));
    const { notices } = storeIn(folder);
    expect(notices).toEqual([`${journalIn(folder)}: lines 3 and 4 cannot be read. The rest counts.`]);
    expect(finished(folder)).toEqual(['one', 'three']);
    storeIn(folder).begin(level, 0);
    expect(readFileSync(journalIn(folder), 'utf8').startsWith(lines.join('\n'))).toBe(true);
  });

  test('lines of a newer version are kept and do not count, and it says so', () => {
    const folder = threeFinished();
    const newer = '{"v":2,"type":"evidence","fact":"maps"}\n';
    appendFileSync(journalIn(folder), newer);
    const { notices } = storeIn(folder);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('line 7 came from a newer version of cowhand');
    storeIn(folder).begin(level, 0);
    expect(readFileSync(journalIn(folder), 'utf8')).toContain(newer);
    expect(storeIn(folder).notices).toEqual(notices);
  });

  test('many damaged lines are one short notice', () => {
    const folder = freshFolder();
    writeFileSync(journalIn(folder), 'x\n'.repeat(500));
    expect(storeIn(folder).notices).toEqual([
      `${journalIn(folder)}: lines 1, 2, 3, 4 and 496 more cannot be read. The rest counts.`,
    ]);
  });
});

describe('a place where nothing can be saved', () => {
  test('a file instead of the directory is told when the store is opened', () => {
    const file = path.join(freshFolder(), 'file');
    writeFileSync(file, '');
    expect(() => storeIn(file)).toThrow(StoreError);
    expect(() => storeIn(file)).toThrow(
      `cannot read ${journalIn(file)}: a file stands where a directory should be`,
    );
    expect(() => storeIn(path.join(file, 'below'))).toThrow(StoreError);
  });

  test('a directory instead of the journal too', () => {
    const folder = freshFolder();
    mkdirSync(journalIn(folder));
    expect(() => storeIn(folder)).toThrow('a directory stands where a file should be');
  });

  test('prepare finds it before the game begins', () => {
    const folder = freshFolder();
    const store = storeIn(path.join(folder, 'a', 'b'));
    writeFileSync(path.join(folder, 'a'), '');
    store.prepare();
    expect(store.trouble?.message).toContain('a file stands where a directory should be');
    rmSync(path.join(folder, 'a'));
    store.begin(level, 0);
    expect(store.trouble).toBeUndefined();
    expect(readdirSync(path.join(folder, 'a', 'b'))).toEqual(['journal.ndjson']);
    expect(storeIn(path.join(folder, 'a', 'b')).notices).toEqual([]);
  });

  test('a file system that takes no directories does not hang it', () => {
    const store = storeIn('/proc/cowhand/state');
    store.prepare();
    expect(store.trouble).toBeInstanceOf(StoreError);
  });

  test.each([
    ['a device without an end', '/dev/zero', 'it is no regular file'],
    ['a link to what is no journal', 'poem.txt', 'it is a link to a file that is no journal'],
    ['more than can be a save', 'huge', 'it is larger than 64 MB'],
  ])('%s is left alone, and the game goes on without it', (_, target, why) => {
    const folder = freshFolder();
    const poem = path.join(folder, 'poem.txt');
    writeFileSync(poem, 'I wandered lonely as a cloud\n');
    writeFileSync(path.join(folder, 'huge'), '');
    truncateSync(path.join(folder, 'huge'), 2 ** 27);
    symlinkSync(target, journalIn(folder));
    expect(() => storeIn(folder)).toThrow(why);
    const store = openStore({ places: placesIn(folder), clock, anyway: true });
    store.prepare();
    store.begin(level, 0).play(copy, { variant: 0, stars: 3 });
    expect(store.progress.levels.get(level.id)?.best.get(0)).toBe(3);
    expect(store.trouble?.message).toContain(why);
    expect(readFileSync(poem, 'utf8')).toBe('I wandered lonely as a cloud\n');
  });

  test('a link to a journal is a journal', () => {
    const folder = freshFolder();
    storeIn(folder).begin(level, 0).play(copy);
    const linked = path.join(folder, 'linked');
    mkdirSync(linked);
    symlinkSync('../journal.ndjson', journalIn(linked));
    storeIn(linked).begin(other, 0).play(copy);
    expect(storeIn(folder).progress.open.map(open => open.level)).toEqual([other.id, level.id]);
  });

  test('if it becomes one while playing, the game goes on, and all is saved once it can be', () => {
    const folder = path.join(freshFolder(), 'state');
    const store = storeIn(folder);
    const attempt = store.begin(level, 0);
    expect(store.trouble).toBeUndefined();
    renameSync(folder, `${folder}-away`);
    writeFileSync(folder, '');
    attempt.play(copy);
    expect(store.trouble?.message).toContain('a file stands where a directory should be');
    attempt.play(hint);
    expect(store.progress.open[0]?.events).toEqual([copy, hint]);

    rmSync(folder);
    renameSync(`${folder}-away`, folder);
    attempt.play(copy);
    expect(store.trouble).toBeUndefined();
    expect(storeIn(folder).progress.open[0]?.events).toEqual([copy, hint, copy]);
  });

  test('a journal that is removed while playing is begun again', () => {
    const folder = freshFolder();
    const store = storeIn(folder);
    const attempt = store.begin(level, 0);
    rmSync(journalIn(folder));
    attempt.play(copy, { variant: 0, stars: 2 });
    expect(storeIn(folder).progress.levels.get(level.id)?.best.get(0)).toBe(2);
  });
});

describe('settings', () => {
  const corrupt = 'settings.corrupt-2026-11-20T10-11-12.345Z.json';

  test('are there when the store is opened again, in a file of their own', async () => {
    const folder = freshFolder();
    const store = storeIn(folder);
    expect(store.settings.get('theme')).toBeUndefined();
    await store.settings.set('theme', 'dark');
    await store.settings.set('lines', 30);
    expect(store.settings.get('theme')).toBe('dark');
    expect(storeIn(folder).settings.get('theme')).toBe('dark');
    expect(JSON.parse(readFileSync(settingsIn(folder), 'utf8'))).toEqual({
      schemaVersion: 1,
      theme: 'dark',
      lines: 30,
    });
    expect(modeOf(settingsIn(folder))).toBe(0o600);
  });

  test('can be changed by hand', async () => {
    const folder = freshFolder();
    await storeIn(folder).settings.set('theme', 'dark');
    writeFileSync(settingsIn(folder), '{"theme": "light", "of.another": true}');
    const store = storeIn(folder);
    expect(store.notices).toEqual([]);
    expect(store.settings.get('theme')).toBe('light');
    await store.settings.set('lines', 30);
    expect(storeIn(folder).settings.get('of.another')).toBe(true);
  });

  test.each([
    ['half a file', '{"schemaVersion": 1, "theme": "da'],
    ['an empty file', ''],
    ['zeros', '\0\0\0\0'],
    ['a list', '[1, 2]'],
    ['null', 'null'],
    ['a value of another kind', '{"theme": {"colour": "red"}}'],
    ['a version that is no number', '{"schemaVersion": "one"}'],
  ])('%s is kept aside and named, and the settings come from the journal', async (_, text) => {
    const folder = freshFolder();
    await storeIn(folder).settings.set('theme', 'dark');
    await storeIn(folder).settings.set('lines', 30);
    writeFileSync(settingsIn(folder), text);

    const store = storeIn(folder);
    expect(store.notices).toHaveLength(1);
    expect(store.notices[0]).toContain(settingsIn(folder));
    expect(store.notices[0]).toContain(corrupt);
    expect(readFileSync(path.join(folder, corrupt), 'utf8')).toBe(text);
    expect(store.settings.get('theme')).toBe('dark');

    expect(storeIn(folder).notices).toEqual([]);
    expect(storeIn(folder).settings.get('theme')).toBe('dark');
    await store.settings.set('lines', 31);
    expect(JSON.parse(readFileSync(settingsIn(folder), 'utf8'))).toMatchObject({ theme: 'dark', lines: 31 });
  });

  test('no file that was kept aside is ever overwritten', () => {
    const folder = freshFolder();
    for (const text of ['first', 'second', 'third']) {
      writeFileSync(settingsIn(folder), text);
      storeIn(folder);
    }
    const kept = readdirSync(folder).map(file => readFileSync(path.join(folder, file), 'utf8'));
    expect(kept.sort()).toEqual(['first', 'second', 'third']);
  });

  test('of a newer version are not touched; changes are kept in the journal', async () => {
    const folder = freshFolder();
    const newer = '{"schemaVersion": 2, "theme": {"name": "dark"}}';
    writeFileSync(settingsIn(folder), newer);
    const store = storeIn(folder);
    expect(store.notices).toHaveLength(1);
    expect(store.notices[0]).toContain(`${settingsIn(folder)} is of a newer version of cowhand`);
    await store.settings.set('lines', 30);
    expect(store.trouble).toBeUndefined();
    expect(readFileSync(settingsIn(folder), 'utf8')).toBe(newer);
    expect(storeIn(folder).settings.get('lines')).toBe(30);
  });

  test('that cannot be kept in a file are kept in the journal, and it says so', async () => {
    const folder = freshFolder();
    const places = { state: folder, config: path.join(folder, 'file') };
    writeFileSync(places.config, '');
    const store = openStore({ places, clock });
    expect(store.notices).toHaveLength(1);
    expect(store.notices[0]).toContain('a file stands where a directory should be');
    await store.settings.set('theme', 'dark');
    expect(openStore({ places, clock }).settings.get('theme')).toBe('dark');
  });
});
