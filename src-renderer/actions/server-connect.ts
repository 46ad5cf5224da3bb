import { PlugZap } from 'lucide-react';
import { connectServer } from '../state/servers.ts';
import type { Action } from './types.ts';

export const serverConnect: Action = {
  id: 'server.connect',
  group: 'Server',
  label: ({ server }) => `Connect to ${server?.profile.name ?? 'the server'} now`,
  icon: PlugZap,
  keywords: ['retry', 'reconnect'],
  when: ({ server }) => server !== undefined && (server.connection.phase === 'idle' || server.connection.phase === 'waiting'),
  run: async ({ server }) => {
    if (server) await connectServer(server.profile.id);
  },
};
