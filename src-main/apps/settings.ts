import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type AppSettings, appSettings, ExpectedError, type SettingsChange } from '../contract/index.ts';

/** Swarm keeps a config of at most 500 kB, and a release's record holds the environment. */
const mostEnvironmentCharacters = 300_000;

/**
 * The settings of a new release: `base` with what `change` gives. A map or list that is given replaces the old one as a whole.
 * Throws `invalid-input`.
 */
export function mergeSettings(base: AppSettings, change: SettingsChange): AppSettings {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const parsed = appSettings.safeParse({ ...base, ...given });
  if (!parsed.success) {
    throw new ExpectedError('invalid-input', 'The settings of the app are not valid', { detail: z.prettifyError(parsed.error) });
  }
  const size = Object.entries(parsed.data.environment).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > mostEnvironmentCharacters) {
    throw new ExpectedError('invalid-input', `The environment has ${size} characters; Swarm has room for ${mostEnvironmentCharacters}`, {
      next: 'Put large values into files of the image.',
    });
  }
  return { ...parsed.data, domains: [...new Set(parsed.data.domains)] };
}

/** What has to happen so that an app with the settings `from` has `to`. Only the number of replicas can change in place. */
export function changeNeeded(from: AppSettings, to: AppSettings): 'nothing' | 'scale' | 'release' {
  if (isDeepStrictEqual(from, to)) return 'nothing';
  return isDeepStrictEqual({ ...from, replicas: to.replicas }, to) ? 'scale' : 'release';
}
