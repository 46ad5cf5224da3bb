import { Emitter } from './base/emitter.ts';
import { type CallName, callNames, ExpectedError } from './contract/index.ts';
import type { EventSources, Handlers, StreamOpeners } from './ipc/types.ts';
import type { ShellPort } from './shell/types.ts';
import type { Store, Vault } from './store/types.ts';

export function temporaryHandlers({ home, store, vault, shell }: { home: string; store: Store; vault: Vault; shell: ShellPort }): {
  handlers: Handlers;
  streams: StreamOpeners;
  events: EventSources;
} {
  const missing = Object.fromEntries(
    callNames.map((name: CallName) => [
      name,
      async () => {
        throw new ExpectedError('not-found', `${name} is not there yet`);
      },
    ]),
  ) as unknown as Handlers;
  const handlers: Handlers = {
    ...missing,
    'app.info': async () => ({
      version: shell.version,
      platform: process.platform,
      home,
      vault: { available: vault.available, reason: vault.reason },
      recovered: [...store.recovered],
    }),
    'servers.list': async () => [],
    'jobs.list': async () => [],
    'preferences.get': async () => store.preferences(),
    'preferences.set': async (preferences) => {
      await store.setPreferences(preferences);
      return store.preferences();
    },
    'folders.pick': async () => ({ path: await shell.pickFolder() }),
    'clipboard.write': async ({ text }) => {
      await shell.clipboard.writeText(text);
      return null;
    },
    'clipboard.read': async () => ({ text: await shell.clipboard.readText() }),
    'files.save': async ({ suggestedName, text }) => ({ path: await shell.saveFile(suggestedName, text) }),
    'links.open': async ({ url }) => {
      await shell.openExternal(url);
      return null;
    },
  };
  const none = (): { chunks: AsyncIterable<never> } => ({ chunks: (async function* () {})() });
  return {
    handlers,
    streams: { 'jobs.log': none, 'apps.logs': none, terminal: none },
    events: {
      'servers.changed': new Emitter<never>().event,
      'jobs.changed': new Emitter<never>().event,
      'preferences.changed': store.onPreferences,
      'action.requested': (listener) => shell.onAction((action) => listener({ action })),
    },
  };
}
