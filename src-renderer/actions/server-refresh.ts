import { RefreshCw } from 'lucide-react';
import { refreshServer } from '../state/servers.ts';
import type { Action } from './types.ts';

export const serverRefresh: Action = {
  id: 'server.refresh',
  group: 'Server',
  label: ({ server }) => `Read ${server?.profile.name ?? 'the server'} again`,
  icon: RefreshCw,
  shortcuts: ['Mod+R'],
  keywords: ['reload', 'update'],
  when: ({ server }) => server?.connection.phase === 'connected',
  run: async ({ server }) => {
    if (server) await refreshServer(server.profile.id);
  },
};
