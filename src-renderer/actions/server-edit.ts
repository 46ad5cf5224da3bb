import { Pencil } from 'lucide-react';
import { openEditServer } from '../state/view.ts';
import type { Action } from './types.ts';

export const serverEdit: Action = {
  id: 'server.edit',
  group: 'Server',
  label: ({ server }) => `Change ${server?.profile.name ?? 'the server'}…`,
  icon: Pencil,
  keywords: ['edit', 'rename', 'name', 'host', 'port', 'user', 'login', 'key', 'password', 'address'],
  when: ({ server }) => server !== undefined,
  run: ({ server }) => {
    if (server) openEditServer(server.profile.id);
  },
};
