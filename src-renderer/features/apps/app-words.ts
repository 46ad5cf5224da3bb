import type { AppSummary, Release, Replica, ServerSummary } from '../../../src-main/contract/index.ts';
import type { Status } from '../../ui/status.tsx';

export const replicaWords: Readonly<Record<Replica['state'], { readonly word: string; readonly status: Status }>> = {
  healthy: { word: 'Healthy', status: 'live' },
  starting: { word: 'Starting', status: 'working' },
  stopping: { word: 'Stopping', status: 'waiting' },
  failed: { word: 'Failed', status: 'failed' },
};

export const releaseWords: Readonly<Record<Release['state'], { readonly word: string; readonly status: Status }>> = {
  live: { word: 'Live', status: 'live' },
  kept: { word: 'Kept', status: 'stale' },
  failed: { word: 'Failed', status: 'failed' },
  unfinished: { word: 'Unfinished', status: 'degraded' },
  gone: { word: 'Image removed', status: 'stopped' },
};

/** Why no line of its log can come now; null when lines may come. */
export function logWaitsFor(server: ServerSummary, app: AppSummary): string | null {
  if (server.connection.phase !== 'connected') return 'Goes on when the connection is back';
  return app.state === 'stopped' ? 'The app is stopped' : null;
}

/** Who has a host name on this server, for "already leads to …"; null when it is free or the app's own. */
export function hostOwner(server: ServerSummary | undefined, ownApp: string, host: string): string | null {
  const owner = server?.apps.find((app) => app.name !== ownApp && app.hosts.includes(host));
  return owner === undefined ? null : owner.name;
}
