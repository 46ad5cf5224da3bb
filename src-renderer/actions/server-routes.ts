import { Signpost } from 'lucide-react';
import { navigate } from '../state/view.ts';
import type { Action } from './types.ts';

export const serverRoutes: Action = {
  id: 'server.routes',
  group: 'Server',
  label: ({ server }) => `Routes of ${server?.profile.name ?? 'the server'}`,
  icon: Signpost,
  keywords: ['domain', 'host', 'path', 'redirect', 'password', 'edge', 'proxy'],
  when: ({ server, view }) => server !== undefined && !(view.kind === 'server' && view.tab === 'routes'),
  run: ({ server }) => {
    if (server) navigate({ kind: 'server', server: server.profile.id, tab: 'routes' });
  },
};
