import { EthernetPort } from 'lucide-react';
import { openAddPort } from '../state/ports.ts';
import type { Action } from './types.ts';

export const portAdd: Action = {
  id: 'port.add',
  group: 'Server',
  label: () => 'Open a port…',
  icon: EthernetPort,
  keywords: ['tcp', 'udp', 'publish', 'expose', 'database', 'proxy', 'firewall'],
  when: ({ server }) => server?.connection.phase === 'connected' && server.setup === 'ready',
  run: ({ server }) => {
    if (server) openAddPort(server.profile.id);
  },
};
