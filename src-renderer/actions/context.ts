import { useJobs } from '../state/jobs.ts';
import { findApp, useServers } from '../state/servers.ts';
import { useView } from '../state/view.ts';
import type { ActionContext } from './types.ts';

/** What is so now. */
export function readContext(): ActionContext {
  const { view, past, future } = useView.getState();
  const { servers } = useServers.getState();
  const server = 'server' in view ? servers.find((one) => one.profile.id === view.server) : undefined;
  const summary = view.kind === 'app' ? findApp(servers, view.server, view.app) : undefined;
  const job = view.kind === 'job' ? useJobs.getState().jobs.find((one) => one.id === view.job) : undefined;
  return {
    view,
    servers,
    server,
    app: server && summary ? { server, summary } : undefined,
    job,
    canGoBack: past.length > 0,
    canGoForward: future.length > 0,
  };
}
