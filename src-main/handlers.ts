import { resolvesTo } from './app-address.ts';
import type { Event } from './base/emitter.ts';
import { type AppInfo, ExpectedError } from './contract/index.ts';
import type { EventSources, Handlers, StreamOpeners } from './ipc/types.ts';
import type { Overviews } from './servers/overviews.ts';
import type { Services } from './services.ts';
import type { ShellPort } from './shell/types.ts';

/** What the window can ask for, each answered by a service. Nothing is decided here: it only connects names to services. */
export function createHandlers(
  services: Services,
  overviews: Overviews,
  shell: ShellPort,
): { handlers: Handlers; streams: StreamOpeners; events: EventSources } {
  const { apps, certificates, deploys, jobs, servers, store, vault } = services;
  const summary = (id: string) => {
    const found = overviews.list().find(({ profile }) => profile.id === id);
    if (!found) throw new ExpectedError('not-found', 'That server is not known any more.');
    return found;
  };
  const started = async (id: string): Promise<{ job: string }> => ({ job: id });

  const handlers: Handlers = {
    'app.info': async (): Promise<AppInfo> => ({
      version: shell.version,
      platform: process.platform,
      home: services.home,
      vault: { available: vault.available, reason: vault.reason },
      recovered: [...store.recovered],
    }),
    'preferences.get': async () => store.preferences(),
    'preferences.set': async (preferences) => {
      await store.setPreferences(preferences);
      return store.preferences();
    },

    'servers.list': async () => overviews.list(),
    'servers.add': async (args) => {
      const profile = await servers.add({ ...args, hostKey: null });
      servers.session(profile.id).connection.connect();
      return summary(profile.id);
    },
    'servers.edit': async ({ server, ...changes }) => {
      await servers.edit(server, changes);
      return summary(server);
    },
    'servers.remove': async ({ server }) => {
      await servers.remove(server);
      return null;
    },
    'servers.connect': async ({ server }) => {
      servers.session(server).connection.connect();
      return null;
    },
    'servers.disconnect': async ({ server }) => {
      servers.session(server).connection.disconnect();
      return null;
    },
    'servers.accept-host-key': async ({ server, fingerprint, typedHost }) => {
      await servers.acceptHostKey(server, fingerprint, typedHost);
      return null;
    },
    'servers.give-secret': async ({ server, kind, value, remember }) => ({
      remembered: await servers.giveSecret(server, kind, value, remember),
    }),
    'servers.set-up': async ({ server }) => started(services.setUp(server)),
    'servers.containers': async ({ server }) => services.containers(servers.session(server)),
    'servers.refresh': async ({ server }) => overviews.refresh(server),

    'folders.pick': async () => ({ path: await shell.pickFolder() }),
    'folders.inspect': async (folder, signal) => services.inspectFolder(folder, signal),
    'choices.get': async ({ target, path }) => services.choices.of(target, path),
    'choices.set': async ({ target, path, choices }) => {
      await services.choices.set(target, path, choices);
      return null;
    },

    'deploy.start': async (request) => started(deploys.deploy(request)),

    'apps.get': async ({ server, app }) => apps.detail(servers.session(server), app),
    'apps.rollout': async ({ server, app }, signal) => apps.rollout(servers.session(server), app, signal),
    'apps.configure': async ({ server, app, settings }) => started(deploys.configure(server, app, settings)),
    'apps.restart': async ({ server, app }) => started(deploys.restart(server, app)),
    'apps.stop': async ({ server, app }) => started(deploys.stop(server, app)),
    'apps.start': async ({ server, app }) => started(deploys.start(server, app)),
    'apps.pause': async ({ server, app, seconds }) => started(deploys.pause(server, app, seconds)),
    'apps.resume': async ({ server, app }) => started(deploys.resume(server, app)),
    'apps.remove': async ({ server, app }) => started(deploys.remove(server, app)),
    'apps.open': async ({ server, app }) => {
      const address = await services.addressOf(servers.session(server), app, resolvesTo);
      if (address.by === 'name') await shell.openApp(address.host);
      else await shell.openExternal(address.url);
      return { url: address.url, by: address.by };
    },
    'releases.list': async ({ server, app }) => [...(await apps.releases(servers.session(server), app))],
    'releases.compare': async ({ server, app, from, to }) => apps.compare(servers.session(server), app, from, to),
    'releases.roll-back': async ({ server, app, number }) => started(deploys.rollBack(server, app, number)),

    'certificates.list': async ({ server }, signal) => certificates.list(servers.session(server), signal),
    'certificates.obtain': async ({ server, ...request }) => started(certificates.obtain(server, request)),
    'certificates.install': async ({ server, chain, key }) => certificates.install(servers.session(server), chain, key),
    'certificates.remove': async ({ server, name }) => {
      await certificates.remove(servers.session(server), name);
      return null;
    },
    'certificates.set-https': async ({ server, host, mode }) => {
      await certificates.setHttps(servers.session(server), host, mode);
      return null;
    },
    'certificates.remove-renewer': async ({ server, challenge }) => {
      await certificates.removeRenewer(servers.session(server), challenge);
      return null;
    },

    'edge.plan': async ({ server, way }) => services.edge.plan(servers.session(server), way),
    'edge.update': async ({ server, way, force }) => started(services.edge.update(server, way, force)),
    'routes.list': async ({ server }, signal) => services.routes.list(servers.session(server), signal),
    'routes.traffic': async ({ server }, signal) => [...(await services.routes.traffic(servers.session(server), signal))],
    'routes.difference': async ({ server, change }, signal) => services.routes.difference(servers.session(server), change, signal),
    'routes.change': async ({ server, change }) => services.routes.change(servers.session(server), change),

    'ports.list': async ({ server }, signal) => services.ports.list(servers.session(server), signal),
    'ports.change': async ({ server, change }) => services.ports.change(servers.session(server), change),

    'jobs.list': async () => [...jobs.list()],
    'jobs.get': async ({ job }) => jobs.get(job),
    'jobs.cancel': async ({ job }) => {
      jobs.cancel(job);
      return null;
    },
    'jobs.clear': async () => {
      jobs.clearEnded();
      return null;
    },

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

  const streams: StreamOpeners = {
    'jobs.log': ({ job }, signal) => ({ chunks: copies(jobs.log(job, signal)) }),
    'apps.logs': (request, signal) => ({ chunks: copies(services.followLogs(servers.session(request.server), request, signal)) }),
    terminal: ({ server, target, size }, signal) => services.openTerminal(servers.session(server), target, size, signal),
  };

  const events: EventSources = {
    'servers.changed': overviews.onChange,
    'jobs.changed': map(jobs.onChange, (list) => [...list]),
    'preferences.changed': store.onPreferences,
    'action.requested': map(shell.onAction, (action) => ({ action })),
  };

  return { handlers, streams, events };
}

function map<A, B>(event: Event<A>, change: (value: A) => B): Event<B> {
  return (listener) => event((value) => listener(change(value)));
}

/** Read-only batches as the contract's arrays. */
async function* copies<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T[], void, undefined> {
  for await (const batch of batches) yield [...batch];
}
