import { SquareTerminal } from 'lucide-react';
import { navigate } from '../state/view.ts';
import type { Action } from './types.ts';

export const serverTerminal: Action = {
  id: 'server.terminal',
  group: 'Server',
  label: ({ server }) => `Terminal on ${server?.profile.name ?? 'the server'}`,
  icon: SquareTerminal,
  keywords: ['shell', 'ssh', 'console'],
  when: ({ server }) => server !== undefined,
  run: ({ server }) => {
    if (server) navigate({ kind: 'server', server: server.profile.id, tab: 'terminal' });
  },
};
