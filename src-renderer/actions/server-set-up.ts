import { ListChecks } from 'lucide-react';
import { navigate } from '../state/view.ts';
import type { Action } from './types.ts';

export const serverSetUp: Action = {
  id: 'server.set-up',
  group: 'Server',
  label: ({ server }) => `Set up ${server?.profile.name ?? 'the server'}…`,
  icon: ListChecks,
  keywords: ['install', 'docker', 'checklist', 'swarm'],
  when: ({ server }) => server !== undefined,
  run: ({ server }) => {
    if (server) navigate({ kind: 'server', server: server.profile.id, tab: 'set-up' });
  },
};
