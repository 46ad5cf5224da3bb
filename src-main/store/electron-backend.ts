import ElectronStore from 'electron-store';
import { toDisposable } from '../base/disposable.ts';
import { backendOptions, type OpenBackend, settingsName } from './settings-backend.ts';

/** The window's backend. It watches, since the command line may change the file at any time. */
export const openElectronBackend: OpenBackend = (folder) => {
  const store = new ElectronStore<Record<string, unknown>>({ ...backendOptions, cwd: folder, name: settingsName, watch: true });
  return {
    write: (document) => {
      store.store = document;
    },
    onChange: (listener) => toDisposable(store.onDidAnyChange(() => listener())),
    dispose: () => store._closeWatcher(),
  };
};
