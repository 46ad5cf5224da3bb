import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/**
 * The folder that the window and the command line share, absolute: LONGSHORE_HOME when set, else where the platform keeps
 * settings (XDG base directories on Linux, which ignore a relative XDG_CONFIG_HOME). Creates nothing.
 */
export function dataFolder(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform, home: string = homedir()): string {
  const path = platform === 'win32' ? win32 : posix;
  const chosen = env['LONGSHORE_HOME'];
  if (chosen) return path.resolve(chosen);
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Longshore');
  if (platform === 'win32') return path.join(env['APPDATA'] || path.join(home, 'AppData', 'Roaming'), 'Longshore');
  const config = env['XDG_CONFIG_HOME'];
  return path.join(config && path.isAbsolute(config) ? config : path.join(home, '.config'), 'longshore');
}
