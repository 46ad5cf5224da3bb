import { Unplug } from 'lucide-react';
import { disconnectServer } from '../state/servers.ts';
import type { Action } from './types.ts';

export const serverDisconnect: Action = {
  id: 'server.disconnect',
  group: 'Server',
  label: ({ server }) => `Disconnect from ${server?.profile.name ?? 'the server'}`,
  icon: Unplug,
  when: ({ server }) => server !== undefined && server.connection.phase !== 'idle',
  run: async ({ server }) => {
    if (server) await disconnectServer(server.profile.id);
  },
};
