import { expect, it } from 'vitest';
import { dataFolder } from './data-folder.ts';

it.each([
  [{}, 'linux', '/home/ada', '/home/ada/.config/longshore'],
  [{ XDG_CONFIG_HOME: '/cfg' }, 'linux', '/home/ada', '/cfg/longshore'],
  [{ XDG_CONFIG_HOME: 'relative' }, 'linux', '/home/ada', '/home/ada/.config/longshore'],
  [{ XDG_CONFIG_HOME: '' }, 'linux', '/home/ada', '/home/ada/.config/longshore'],
  [{ XDG_CONFIG_HOME: '/cfg' }, 'darwin', '/Users/ada', '/Users/ada/Library/Application Support/Longshore'],
  [{ APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' }, 'win32', 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\Longshore'],
  [{}, 'win32', 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\Longshore'],
  [{ LONGSHORE_HOME: '/tmp/../srv/ls', XDG_CONFIG_HOME: '/cfg' }, 'linux', '/home/ada', '/srv/ls'],
  [{ LONGSHORE_HOME: '' }, 'linux', '/home/ada', '/home/ada/.config/longshore'],
] as const)('%j on %s', (env, platform, home, expected) => {
  expect(dataFolder(env, platform, home)).toBe(expected);
});
