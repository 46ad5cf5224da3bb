import { Milestone } from 'lucide-react';
import { openAddRoute } from '../state/routes.ts';
import type { Action } from './types.ts';

export const routeAdd: Action = {
  id: 'route.add',
  group: 'Server',
  label: () => 'Add a route…',
  icon: Milestone,
  keywords: ['redirect', 'path', 'host', 'password', 'maintenance', 'proxy', 'header', 'rate limit'],
  when: ({ server }) => server?.connection.phase === 'connected' && server.setup === 'ready',
  run: ({ server }) => {
    if (server) openAddRoute(server.profile.id);
  },
};
