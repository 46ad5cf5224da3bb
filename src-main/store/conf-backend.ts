import Conf from 'conf';
import { toDisposable } from '../base/disposable.ts';
import { backendOptions, type OpenBackend, settingsName } from './settings-backend.ts';

/** The command line's backend. It does not watch: a command is over before anything changes. */
export const openConfBackend: OpenBackend = (folder) => {
  const conf = new Conf<Record<string, unknown>>({ ...backendOptions, cwd: folder, configName: settingsName });
  return {
    write: (document) => {
      conf.store = document;
    },
    onChange: () => toDisposable(() => undefined),
    dispose: () => undefined,
  };
};
