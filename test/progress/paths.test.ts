import os from 'node:os';
import { expect, test } from 'vitest';
import { placesOf } from '../../src/progress/paths.ts';

const HOME = '/home/me';

test('progress is kept in the XDG directories', () => {
  const env = { HOME, XDG_STATE_HOME: '/var/state', XDG_CONFIG_HOME: '/etc/mine' };
  expect(placesOf({ env, cwd: '/' })).toEqual({ state: '/var/state/cowhand', config: '/etc/mine/cowhand' });
});

test.each([
  ['not set', { HOME }],
  ['empty', { HOME, XDG_STATE_HOME: '', XDG_CONFIG_HOME: '' }],
  ['relative', { HOME, XDG_STATE_HOME: 'state', XDG_CONFIG_HOME: './config' }],
])('where they are %s, below HOME', (_, env) => {
  expect(placesOf({ env, cwd: '/' })).toEqual({
    state: '/home/me/.local/state/cowhand',
    config: '/home/me/.config/cowhand',
  });
});

test('without HOME, below the home of the user', () => {
  expect(placesOf({ env: {}, cwd: '/' }).config).toBe(`${os.homedir()}/.config/cowhand`);
});

test('a chosen directory holds everything, from the working directory on', () => {
  expect(placesOf({ env: { HOME }, cwd: '/srv' }, 'save')).toEqual({
    state: '/srv/save',
    config: '/srv/save',
  });
  expect(placesOf({ env: { HOME }, cwd: '/srv' }, '/save').state).toBe('/save');
});
